// x/auth: numbers and sequences of accounts, which a device needs to sign. Source: sdk:x/auth/types/keys.go, auth.proto.
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { asText, message } from '../wire.ts';
import type { Reader } from './reader.ts';

export interface Account {
  /** Protobuf name, e.g. cosmos.auth.v1beta1.BaseAccount. */
  readonly type: string;
  readonly number: bigint;
  readonly sequence: bigint;
}

/** The BaseAccount inside: itself, or the first field of a module's or a vesting account, once or twice. */
function base(type: string, value: Uint8Array): Uint8Array {
  let b = value;
  for (let depth = type.endsWith('.BaseAccount') ? 0 : type.includes('.vesting.') ? 2 : 1; depth > 0; depth--) b = message(b).bytes(1);
  return b;
}

/** `address` are the bytes; undefined where the account is not there. */
export const account: Reader<[address: Uint8Array], Account | undefined> = {
  store: 'acc',
  key: (address) => concatBytes(Uint8Array.of(1), address),
  decode: (value) => {
    if (value === undefined) return undefined;
    const any = message(value);
    const type = asText(any.bytes(1)).slice(1);
    const account = message(base(type, any.bytes(2)));
    const [number, sequence] = [account.int64(3), account.int64(4)].map((n) => BigInt.asUintN(64, n)) as [bigint, bigint];
    return { type, number, sequence };
  },
};
