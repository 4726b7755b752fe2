// The JSON in which the tables of ics23 write its messages: Go's encoding/json of the generated structs, bytes in base64.
import type { CommitmentProof, ExistenceProof, InnerOp, InnerSpec, LeafOp, ProofSpec } from '../../chain/crypto/ics23/index.ts';
import { fromBase64 } from '../../chain/encoding/bytes.ts';

export type Json = Readonly<Record<string, unknown>>;

export const bytesField = (v: unknown): Uint8Array => (typeof v === 'string' ? fromBase64(v) : new Uint8Array(0));
const numberField = (v: unknown): number => (typeof v === 'number' ? v : 0);
const part = <T>(v: unknown, read: (j: Json) => T): T | undefined => (v == null ? undefined : read(v as Json));
const list = <T>(v: unknown, read: (j: Json) => T): T[] => (Array.isArray(v) ? v.map((e) => read(e as Json)) : []);

export const leafOpFromJson = (j: Json): LeafOp => ({
  hash: numberField(j.hash),
  prehashKey: numberField(j.prehash_key),
  prehashValue: numberField(j.prehash_value),
  length: numberField(j.length),
  prefix: bytesField(j.prefix),
});

export const innerOpFromJson = (j: Json): InnerOp => ({ hash: numberField(j.hash), prefix: bytesField(j.prefix), suffix: bytesField(j.suffix) });

export const existenceProofFromJson = (j: Json): ExistenceProof => ({
  key: bytesField(j.key),
  value: bytesField(j.value),
  leaf: part(j.leaf, leafOpFromJson),
  path: list(j.path, innerOpFromJson),
});

const innerSpecFromJson = (j: Json): InnerSpec => ({
  childOrder: Array.isArray(j.child_order) ? (j.child_order as number[]) : [],
  childSize: numberField(j.child_size),
  minPrefixLength: numberField(j.min_prefix_length),
  maxPrefixLength: numberField(j.max_prefix_length),
  emptyChild: bytesField(j.empty_child),
  hash: numberField(j.hash),
});

export const proofSpecFromJson = (j: Json): ProofSpec => ({
  leafSpec: part(j.leaf_spec, leafOpFromJson),
  innerSpec: part(j.inner_spec, innerSpecFromJson),
  maxDepth: numberField(j.max_depth),
  minDepth: numberField(j.min_depth),
  prehashKeyBeforeComparison: j.prehash_key_before_comparison === true,
});

/** Only the existence case: the corpus has no other. */
export function commitmentProofFromJson(j: Json | undefined): CommitmentProof {
  const exist = j === undefined ? undefined : ((j.proof as Json | undefined)?.exist as Json | undefined);
  return { proof: exist === undefined ? undefined : { case: 'exist', value: existenceProofFromJson(exist) } };
}
