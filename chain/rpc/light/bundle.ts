// Makes a bundle: the way of a light client to the head and the proofs of what it asks, in one answer. Its form: lightclient/bundle.ts.
import { NotCompact, writeCompact, writeHeader, writeSet } from '../../../lightclient/compact/write.ts';
import { merkleLeafHash, merkleProofs, rootFromAunts } from '../../crypto/merkle.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { bytesEqual, concatBytes, toHex } from '../../encoding/bytes.ts';
import { bytesField, embedField, varintField } from '../../encoding/proto-bytes.ts';
import { type Header, headerHash } from '../../types/header.ts';
import { deterministicResultCodec } from '../../types/results.ts';
import type { Backend, ChainDoor } from '../backend.ts';
import { LightAidError } from './errors.ts';
import type { HistoryLog } from './log.ts';
import { commitOf, pruned, skipPath, validatorsOf } from './skip-path.ts';

export const KEYS_MAX = 32;
export const BUNDLE_BYTES_MAX = 262_144;

export interface BundleRequest {
  readonly from: bigint;
  /** Hash of the validators that the client has. */
  readonly set: Uint8Array | undefined;
  readonly keys: readonly { readonly store: string; readonly key: Uint8Array }[];
  readonly tx: Uint8Array | undefined;
  readonly block: bigint | undefined;
}

export type BundleSource = Pick<Backend, 'chain' | 'search' | 'app'>;

/** Store and key of the log's head. */
const LOG = { store: 'history', key: Uint8Array.of(1) };

function historyLeaf(height: bigint, hash: Uint8Array): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, height);
  return merkleLeafHash(concatBytes(number, hash));
}

async function headerOf(chain: ChainDoor, height: bigint): Promise<Header> {
  return (await chain.meta(height))?.header ?? pruned(chain, height);
}

async function steps(chain: ChainDoor, q: BundleRequest, path: readonly bigint[], chainId: string): Promise<number[]> {
  const known: Uint8Array[] = q.set === undefined ? [] : [q.set];
  const has = (hash: Uint8Array): boolean => known.some((k) => bytesEqual(k, hash));
  let trusted = await validatorsOf(chain, q.from);
  const out: number[] = [];
  if (!has(trusted.hash())) {
    out.push(...embedField(2, writeSet(trusted)));
    known.push(trusted.hash());
  }
  let at = q.from;
  if (path.length === 0) return embedField(1, writeHeader(await headerOf(chain, at), chainId));
  for (const height of path) {
    const [header, commit, validatorSet] = await Promise.all([headerOf(chain, height), commitOf(chain, height), validatorsOf(chain, height)]);
    const withSet = !has(validatorSet.hash());
    const from = height === at + 1n ? undefined : trusted;
    out.push(...embedField(1, writeCompact({ signedHeader: { header, commit }, validatorSet }, chainId, from, withSet)));
    if (withSet) known.push(validatorSet.hash());
    [trusted, at] = [validatorSet, height];
  }
  return out;
}

async function stateField(no: number, s: BundleSource, store: string, key: Uint8Array, height: bigint): Promise<number[]> {
  const r = await s.app.query({ path: `/store/${store}/key`, data: key, height, prove: true });
  if (r.code !== 0) throw new LightAidError(404, 'not-found', `store ${store} at height ${height}: ${r.log}`);
  return embedField(no, [...bytesField(1, r.value), ...(r.proofOps?.ops ?? []).flatMap((op) => embedField(2, op.data))]);
}

/** Header of a height and of the next, and where the log below the head proves them. */
async function oldField(s: BundleSource, log: HistoryLog | undefined, height: bigint, head: bigint, chainId: string): Promise<number[]> {
  const { chain } = s;
  if (height > head) throw new LightAidError(404, 'not-found', `height ${height} is above the head ${head}`);
  if (height === head) return embedField(5, []);
  const header = embedField(1, writeHeader(await headerOf(chain, height), chainId));
  if (height + 1n === head) return embedField(5, header);
  const nextHeader = await headerOf(chain, height + 1n);
  const next = embedField(2, writeHeader(nextHeader, chainId));
  if (log === undefined) throw new LightAidError(501, 'unavailable', 'this node has no log of block hashes');
  const at = head - 1n;
  const { value: known } = await s.app.query({ path: `/store/${LOG.store}/key`, data: LOG.key, height: at, prove: false });
  if (known.length !== 40) throw new LightAidError(404, 'not-found', `no log at height ${at}`);
  const size = new DataView(known.buffer, known.byteOffset).getBigUint64(0);
  const proof = await log.proof(height + 1n, size);
  if (proof === undefined) throw new LightAidError(404, 'not-found', `height ${height + 1n} is not in the log`);
  const root = rootFromAunts(proof.index, size, historyLeaf(height + 1n, headerHash(nextHeader)), proof.path);
  if (root === undefined || !bytesEqual(root, known.subarray(8))) {
    log.reset();
    throw new LightAidError(501, 'unavailable', 'the log of block hashes is being made again');
  }
  const path = proof.path.flatMap((h) => embedField(4, h));
  return [...embedField(5, [...header, ...next, ...varintField(3, proof.index), ...path]), ...(await stateField(6, s, LOG.store, LOG.key, at))];
}

async function txField(s: BundleSource, hash: Uint8Array): Promise<{ readonly height: bigint; readonly field: number[] }> {
  const found = await s.search.tx(hash);
  if (found === undefined) throw new LightAidError(404, 'not-found', `transaction ${toHex(hash)} is not in the index`);
  const { height, index, tx } = found;
  const [block, results] = [await s.chain.block(height), await s.chain.results(height)];
  if (block === undefined || results === undefined) return pruned(s.chain, height);
  const { proofs } = merkleProofs(block.data.txs.map((t) => sha256(t)));
  const leaves = results.txResults.map((r) => deterministicResultCodec.encode(r));
  const resultAunts = merkleProofs(leaves).proofs[index]?.aunts ?? [];
  const field = [
    ...varintField(1, height),
    ...varintField(2, index),
    ...varintField(3, proofs.length),
    ...embedField(4, tx),
    ...(proofs[index]?.aunts ?? []).flatMap((a) => embedField(5, a)),
    ...bytesField(6, leaves[index] ?? new Uint8Array(0)),
    ...resultAunts.flatMap((a) => embedField(7, a)),
  ];
  return { height, field: embedField(4, field) };
}

/** Rejects with LightAidError. */
export async function makeBundle(s: BundleSource, log: HistoryLog | undefined, q: BundleRequest): Promise<Uint8Array> {
  const { chain } = s;
  const head = chain.height;
  if (q.from < 1n || q.from > head) throw new LightAidError(400, 'invalid-request', `from ${q.from} is not a height from 1 to ${head}`);
  const chainId = (await headerOf(chain, head)).chainId;
  const path = await skipPath(chain, q.from, head);
  const end = path.at(-1) ?? head;
  let out: number[];
  try {
    out = await steps(chain, q, path, chainId);
  } catch (e) {
    throw e instanceof NotCompact ? new LightAidError(501, 'not-compact', `a block of the way has no compact form: ${e.message}`) : e;
  }
  for (const { store, key } of q.keys) out.push(...(await stateField(3, s, store, key, end - 1n)));
  let { block } = q;
  if (q.tx !== undefined) {
    const { height, field } = await txField(s, q.tx);
    out.push(...field);
    block = height;
  }
  if (block !== undefined) out.push(...(await oldField(s, log, block, end, chainId)));
  if (out.length > BUNDLE_BYTES_MAX) throw new LightAidError(413, 'unavailable', `the bundle would have ${out.length} bytes, of ${BUNDLE_BYTES_MAX}`);
  return Uint8Array.from(out);
}
