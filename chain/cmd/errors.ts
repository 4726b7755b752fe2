/** Ends a command with one line on stderr. Exit codes: 1 failed, 2 wrong usage, 3 not synced (operators' scripts read them). */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
