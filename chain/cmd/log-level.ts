// The value of --log_level and of config.toml's log_level.
import type { LogLevel } from '../node/logger.ts';
import { CliError } from './errors.ts';

/** "debug", or per module as "consensus:debug,*:info": the level of all. */
export function logLevel(text: string): LogLevel {
  const all = text.split(',').map((part) => part.split(':'));
  const level = (all.find((p) => p.length === 1)?.[0] ?? all.find((p) => p[0] === '*')?.[1] ?? 'info') as LogLevel | 'disabled' | 'trace';
  if (level === 'disabled') return 'none';
  if (level === 'trace') return 'debug';
  if (!['debug', 'info', 'warn', 'error', 'none'].includes(level))
    throw new CliError(`log_level ${JSON.stringify(text)}: levels are debug, info, warn, error and none`, 2);
  return level;
}
