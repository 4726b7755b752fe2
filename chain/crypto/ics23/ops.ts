// One step of a proof: applying it, and checking that it has the form a spec allows (ics23:go/ops.go). Each function throws CryptoError.
import { bytesEqual, concatBytes, toHexUpper } from '../../encoding/bytes.ts';
import { fail } from './fail.ts';
import { doHash, doHashOrNoop, doLength, SHA256 } from './hash-op.ts';
import { IAVL_SPEC, specEquals } from './specs.ts';
import type { InnerOp, InnerSpec, LeafOp, ProofSpec } from './types.ts';

/** The hash of a leaf. Empty keys and values prove nothing. */
export function applyLeaf(op: LeafOp, key: Uint8Array, value: Uint8Array): Uint8Array {
  if (key.length === 0) fail('leaf op needs key');
  if (value.length === 0) fail('leaf op needs value');
  const k = doLength(op.length, doHashOrNoop(op.prehashKey, key));
  const v = doLength(op.length, doHashOrNoop(op.prehashValue, value));
  return doHash(op.hash, concatBytes(op.prefix, k, v));
}

export function applyInner(op: InnerOp, child: Uint8Array): Uint8Array {
  if (child.length === 0) fail('inner op needs child value');
  return doHash(op.hash, concatBytes(op.prefix, child, op.suffix));
}

const startsWith = (data: Uint8Array, prefix: Uint8Array): boolean => bytesEqual(data.subarray(0, prefix.length), prefix);

/** A zigzag varint of Go's encoding/binary at `at`: the value and the position after it. */
function readVarint(b: Uint8Array, at: number): { value: bigint; next: number } {
  let raw = 0n;
  for (let i = 0; i < 10; i++) {
    const c = b[at + i];
    if (c === undefined) fail(i === 0 ? 'EOF' : 'unexpected EOF');
    if (i === 9 && c > 1) break;
    raw |= BigInt(c & 127) << BigInt(7 * i);
    if (c < 128) return { value: BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n)), next: at + i + 1 };
  }
  return fail('binary: varint overflows a 64-bit integer');
}

/**
 * The prefix of an IAVL node is height, size and version. Height is at least that of the layer (0 for a leaf); an inner node then has
 * the length byte of its left child (1 byte left), or the whole left child and the length byte of the right one (34).
 */
function checkIavlPrefix(prefix: Uint8Array, hash: number, layer: number): void {
  let at = 0;
  for (let i = 0; i < 3; i++) {
    const { value, next } = readVarint(prefix, at);
    if (i === 0 && value < BigInt(layer)) fail(`IAVL height (${value}) must be non-negative and greater than or equal to the layer number (${layer})`);
    if (value < 0n) fail(`IAVL ${i === 1 ? 'size' : 'version'} (${value}) must be non-negative`);
    at = next;
  }
  const rest = prefix.length - at;
  if (layer === 0 ? rest !== 0 : (rest !== 1 && rest !== 34) || hash !== SHA256) fail('invalid op');
}

const leafSpecOf = (spec: ProofSpec): LeafOp => spec.leafSpec ?? fail('spec.LeafSpec must be non-nil');
export const innerSpecOf = (spec: ProofSpec): InnerSpec => spec.innerSpec ?? fail('spec.InnerSpec must be non-nil');

export function checkLeaf(op: LeafOp, spec: ProofSpec): void {
  const want = leafSpecOf(spec);
  if (specEquals(spec, IAVL_SPEC)) checkIavlPrefix(op.prefix, op.hash, 0);
  if (op.hash !== want.hash) fail(`unexpected HashOp: ${op.hash}`);
  if (op.prehashKey !== want.prehashKey) fail(`unexpected PrehashKey: ${op.prehashKey}`);
  if (op.prehashValue !== want.prehashValue) fail(`unexpected PrehashValue: ${op.prehashValue}`);
  if (op.length !== want.length) fail(`unexpected LengthOp: ${op.length}`);
  if (!startsWith(op.prefix, want.prefix)) fail(`leaf Prefix doesn't start with ${toHexUpper(want.prefix)}`);
}

/** `layer` counts from 1 at the leaf's parent. */
export function checkInner(op: InnerOp, spec: ProofSpec, layer: number): void {
  const inner = innerSpecOf(spec);
  const leaf = leafSpecOf(spec);
  if (op.hash !== inner.hash) fail(`unexpected HashOp: ${op.hash}`);
  if (specEquals(spec, IAVL_SPEC)) checkIavlPrefix(op.prefix, op.hash, layer);
  if (startsWith(op.prefix, leaf.prefix)) fail(`inner Prefix starts with ${toHexUpper(leaf.prefix)}`);
  if (op.prefix.length < inner.minPrefixLength) fail(`innerOp prefix too short (${op.prefix.length})`);
  const leftChildren = (inner.childOrder.length - 1) * inner.childSize;
  if (op.prefix.length > inner.maxPrefixLength + leftChildren) fail(`innerOp prefix too long (${op.prefix.length})`);
  if (inner.childSize <= 0) fail('spec.InnerSpec.ChildSize must be >= 1');
  // Without this a suffix could hide a second tree.
  if (op.suffix.length % inner.childSize !== 0) fail('InnerOp suffix malformed');
}
