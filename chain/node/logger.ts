// Structured logs on stderr: one line a record, plain or JSON, with stable keys (operators.md §8).
import { formatTime } from '../encoding/time.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'none';
type Value = string | number | bigint | boolean | undefined;
export type LogFields = Readonly<Record<string, Value>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same sink with a module name in each record. */
  module(name: string): Logger;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, none: 4 };

/** A field's text in a plain line: quoted where it holds a space, a quote or a control character. */
function plain(v: Value): string {
  const s = String(v);
  return /^[^\s"=\p{Cc}]+$/u.test(s) ? s : JSON.stringify(s);
}

export function createLogger(options: { readonly level: LogLevel; readonly format: 'plain' | 'json'; readonly write?: (line: string) => void }): Logger {
  const write = options.write ?? ((line: string) => process.stderr.write(line));
  const make = (module: string | undefined): Logger => {
    const at =
      (level: Exclude<LogLevel, 'none'>) =>
      (message: string, fields: LogFields = {}): void => {
        if (RANK[level] < RANK[options.level]) return;
        const time = formatTime(BigInt(Date.now()) * 1_000_000n);
        const set = Object.entries(fields).filter(([, v]) => v !== undefined);
        if (options.format === 'json') {
          const record = {
            time,
            level,
            ...(module === undefined ? {} : { module }),
            message,
            ...Object.fromEntries(set.map(([k, v]) => [k, typeof v === 'bigint' ? v.toString() : v])),
          };
          write(`${JSON.stringify(record)}\n`);
        } else {
          const tail = set.map(([k, v]) => ` ${k}=${plain(v)}`).join('');
          write(`${time} ${level.toUpperCase().padEnd(5)} ${module === undefined ? '' : `${module}: `}${message}${tail}\n`);
        }
      };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), module: make };
  };
  return make(undefined);
}
