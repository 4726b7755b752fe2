// The roots of all stores at one height, and the app hash over them: an RFC 6962 tree over pairs of name and root, sorted by name
// (store:types/commit_info.go, internal/maps). Its proof ops are ics23:simple.
import { type CommitmentProof, commitmentProofCodec, HASH_OP, type InnerOp, LENGTH_OP } from '../crypto/ics23/index.ts';
import { merkleProofs } from '../crypto/merkle.ts';
import { simpleMapLeaf } from '../crypto/simple-map.ts';
import { compareBytes, concatBytes, utf8 } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, int64, message, repeated, string, time } from '../encoding/codec.ts';
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';

export interface StoreInfo {
  readonly name: string;
  readonly commitId: { readonly version: bigint; readonly hash: Uint8Array };
}

/** cosmos.store.v1beta1.CommitInfo. */
export interface CommitInfo {
  readonly version: bigint;
  /** Sorted by name. */
  readonly storeInfos: readonly StoreInfo[];
  /** Of the block; not hashed. GO_ZERO_TIME where it is not known. */
  readonly timestamp: Time;
}

const commitIdCodec = message<StoreInfo['commitId']>('cosmos.store.v1beta1.CommitID', { version: int64(1), hash: bytes(2) });
const storeInfoCodec = message<StoreInfo>('cosmos.store.v1beta1.StoreInfo', { name: string(1), commitId: embed(2, commitIdCodec) });
export const commitInfoCodec: Codec<CommitInfo> = message<CommitInfo>('cosmos.store.v1beta1.CommitInfo', {
  version: int64(1),
  storeInfos: repeated(2, storeInfoCodec),
  timestamp: time(3),
});

/** Order of names by their bytes. */
export function compareNames(a: string, b: string): number {
  return compareBytes(utf8(a), utf8(b));
}

/** From roots by name in any order. */
export function makeCommitInfo(version: bigint, roots: Iterable<readonly [string, Uint8Array]>, timestamp: Time = GO_ZERO_TIME): CommitInfo {
  const storeInfos = [...roots].sort(([a], [b]) => compareNames(a, b)).map(([name, hash]) => ({ name, commitId: { version, hash } }));
  return { version, storeInfos, timestamp };
}

/** The app hash of a height and the proof of each store under it. */
export interface RootProofs {
  readonly appHash: Uint8Array;
  /** Encoded ics23 CommitmentProof of a store's root; undefined where there is no such store. */
  proof(name: string): Uint8Array | undefined;
}

const LEAF_PREFIX = new Uint8Array([0]);
const INNER_PREFIX = new Uint8Array([1]);
const NOTHING = new Uint8Array(0);

export function rootProofs(info: CommitInfo): RootProofs {
  const leaves = info.storeInfos.map((s) => simpleMapLeaf({ key: utf8(s.name), value: s.commitId.hash }));
  const { root, proofs } = merkleProofs(leaves);
  const encoded = new Map<string, Uint8Array>();
  return {
    appHash: root,
    proof(name) {
      const known = encoded.get(name);
      if (known !== undefined) return known;
      const index = info.storeInfos.findIndex((s) => s.name === name);
      const store = info.storeInfos[index];
      if (store === undefined) return undefined;
      const path: InnerOp[] = [];
      let aunt = 0;
      for (let at = index, width = leaves.length; width > 1; at >>>= 1, width = (width + 1) >>> 1) {
        // The last of an odd level goes up without a sibling.
        if ((at ^ 1) >= width) continue;
        const hash = proofs[index]?.aunts[aunt++] as Uint8Array;
        path.push(
          at % 2 === 1
            ? { hash: HASH_OP.SHA256, prefix: concatBytes(INNER_PREFIX, hash), suffix: NOTHING }
            : { hash: HASH_OP.SHA256, prefix: INNER_PREFIX, suffix: hash },
        );
      }
      const leaf = { hash: HASH_OP.SHA256, prehashKey: HASH_OP.NO_HASH, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.VAR_PROTO, prefix: LEAF_PREFIX };
      const proof: CommitmentProof = { proof: { case: 'exist', value: { key: utf8(name), value: store.commitId.hash, leaf, path } } };
      const data = commitmentProofCodec.encode(proof);
      encoded.set(name, data);
      return data;
    },
  };
}
