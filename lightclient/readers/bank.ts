// x/bank: keys are made here from what is asked, never taken from an answer. Source: sdk:x/bank/types/keys.go.
import { concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import { LightError } from '../errors.ts';
import { asText } from '../wire.ts';
import type { Reader } from './reader.ts';

function amount(value: Uint8Array | undefined): bigint {
  const text = value === undefined ? '0' : asText(value);
  if (!/^\d{1,78}$/.test(text)) throw new LightError('proof', 'a value that is no amount');
  return BigInt(text);
}

/** Base units of a denom that an account holds; `address` are the bytes. */
export const balance: Reader<[address: Uint8Array, denom: string], bigint> = {
  store: 'bank',
  key: (address, denom) => concatBytes(Uint8Array.of(2, address.length), address, utf8(denom)),
  decode: amount,
};

/** Base units of a denom that there are. */
export const supply: Reader<[denom: string], bigint> = {
  store: 'bank',
  key: (denom) => concatBytes(Uint8Array.of(0), utf8(denom)),
  decode: amount,
};
