// SIGN_MODE_LEGACY_AMINO_JSON: the StdSignDoc as sorted, compact JSON. Source: cosmossdk.io/x/tx v0.14.0 signing/aminojson.

import { AminoJsonError, aminoString, namedAminoJson } from '../../proto/amino-json.ts';
import type { Fee, TxBody } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { AnyMessage, MessageType } from '../../proto/registry.ts';
import { formatTime } from '../encoding/time.ts';
import { TxError } from './errors.ts';

interface Numbers {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

function feeJson(fee: Fee): string {
  // An amount that is not there is Go's nil Int, and its text is signed as such.
  const coins = fee.amount.map(
    (c) => `{"amount":${aminoString(c.amount === '' ? '<nil>' : c.amount)}${c.denom === '' ? '' : `,"denom":${aminoString(c.denom)}`}}`,
  );
  const granter = fee.granter === '' ? '' : `,"granter":${aminoString(fee.granter)}`;
  const payer = fee.payer === '' ? '' : `,"payer":${aminoString(fee.payer)}`;
  return `{"amount":[${coins.join(',')}],"gas":"${fee.gasLimit}"${granter}${payer}}`;
}

/** The document; throws TxError where the transaction has extension options or a message cannot be expressed. */
export function aminoSignDoc(body: TxBody, fee: Fee, messages: readonly { readonly type: MessageType; readonly value: AnyMessage }[], n: Numbers): string {
  if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0) {
    throw new TxError('SIGN_MODE_LEGACY_AMINO_JSON does not support protobuf extension options: invalid request');
  }
  let msgs: string;
  try {
    msgs = messages.length === 0 ? 'null' : `[${messages.map((m) => namedAminoJson(m.type, m.value)).join(',')}]`;
  } catch (e) {
    throw e instanceof AminoJsonError ? new TxError(e.message) : e;
  }
  const parts = [
    `"account_number":"${n.accountNumber}"`,
    `"chain_id":${aminoString(n.chainId)}`,
    `"fee":${feeJson(fee)}`,
    `"memo":${aminoString(body.memo)}`,
    `"msgs":${msgs}`,
    `"sequence":"${n.sequence}"`,
  ];
  if (body.timeoutHeight !== 0n) parts.push(`"timeout_height":"${body.timeoutHeight}"`);
  if (body.timeoutTimestamp !== undefined) parts.push(`"timeout_timestamp":"${formatTime(body.timeoutTimestamp)}"`);
  if (body.unordered) parts.push('"unordered":true');
  return `{${parts.join(',')}}`;
}
