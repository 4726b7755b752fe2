// Transactions as JSON documents, as `--generate-only` writes them and simd reads them.
import { readFileSync, statSync } from 'node:fs';
import { Tx } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { fromJsonText, type JsonValue, parseJson } from '../../../proto/json.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../errors.ts';
import { writeFileWhole } from '../files.ts';

const DOCUMENT_BYTES_MAX = 16 << 20;

/** "-" is stdin. Throws CliError. */
export function readDocument(cli: Cli, file: string): string {
  if (file === '-') return cli.io.readAll();
  if (statSync(file).size > DOCUMENT_BYTES_MAX) throw new CliError(`${file}: larger than ${DOCUMENT_BYTES_MAX} bytes`);
  return readFileSync(file, 'utf8');
}

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** Throws CliError. */
export function readJsonObject(cli: Cli, file: string): JsonObject {
  let json: JsonValue;
  try {
    json = parseJson(readDocument(cli, file));
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== undefined) throw e;
    throw new CliError(`${file}: ${(e as Error).message}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new CliError(`${file}: not a JSON object`);
  return json as JsonObject;
}

export function readTx(cli: Cli, file: string): Tx {
  try {
    const tx = fromJsonText(Tx, readDocument(cli, file));
    if (tx.body === undefined || tx.authInfo === undefined) throw new CliError('no body or no auth_info');
    return tx;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') throw e;
    throw new CliError(`${file}: not a transaction in JSON: ${(e as Error).message}`);
  }
}

/** To stdout, or to the file of --output-document. */
export function writeDocument(cli: Cli, file: string | undefined, text: string): void {
  if (file === undefined) cli.io.out(text);
  else writeFileWhole(file, `${text}\n`);
}
