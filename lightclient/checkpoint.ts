// Signed checkpoints: a header that others vouch for, from which a client begins. Bytes that are signed: the line
// "trellis/light-checkpoint/v1\n", then the JSON without `sigs`, keys sorted, no spaces. Source: light-client.md §7.
import { bytesEqual, concatBytes, fromHex, toHex, utf8 } from '../chain/encoding/bytes.ts';
import { type Duration, formatTime, parseTime, type Time } from '../chain/encoding/time.ts';
import type { SignatureCheck } from '../chain/types/commit-verify.ts';
import { decodeTrust, encodeTrust, TRUST_BYTES, type Trust } from './client/trust.ts';
import type { VerifySignatures } from './client/verify.ts';
import { LightError } from './errors.ts';
import { int64, list, record, text } from './providers/json.ts';
import { asText } from './wire.ts';

export interface Checkpoint extends Trust {
  readonly chainId: string;
  /** Leaves of the log of block hashes whose root is `logRoot`; 0: there is none. */
  readonly logSize: bigint;
  readonly issued: Time;
  readonly expires: Time;
  readonly signatures: readonly { readonly keyId: string; readonly signature: Uint8Array }[];
}

export interface CheckpointPolicy {
  /** Ed25519 keys by the names that signatures give. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
  /** Different keys that must have signed. */
  readonly threshold: number;
  readonly maxAge: Duration;
}

const BYTES_MAX = 4096;
const SIGNATURES_MAX = 16;

export function checkpointBody(c: Checkpoint): string {
  const { chainId, logSize, logRoot } = c;
  // Sorted by hand, as the fields are fixed.
  return JSON.stringify({
    chain_id: chainId,
    expires: formatTime(c.expires),
    hash: toHex(c.hash),
    height: `${c.height}`,
    history: { root: toHex(logRoot), size: `${logSize}` },
    issued: formatTime(c.issued),
    next_validators_hash: toHex(c.nextValidatorsHash),
    time: formatTime(c.time),
    v: 1,
    validators_hash: toHex(c.validatorsHash),
  });
}

export const checkpointSignBytes = (c: Checkpoint): Uint8Array => utf8(`trellis/light-checkpoint/v1\n${checkpointBody(c)}`);

/** Throws LightError `checkpoint` for what is none. Nothing is verified yet. */
export function parseCheckpoint(json: string): Checkpoint {
  try {
    if (json.length > BYTES_MAX) throw new RangeError('too long');
    const o = record(JSON.parse(json));
    const history = record(o.history);
    const hash = (v: unknown): Uint8Array => {
      const b = fromHex(text(v));
      if (b.length !== 32) throw new RangeError('a hash of another size');
      return b;
    };
    const sigs = list(o.sigs).map(record);
    if (o.v !== 1 || sigs.length > SIGNATURES_MAX) throw new RangeError('another version');
    return {
      chainId: text(o.chain_id),
      height: int64(o.height),
      time: parseTime(text(o.time)),
      hash: hash(o.hash),
      validatorsHash: hash(o.validators_hash),
      nextValidatorsHash: hash(o.next_validators_hash),
      logRoot: hash(history.root),
      logSize: int64(history.size),
      issued: parseTime(text(o.issued)),
      expires: parseTime(text(o.expires)),
      signatures: sigs.map(({ key_id, alg, sig }) => {
        if (alg !== 'ed25519') throw new RangeError(`algorithm ${alg}`);
        return { keyId: text(key_id), signature: fromHex(text(sig)) };
      }),
    };
  } catch (e) {
    throw e instanceof RangeError || e instanceof SyntaxError ? new LightError('checkpoint', `no checkpoint: ${e.message}`) : e;
  }
}

/** Throws LightError `checkpoint` unless enough of the keys signed it and it is neither too old nor not yet due. */
export async function verifyCheckpoint(
  c: Checkpoint,
  policy: CheckpointPolicy,
  at: { readonly chainId: string; readonly now: Time; readonly trustingPeriod: Duration },
  verify: VerifySignatures,
): Promise<void> {
  const fail = (why: string): never => {
    throw new LightError('checkpoint', why);
  };
  const { now } = at;
  if (c.chainId !== at.chainId) fail(`of chain ${c.chainId}`);
  if (c.issued > now || c.expires <= now) fail(`valid from ${formatTime(c.issued)} to ${formatTime(c.expires)}`);
  if (now - c.issued > policy.maxAge || now - c.issued > at.trustingPeriod || now - c.time > at.trustingPeriod) fail('too old: a newer one is needed');
  const message = checkpointSignBytes(c);
  const checks: SignatureCheck[] = [];
  const seen: Uint8Array[] = [];
  for (const { keyId, signature } of c.signatures) {
    const value = policy.keys[keyId];
    if (value === undefined || seen.some((k) => bytesEqual(k, value))) continue;
    seen.push(value);
    checks.push({ index: checks.length, pubKey: { case: 'ed25519', value }, message, signature });
  }
  const good = (await verify(checks)).filter((g) => g).length;
  if (good < policy.threshold) fail(`${good} good signatures of known keys, ${policy.threshold} are needed`);
}

const BINARY_VERSION = 1;

function be64(n: bigint): Uint8Array {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigInt64(0, n);
  return b;
}

const sized = (b: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(b.length), b);

/**
 * The binary form, for flash and codes that are scanned; the JSON of what it says is signed. Version 1, chain id with its length, the 148 bytes of
 * the trust, be64 log size, be64 issued and expires in nanoseconds, then for each signature the key's name with its length and 64 bytes.
 */
export function encodeCheckpoint(c: Checkpoint): Uint8Array {
  const sigs = c.signatures.map((s) => concatBytes(sized(utf8(s.keyId)), s.signature));
  return concatBytes(Uint8Array.of(BINARY_VERSION), sized(utf8(c.chainId)), encodeTrust(c), be64(c.logSize), be64(c.issued), be64(c.expires), ...sigs);
}

/** Throws LightError `checkpoint` for what is none. Nothing is verified yet. */
export function decodeCheckpoint(b: Uint8Array): Checkpoint {
  const fail = (why: string): never => {
    throw new LightError('checkpoint', `no checkpoint: ${why}`);
  };
  let at = 0;
  const take = (n: number): Uint8Array => {
    at += n;
    if (at > b.length || b.length > BYTES_MAX) fail('it ends early, or is too long');
    return b.subarray(at - n, at);
  };
  const number = (): bigint => new DataView(take(8).slice().buffer).getBigInt64(0);
  const name = (): string => asText(take(take(1)[0] as number));
  if (take(1)[0] !== BINARY_VERSION) fail('another version');
  const chainId = name();
  const c = { chainId, ...decodeTrust(take(TRUST_BYTES)), logSize: number(), issued: number(), expires: number() };
  const signatures: { readonly keyId: string; readonly signature: Uint8Array }[] = [];
  while (at < b.length) {
    signatures.push({ keyId: name(), signature: take(64).slice() });
    if (signatures.length > SIGNATURES_MAX) fail('too many signatures');
  }
  return { ...c, signatures };
}
