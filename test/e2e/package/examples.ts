// The README's examples as they stand there, with the addresses of a network that runs.
import { readFileSync } from 'node:fs';
import { toHex } from '../../../chain/encoding/bytes.ts';

export interface Where {
  readonly rpc: string;
  readonly secondRpc: string;
  readonly rest: string;
  readonly chainId: string;
  readonly hash: Uint8Array;
  readonly address: Uint8Array;
}

const LINES_MAX = 21;

/** The JavaScript blocks of lightclient/README.md. */
export function examples(): readonly string[] {
  const readme = readFileSync(new URL('../../../lightclient/README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map((m) => m[1] as string);
  if (blocks.length === 0 || blocks.some((b) => b.trim().split('\n').length > LINES_MAX)) throw new Error('the README has no examples of at most 21 lines');
  return blocks;
}

/** For a network; every address of the README must be one that is replaced. */
export function placed(example: string, w: Where): string {
  const bytes = (b: Uint8Array): string => `Uint8Array.from('${toHex(b)}'.match(/../g), (x) => parseInt(x, 16))`;
  return example
    .replaceAll('http://127.0.0.1:26657', w.rpc)
    .replaceAll('http://127.0.0.1:26667', w.secondRpc)
    .replaceAll('http://127.0.0.1:1317', w.rest)
    .replaceAll('trellis-local-1', w.chainId)
    .replaceAll(/\bHASH\b/g, bytes(w.hash))
    .replaceAll(/\bADDRESS\b/g, bytes(w.address));
}
