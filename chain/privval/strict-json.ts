// Small JSON files that must not be misread: every field known, and each value in the one form in which it is written, so that a flipped
// bit anywhere but in white space shows. White space and the order of fields are free.
import { readFileSync, statSync } from 'node:fs';
import { rawFields, respaceJson } from '../types/json/raw.ts';
import { KeyFileError } from './errors.ts';

/** Bytes of a key or state file. */
export const KEY_FILE_BYTES_MAX = 1_048_576;

/** Field names to their texts without white space. Throws KeyFileError. */
export function readFields(path: string, what: string, known: readonly string[]): ReadonlyMap<string, string> {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > KEY_FILE_BYTES_MAX) throw new Error(`${size} bytes are too many for this file (max: ${KEY_FILE_BYTES_MAX})`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (e) {
    const missing = (e as NodeJS.ErrnoException).code === 'ENOENT';
    throw new KeyFileError(path, missing ? `the ${what} file is missing` : `cannot read the ${what} file: ${(e as Error).message}`);
  }
  let fields: ReadonlyMap<string, string>;
  try {
    fields = rawFields(text);
  } catch (e) {
    throw new KeyFileError(path, `the ${what} file is corrupt: ${(e as Error).message}`);
  }
  for (const name of fields.keys()) {
    if (!known.includes(name)) throw new KeyFileError(path, `the ${what} file is corrupt: unknown field ${JSON.stringify(name.slice(0, 64))}`);
  }
  return new Map([...fields].map(([name, raw]) => [name, respaceJson(raw)]));
}
