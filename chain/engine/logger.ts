export type LogFields = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** What the engine says of itself; the node passes its logger. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
