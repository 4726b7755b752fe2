/** The write-ahead log is not what was written. The node must not start: its votes of the running height are in there. */
export class WalCorruptionError extends Error {
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, what: string) {
    super(
      `${file} is corrupt at byte ${offset}: ${what}. Restore the file; if that is impossible and this validator certainly signed nothing since, move the log away`,
    );
    this.name = 'WalCorruptionError';
    this.file = file;
    this.offset = offset;
  }
}
