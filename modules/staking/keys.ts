// Where staking keeps its state. Source: sdk:x/staking/types/keys.go.
import type { KeyCodec } from '../../chain/core/collections/key-codec.ts';
import { bytesKey, encodeKey, lengthPrefixedBytesKey, pairKey, tripleKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { concatBytes, fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { formatTime, parseTime, type Time } from '../../chain/encoding/time.ts';

export const MODULE_NAME = 'staking';
export const STORE_NAME = 'staking';
/** Module accounts: tokens of bonded validators, and all other staked ones. */
export const BONDED_POOL = 'bonded_tokens_pool';
export const NOT_BONDED_POOL = 'not_bonded_tokens_pool';

/** Collection prefixes in the store. 0x81 to 0x87 are reserved: forks of the reference used them. */
export const PREFIX = {
  lastValidatorPower: 0x11,
  lastTotalPower: 0x12,
  validators: 0x21,
  validatorsByConsAddr: 0x22,
  validatorsByPower: 0x23,
  delegations: 0x31,
  unbondings: 0x32,
  unbondingsByValidator: 0x33,
  redelegations: 0x34,
  redelegationsBySource: 0x35,
  redelegationsByDestination: 0x36,
  unbondingId: 0x37,
  unbondingIndex: 0x38,
  unbondingType: 0x39,
  unbondingQueue: 0x41,
  redelegationQueue: 0x42,
  validatorQueue: 0x43,
  historicalInfo: 0x50,
  params: 0x51,
  validatorUpdates: 0x61,
  delegationsByValidator: 0x71,
} as const;

/** Operations that end later, by what their ID in the index leads to. */
export const UNBONDING_TYPE = { unbondingDelegation: 1n, redelegation: 2n, validator: 3n } as const;

const SORTABLE_LENGTH = '2006-01-02T15:04:05.000000000'.length;

/** sdk.FormatTimeBytes: UTC with nine places of the second and no zone, so that text order is time order. */
export function timeBytes(t: Time): Uint8Array {
  const [whole = '', fraction = ''] = formatTime(t).slice(0, -1).split('.');
  return utf8(`${whole}.${fraction.padEnd(9, '0')}`);
}

/** Throws a RangeError for what timeBytes does not make. */
export function parseTimeBytes(b: Uint8Array): Time {
  if (b.length !== SORTABLE_LENGTH) throw new RangeError(`staking: a time key of ${b.length} bytes`);
  return parseTime(`${fromUtf8(b)}Z`);
}

/** A codec whose value may stand last in a key only. */
function terminal<K>(toBytes: (k: K) => Uint8Array, fromBytes: (b: Uint8Array) => K): KeyCodec<K> {
  const none = (): never => {
    throw new Error('staking: this key stands last');
  };
  return {
    size: (k) => toBytes(k).length,
    write: (out, at, k) => {
      const b = toBytes(k);
      out.set(b, at);
      return at + b.length;
    },
    read: (b, at) => ({ key: fromBytes(b.subarray(at)), end: b.length }),
    sizeNonTerminal: none,
    writeNonTerminal: none,
    readNonTerminal: none,
  };
}

export const timeKey: KeyCodec<Time> = terminal(timeBytes, parseTimeBytes);

export interface QueuePoint {
  readonly time: Time;
  readonly height: bigint;
}

/** Length of the time (8 bytes), the time, the height. */
export const queuePointKey: KeyCodec<QueuePoint> = terminal(
  (p) => {
    const t = timeBytes(p.time);
    return concatBytes(encodeKey(uint64Key, BigInt(t.length)), t, encodeKey(uint64Key, p.height));
  },
  (b) => {
    if (b.length !== 16 + SORTABLE_LENGTH) throw new RangeError(`staking: a queue key of ${b.length} bytes`);
    return { time: parseTimeBytes(b.subarray(8, 8 + SORTABLE_LENGTH)), height: uint64Key.read(b, 8 + SORTABLE_LENGTH).key };
  },
);

export interface PowerRank {
  readonly power: bigint;
  readonly operator: Uint8Array;
}

const inverted = (b: Uint8Array): Uint8Array => b.map((x) => ~x & 255);

/** Power (8 bytes), then the operator with every bit turned: of equal power, the lower address comes last, so first in descending order. */
export const powerRankKey: KeyCodec<PowerRank> = terminal(
  (r) => concatBytes(encodeKey(uint64Key, r.power), Uint8Array.of(r.operator.length), inverted(r.operator)),
  (b) => ({ power: uint64Key.read(b, 0).key, operator: inverted(b.subarray(9)) }),
);

/** Each part with its length, the last one too. */
export const delegatorValidatorKey = pairKey(bytesKey, lengthPrefixedBytesKey);
export const validatorDelegatorKey = pairKey(bytesKey, bytesKey);
export const threeAddressesKey = tripleKey(bytesKey, bytesKey, lengthPrefixedBytesKey);
