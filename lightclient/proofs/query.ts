// Several questions to a client at once: keys, a transaction, an old header. One request where a provider makes bundles; else one for each
// step and proof, as with any node.
import { merkleLeafHash, rootFromAunts } from '../../chain/crypto/merkle.ts';
import { bytesEqual, concatBytes } from '../../chain/encoding/bytes.ts';
import { type Header, headerHash } from '../../chain/types/header.ts';
import type { Bundle, BundledHeaders, Questions } from '../bundle.ts';
import type { Client } from '../client/client.ts';
import { LightError } from '../errors.ts';
import type { TxResult } from '../provider.ts';
import { message } from '../wire.ts';
import { get, type Proven, type ProvenTx, tx } from './questions.ts';
import { provenValue } from './state.ts';
import { assertIncluded } from './tx.ts';

export interface Answers {
  /** Of the state in which the values stand; the head is one above. */
  readonly height: bigint;
  /** In the order of the keys. */
  readonly values: readonly Proven[];
  readonly tx: ProvenTx | undefined;
  readonly block: Header | undefined;
}

/** Store and key of the log's head: be64 size and the root (module `history`). */
const LOG = { store: 'history', key: /* @__PURE__ */ Uint8Array.of(1) };

function be64(n: bigint): Uint8Array {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, n);
  return b;
}

const wrong = (what: string): never => {
  throw new LightError('proof', `bundle: ${what}`);
};

/** The header of a height and the next one, by the log below the head. The next one names the first by its hash. */
function provenHeaders(o: BundledHeaders, height: bigint, b: Bundle): readonly [Header, Header | undefined] {
  const { head } = b;
  const header = o.header ?? (height === head.height ? head : wrong('no header'));
  if (header === head) return [head, undefined];
  const next = o.next ?? (height + 1n === head.height ? head : wrong('no next header'));
  if (next !== head) {
    const value = provenValue(b.log ?? wrong('no log'), LOG.store, LOG.key, head.appHash) ?? wrong('no log');
    if (value.length !== 40) wrong('a log of another form');
    const size = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
    const root = rootFromAunts(o.index, size, merkleLeafHash(concatBytes(be64(next.height), headerHash(next))), o.path);
    if (root === undefined || !bytesEqual(root, value.subarray(8))) wrong('a header that is not in the log');
  }
  if (header.height !== height || next.height !== height + 1n || !bytesEqual(next.lastBlockId.hash, headerHash(header))) wrong('another header');
  return [header, next];
}

function resultOf(b: Uint8Array): TxResult {
  const r = message(b);
  return { code: r.number(1), data: r.bytes(2), gasWanted: r.int64(5), gasUsed: r.int64(6) };
}

function provenTx(b: Bundle, hash: Uint8Array): ProvenTx {
  const { tx: t = wrong('no transaction'), old = wrong('no header') } = b;
  const [header, next] = provenHeaders(old, t.height, b);
  assertIncluded(t, hash, header.dataHash);
  const { height, index } = t;
  if (next === undefined) return { height, index, tx: t.tx, result: undefined };
  const root = rootFromAunts(BigInt(index), BigInt(t.total), merkleLeafHash(t.result), t.resultAunts);
  if (root === undefined || !bytesEqual(root, next.lastResultsHash)) wrong('the result is not that of the block');
  return { height, index, tx: t.tx, result: resultOf(t.result) };
}

function proven(b: Bundle, q: Questions): Answers {
  const { head } = b;
  const height = head.height - 1n;
  const values = (q.keys ?? []).map(({ store, key }, i): Proven => {
    return { value: provenValue(b.states[i] ?? wrong('no state'), store, key, head.appHash), height };
  });
  return {
    height,
    values,
    tx: q.tx && provenTx(b, q.tx),
    block: q.block === undefined ? undefined : provenHeaders(b.old ?? wrong('no header'), q.block, b)[0],
  };
}

/** Ask for a transaction or for a block, not for both. Rejects with LightError. */
export async function query(c: Client, q: Questions): Promise<Answers> {
  const b = await c.bundle(q);
  if (b !== undefined) {
    try {
      return proven(b, q);
    } catch (e) {
      if (!(e instanceof LightError)) throw e;
    }
  }
  const height = (await c.sync()).signedHeader.header.height - 1n;
  const values: Proven[] = [];
  for (const { store, key } of q.keys ?? []) values.push(await get(c, store, key, height));
  const block = q.block === undefined ? undefined : (await c.blockAt(q.block)).signedHeader.header;
  return { height, values, tx: q.tx && (await tx(c, q.tx)), block };
}
