// Genesis transactions: each makes one validator, signed by its operator as if at height 0. In a genesis file they are proto JSON.
// Source: sdk:x/genutil/types/genesis_state.go, gentx.go; x/auth/tx/decoder.go.
import type { Json } from '../../chain/core/module.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { MsgCreateValidator } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { AuthInfo, Tx, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { fromJson, jsonText, ProtoJsonError, toJson } from '../../proto/json.ts';
import { messageOfCodec } from '../../proto/registry.ts';

export const CREATE_VALIDATOR_URL = `/${MsgCreateValidator.name}`;

/** A genesis transaction that is none; the text says which and why. */
export class GenTxError extends Error {
  override readonly name = 'GenTxError';
}

export interface GenTx {
  readonly tx: Tx;
  readonly message: MsgCreateValidator;
  /** As a block carries it, and as its signature was made for. */
  readonly bytes: Uint8Array;
}

export function txBytes(tx: Tx): Uint8Array {
  return TxRaw.encode({
    bodyBytes: tx.body === undefined ? new Uint8Array(0) : TxBody.encode(tx.body),
    authInfoBytes: tx.authInfo === undefined ? new Uint8Array(0) : AuthInfo.encode(tx.authInfo),
    signatures: tx.signatures,
  });
}

/** Throws GenTxError for what is no transaction with one message that makes a validator. Signatures are not looked at. */
export function readGenTx(json: Json): GenTx {
  try {
    const tx = fromJson(messageOfCodec(Tx), json) as Tx;
    const messages = tx.body?.messages ?? [];
    const [any] = messages;
    if (any === undefined || messages.length !== 1) throw new GenTxError(`unexpected number of GenTx messages; got: ${messages.length}, expected: 1`);
    if (any.typeUrl !== CREATE_VALIDATOR_URL) throw new GenTxError(`unexpected GenTx message type; expected: MsgCreateValidator, got: ${any.typeUrl}`);
    return { tx, message: MsgCreateValidator.decode(any.value), bytes: txBytes(tx) };
  } catch (e) {
    if (e instanceof ProtoJsonError || e instanceof WireError || e instanceof RangeError) {
      throw new GenTxError(`failed to decode gentx: ${jsonText(json).slice(0, 200)}, error: ${e.message}`);
    }
    throw e;
  }
}

export function genTxToJson(tx: Tx): Json {
  return toJson(messageOfCodec(Tx), tx);
}
