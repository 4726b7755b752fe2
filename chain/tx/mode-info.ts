// ModeInfo, the tree of sign modes of a signer. It is the only message of a transaction that contains itself, to any depth that the
// unknown-field check lets through, so it is read with a list instead of the call stack. Source: sdk:x/auth/tx/sigs.go.

import { CompactBitArray as bitArrayCodec } from '../../proto/gen/cosmos/crypto/multisig/v1beta1.ts';
import { type ModeInfo, ModeInfo_Single } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { type CompactBitArray, multiSignatureCodec } from '../crypto/compact-bit-array.ts';
import type { MultiSignatureData, SignatureData } from '../crypto/multisig.ts';
import { Reader, WireError } from '../encoding/proto-wire.ts';
import { TxError } from './errors.ts';

interface Multi {
  bitarray: CompactBitArray | undefined;
  readonly modeInfos: ModeInfo[];
}
interface Open {
  /** A ModeInfo or, inside of it, its Multi. */
  readonly info: { sum: ModeInfo['sum'] };
  readonly multi: Multi | undefined;
  readonly outer: number;
}

/** Reads `r` to its end. Unknown fields, already refused by the check on the bytes, are skipped. Throws WireError. */
export function readModeInfo(r: Reader): ModeInfo {
  const root: Open['info'] = { sum: undefined };
  const stack: Open[] = [{ info: root, multi: undefined, outer: r.end }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (r.done()) {
      stack.pop();
      if (stack.length > 0) r.leave(top.outer);
      continue;
    }
    const tag = r.tag();
    const no = tag >>> 3;
    if ((no === 1 || no === 2) && (tag & 7) !== 2) r.fail(`field ${no} has wire type ${tag & 7}, not 2`);
    if (top.multi === undefined) {
      if (no === 1) {
        const outer = r.enter();
        top.info.sum = { case: 'single', value: ModeInfo_Single.read(r, undefined, 0) };
        r.leave(outer);
      } else if (no === 2) {
        const multi: Multi = { bitarray: undefined, modeInfos: [] };
        top.info.sum = { case: 'multi', value: multi };
        stack.push({ info: top.info, multi, outer: r.enter() });
      } else r.skip(tag & 7, no);
    } else if (no === 1) {
      const outer = r.enter();
      top.multi.bitarray = bitArrayCodec.read(r, top.multi.bitarray, 0);
      r.leave(outer);
    } else if (no === 2) {
      const info: Open['info'] = { sum: undefined };
      top.multi.modeInfos.push(info);
      stack.push({ info, multi: undefined, outer: r.enter() });
    } else r.skip(tag & 7, no);
  }
  return root;
}

/** Deeper than any multisig key can be (unpack.ts), so no signature down there can be verified. */
const DEPTH_MAX = 64;

/**
 * The signature of a signer as a tree, from its mode and bytes. Throws TxError where the reference has an error, and a plain Error where
 * it panics (a mode that is not set, fewer signatures than modes).
 */
export function signatureData(info: ModeInfo | undefined, signature: Uint8Array, depth = 0): SignatureData {
  if (depth > DEPTH_MAX) throw new TxError('mode info nested too deeply');
  const sum = info?.sum;
  if (sum === undefined) throw new Error('unexpected ModeInfo data type <nil>');
  if (sum.case === 'single') return { mode: sum.value.mode, signature };
  const signatures = decodeMultisignatures(signature);
  const data: MultiSignatureData = {
    bitArray: sum.value.bitarray,
    signatures: sum.value.modeInfos.map((inner, i) => {
      const one = signatures[i];
      if (one === undefined) throw new Error(`index out of range [${i}] with length ${signatures.length}`);
      return signatureData(inner, one, depth + 1);
    }),
  };
  return data;
}

function decodeMultisignatures(bytes: Uint8Array): readonly Uint8Array[] {
  const r = new Reader(bytes);
  try {
    while (!r.done()) {
      const tag = r.tag();
      if (tag >>> 3 !== 1) throw new TxError('rejecting unrecognized fields found in MultiSignature');
      r.skip(tag & 7, tag >>> 3);
    }
    return multiSignatureCodec.decode(bytes).signatures;
  } catch (e) {
    throw e instanceof WireError ? new TxError(e.message) : e;
  }
}
