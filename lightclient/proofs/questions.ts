// Questions to a client whose answers are proven: a key of a store, a transaction.
import type { Client } from '../client/client.ts';
import { LightError } from '../errors.ts';
import type { TxResult } from '../provider.ts';
import { provenValue } from './state.ts';
import { assertIncluded, provenResult } from './tx.ts';

export interface Proven {
  /** undefined: nothing is stored under the key, which is proven too. */
  readonly value: Uint8Array | undefined;
  /** Of the state; the header that proves it is one above. */
  readonly height: bigint;
}

/** At a height, or as late as can be proven now. */
export async function get(c: Client, store: string, key: Uint8Array, height?: bigint): Promise<Proven> {
  const header = (await (height === undefined ? c.sync() : c.blockAt(height + 1n))).signedHeader.header;
  const at = header.height - 1n;
  return c.ask(async (p) => {
    const answer = await p.state(store, key, at);
    if (answer.height !== at) throw new LightError('proof', `${p.name} answered for height ${answer.height}, not ${at}`);
    return { value: provenValue(answer, store, key, header.appHash), height: at };
  });
}

export interface ProvenTx {
  readonly height: bigint;
  readonly index: number;
  readonly tx: Uint8Array;
  /** No block commits to events, logs and codespaces: they are not here. undefined where the next block is not there yet. */
  readonly result: TxResult | undefined;
}

/** A transaction by its hash, with its result once the block after it is there. */
export async function tx(c: Client, hash: Uint8Array): Promise<ProvenTx> {
  const answer = await c.ask((p) => p.tx(hash));
  const { height, index } = answer;
  assertIncluded(answer, hash, (await c.blockAt(height)).signedHeader.header.dataHash);
  let result: TxResult | undefined;
  try {
    const { lastResultsHash } = (await c.blockAt(height + 1n)).signedHeader.header;
    result = await c.ask(async (p) => provenResult(await p.results(height), index, lastResultsHash));
  } catch (e) {
    if (!(e instanceof LightError && e.code === 'too-high')) throw e;
  }
  return { height, index, tx: answer.tx, result };
}
