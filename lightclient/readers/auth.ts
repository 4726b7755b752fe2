// x/auth: numbers and sequences of accounts, which a device needs to sign. Source: sdk:x/auth/types/keys.go, auth.proto.
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { asBytes, asText, fields } from '../wire.ts';
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
  for (let depth = type.endsWith('.BaseAccount') ? 0 : type.includes('.vesting.') ? 2 : 1; depth > 0; depth--) {
    for (const [no, v] of fields(b)) {
      if (no !== 1) continue;
      b = asBytes(v);
      break;
    }
  }
  return b;
}

/** `address` are the bytes; undefined where the account is not there. */
export const account: Reader<[address: Uint8Array], Account | undefined> = {
  store: 'acc',
  key: (address) => concatBytes(Uint8Array.of(1), address),
  decode: (value) => {
    if (value === undefined) return undefined;
    let type = '';
    let inner: Uint8Array = new Uint8Array(0);
    for (const [no, v] of fields(value)) {
      if (no === 1) type = asText(v).slice(1);
      else if (no === 2) inner = asBytes(v);
    }
    let number = 0n;
    let sequence = 0n;
    for (const [no, v] of fields(base(type, inner))) {
      if (no === 3 && typeof v === 'bigint') number = v;
      else if (no === 4 && typeof v === 'bigint') sequence = v;
    }
    return { type, number, sequence };
  },
};
