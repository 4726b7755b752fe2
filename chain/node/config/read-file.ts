// A TOML file against its table: every key must be known, so that a mistyped one is not silently without effect.
import { readFileSync, statSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from './errors.ts';
import { nearestName } from './nearest.ts';
import { readValue } from './read-value.ts';
import { fieldsOf, isField, type Section } from './schema.ts';

const FILE_BYTES_MAX = 1 << 20;

/** Values by path, e.g. "rpc.laddr"; only those that the file names. A missing file names none. */
export function readConfigFile(file: string, section: Section): Map<string, unknown> {
  let text: string;
  try {
    if (statSync(file).size > FILE_BYTES_MAX) throw new ConfigError(`${file}: larger than ${FILE_BYTES_MAX} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    if (e instanceof ConfigError) throw e;
    throw new ConfigError(`${file}: cannot be read: ${(e as Error).message}`);
  }
  return parseConfig(text, section, file);
}

/** `source` is named in errors. */
export function parseConfig(text: string, section: Section, source: string): Map<string, unknown> {
  let root: Record<string, unknown>;
  try {
    root = parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (e) {
    if (e instanceof TomlError)
      throw new ConfigError(`${source}:${e.line}:${e.column}: not TOML: ${e.message.split('\n')[0]?.replace('Invalid TOML document: ', '')}`);
    throw e;
  }
  const out = new Map<string, unknown>();
  walk(root, section, '', source, section, out);
  return out;
}

function walk(table: Record<string, unknown>, section: Section, path: string, source: string, all: Section, out: Map<string, unknown>): void {
  for (const [key, v] of Object.entries(table)) {
    const at = path === '' ? key : `${path}.${key}`;
    const entry = Object.hasOwn(section, key) ? section[key] : undefined;
    if (entry === undefined) {
      const near =
        nearestName(
          at,
          [...knownPaths(all)].filter((known) => !at.startsWith(`${known}.`)),
        ) ?? nearestName(key, Object.keys(section));
      throw new ConfigError(`${source}: unknown key ${at}${near === undefined ? '' : `; did you mean ${near}?`}`);
    }
    if (isField(entry)) out.set(at, readValue(at, entry, v, source));
    else if (typeof v === 'object' && v !== null && !Array.isArray(v)) walk(v as Record<string, unknown>, entry, at, source, all, out);
    else throw new ConfigError(`${source}: ${at} must be a section, [${at}]`);
  }
}

function* knownPaths(section: Section, path = ''): Generator<string> {
  for (const [at] of fieldsOf(section)) yield at;
  for (const [key, entry] of Object.entries(section)) {
    if (isField(entry)) continue;
    const at = path === '' ? key : `${path}.${key}`;
    yield at;
    yield* [...knownPaths(entry, at)].filter((p) => p.startsWith(`${at}.`));
  }
}
