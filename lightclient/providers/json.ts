// JSON of CometBFT's RPC as tables that read and write: numbers of 64 bits are strings, hashes hex, keys and signatures base64. Reading throws
// a RangeError for whatever is not exactly that. Small, as pages carry it; the node's own codecs are chain/types/json.
import { fromBase64, fromHex, toBase64, toHexUpper } from '../../chain/encoding/bytes.ts';
import { formatTime, parseTime } from '../../chain/encoding/time.ts';
import type { LightClientAttackEvidence } from '../../chain/types/evidence.ts';
import type { LightBlock, SignedHeader } from '../../chain/types/light-block.ts';
import type { PublicKey } from '../../chain/types/public-key.ts';
import type { Validator } from '../../chain/types/validator.ts';
import { compareProposerPriority, compareValidators } from '../../chain/types/validator.ts';
import { ValidatorList } from '../../chain/types/validator-list.ts';

interface Codec<T> {
  readonly read: (v: unknown) => T;
  readonly write: (v: T) => unknown;
}

const fail = (what: string): never => {
  throw new RangeError(what);
};

export function text(v: unknown): string {
  return typeof v === 'string' ? v : fail('no string');
}

/** Within 64 bits with sign. */
export function int64(v: unknown): bigint {
  const s = text(v);
  const n = /^-?\d{1,19}$/.test(s) ? BigInt(s) : fail('no int64');
  return BigInt.asIntN(64, n) === n ? n : fail('no int64');
}

export function list(v: unknown): readonly unknown[] {
  return v === null ? [] : Array.isArray(v) ? v : fail('no list');
}

export function record(v: unknown): Readonly<Record<string, unknown>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : fail('no object');
}

/** null is no bytes. */
export const base64 = (v: unknown): Uint8Array => fromBase64(v === null || v === undefined ? '' : text(v));

const TEXT: Codec<string> = { read: text, write: String };
const INT64: Codec<bigint> = { read: int64, write: String };
/** Left out where it is zero. */
const VERSION: Codec<bigint> = { read: (v) => (v === undefined ? 0n : int64(v)), write: (n) => (n === 0n ? undefined : `${n}`) };
const NUMBER: Codec<number> = { read: (v) => (Number.isInteger(v) && Math.abs(v as number) < 2 ** 32 ? (v as number) : fail('no number')), write: (n) => n };
const HEX: Codec<Uint8Array> = { read: (v) => fromHex(text(v)), write: toHexUpper };
const BASE64: Codec<Uint8Array> = { read: base64, write: toBase64 };
const TIME: Codec<bigint> = { read: (v) => parseTime(text(v)), write: formatTime };

const snake = (k: string): string => k.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const pascal = (k: string): string => k[0]?.toUpperCase() + k.slice(1);

function object<T>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }, name = snake): Codec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Codec<unknown>][];
  return {
    read: (v) => Object.fromEntries(entries.map(([k, c]) => [k, c.read(record(v)[name(k)])])) as T,
    write: (o) => Object.fromEntries(entries.map(([k, c]) => [name(k), c.write(o[k])])),
  };
}

const many = <T>(c: Codec<T>): Codec<readonly T[]> => ({ read: (v) => list(v).map(c.read), write: (l) => l.map(c.write) });

const PARTS = object<{ total: number; hash: Uint8Array }>({ total: NUMBER, hash: HEX });
const BLOCK_ID_FIELDS = object<{ hash: Uint8Array; parts: { total: number; hash: Uint8Array } }>({ hash: HEX, parts: PARTS });
type BlockId = { hash: Uint8Array; partSetHeader: { total: number; hash: Uint8Array } };
const BLOCK_ID: Codec<BlockId> = {
  read: (v) => {
    const { hash, parts } = BLOCK_ID_FIELDS.read(v);
    return { hash, partSetHeader: parts };
  },
  write: ({ hash, partSetHeader }) => BLOCK_ID_FIELDS.write({ hash, parts: partSetHeader }),
};

export const SIGNED_HEADER: Codec<SignedHeader> = object<SignedHeader>({
  header: object<SignedHeader['header']>({
    version: object({ block: VERSION, app: VERSION }),
    chainId: TEXT,
    height: INT64,
    time: TIME,
    lastBlockId: BLOCK_ID,
    lastCommitHash: HEX,
    dataHash: HEX,
    validatorsHash: HEX,
    nextValidatorsHash: HEX,
    consensusHash: HEX,
    appHash: HEX,
    lastResultsHash: HEX,
    evidenceHash: HEX,
    proposerAddress: HEX,
  }),
  commit: object<SignedHeader['commit']>({
    height: INT64,
    round: NUMBER,
    blockId: BLOCK_ID,
    signatures: many(object({ blockIdFlag: NUMBER, validatorAddress: HEX, timestamp: TIME, signature: BASE64 })),
  }),
});

const KEYS: Readonly<Record<string, PublicKey['case']>> = { 'tendermint/PubKeyEd25519': 'ed25519', 'tendermint/PubKeySecp256k1': 'secp256k1' };
const KEY: Codec<PublicKey> = {
  read: (v) => {
    const { type, value } = record(v);
    return { case: KEYS[text(type)] ?? fail('unknown key type'), value: base64(value) };
  },
  write: (k) => ({ type: Object.keys(KEYS).find((t) => KEYS[t] === k.case), value: toBase64(k.value) }),
};

export const VALIDATOR: Codec<Validator> = object<Validator>({ address: HEX, pubKey: KEY, votingPower: INT64, proposerPriority: INT64 });

/** Pages name no proposer: it is the one whose priority is the lowest, as it proposed last. */
export function validatorList(validators: readonly Validator[]): ValidatorList {
  const last = [...validators].sort(compareProposerPriority).at(-1);
  return new ValidatorList([...validators].sort(compareValidators), last);
}

const SET: Codec<ValidatorList> = {
  read: (v) => validatorList(many(VALIDATOR).read(record(v).validators)),
  write: (s) => ({ validators: s.validators.map(VALIDATOR.write), proposer: s.proposer && VALIDATOR.write(s.proposer) }),
};

export const LIGHT_BLOCK: Codec<LightBlock> = object<LightBlock>({ signedHeader: SIGNED_HEADER, validatorSet: SET });

/** As amino names it. */
export const EVIDENCE: Codec<LightClientAttackEvidence> = object<LightClientAttackEvidence>(
  {
    conflictingBlock: LIGHT_BLOCK,
    commonHeight: INT64,
    byzantineValidators: many(VALIDATOR),
    totalVotingPower: INT64,
    timestamp: TIME,
  },
  pascal,
);
