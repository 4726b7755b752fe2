// The operations of ICS-23 that trees of other chains use, joined to those of hash-op.ts.
import { concatBytes } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { ripemd160 } from '../ripemd160.ts';
import { sha256 } from '../sha256.ts';
import { HASH_OP, LENGTH_OP, setHashOp, setLengthOp } from './hash-op.ts';

setHashOp(HASH_OP.RIPEMD160, ripemd160);
setHashOp(HASH_OP.BITCOIN, (data) => ripemd160(sha256(data)));

function fixed(bytes: 4 | 8, little: boolean, length: number): Uint8Array {
  const out = new Uint8Array(bytes);
  new DataView(out.buffer).setUint32(little || bytes === 4 ? 0 : 4, length, little);
  return out;
}

const prefixed = (bytes: 4 | 8, little: boolean) => (data: Uint8Array) => concatBytes(fixed(bytes, little, data.length), data);
const required = (want: number) => (data: Uint8Array) => {
  if (data.length !== want) throw new CryptoError('ics23', `data was ${data.length} bytes, not ${want}`);
  return data;
};

setLengthOp(LENGTH_OP.NO_PREFIX, (data) => data);
setLengthOp(LENGTH_OP.FIXED32_BIG, prefixed(4, false));
setLengthOp(LENGTH_OP.FIXED32_LITTLE, prefixed(4, true));
setLengthOp(LENGTH_OP.FIXED64_BIG, prefixed(8, false));
setLengthOp(LENGTH_OP.FIXED64_LITTLE, prefixed(8, true));
setLengthOp(LENGTH_OP.REQUIRE_32_BYTES, required(32));
setLengthOp(LENGTH_OP.REQUIRE_64_BYTES, required(64));
