// Whose signatures a transaction needs: the fields named by (cosmos.msg.v1.signer), through messages inside of messages; then the fee
// payer. Source: cosmossdk.io/x/tx v0.14.0 signing/context.go, sdk:types/tx/types.go GetSigners.
import type { AnyMessage, FieldInfo, MessageType } from '../../proto/registry.ts';
import { messageOfCodec } from '../../proto/registry.ts';
import type { DecodedTx } from './decode.ts';
import { TxError } from './errors.ts';

/** Address text to bytes; throws on text that is no address. `validator` addresses have their own prefix. */
export interface AddressReader {
  account(text: string): Uint8Array;
  validator(text: string): Uint8Array;
}

const VALIDATOR_SCALAR = 'cosmos.ValidatorAddressString';
const DEPTH_MAX = 32;

function signerFields(type: MessageType): readonly FieldInfo[] {
  const names = type.meta.signers;
  if (names === undefined) {
    throw new TxError(`no cosmos.msg.v1.signer option found for message ${type.name}; use DefineCustomGetSigners to specify a custom getter`);
  }
  return names.map((n) => {
    const f = type.byName.get(n);
    if (f === undefined) throw new TxError(`field ${n} not found in message ${type.name}`);
    return f;
  });
}

function collect(field: FieldInfo, m: AnyMessage, read: AddressReader, depth: number, out: Uint8Array[]): void {
  if (depth > DEPTH_MAX) throw new TxError('maximum recursion depth exceeded');
  const { shape } = field;
  const raw = m[field.property];
  const values = (shape.kind === 'scalar' || shape.kind === 'message') && shape.repeated ? (raw as readonly AnyMessage[]) : [raw];
  if (shape.kind === 'message') {
    const inner = messageOfCodec(shape.codec());
    const [next, second] = signerFields(inner);
    if (next === undefined || second !== undefined) {
      throw new TxError(`nested cosmos.msg.v1.signer option in message ${inner.name} must contain only one value`);
    }
    for (const v of values) collect(next, v ?? inner.codec.zero(), read, depth + 1, out);
    return;
  }
  const toBytes = field.extra.scalar === VALIDATOR_SCALAR ? read.validator : read.account;
  for (const v of values) out.push(toBytes(v as string));
}

/** In the order of the fields, repeated ones not removed. Throws TxError, or what `read` throws. */
export function messageSigners(type: MessageType, m: AnyMessage, read: AddressReader): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (const f of signerFields(type)) collect(f, m, read, 0, out);
  return out;
}

function key(a: Uint8Array): string {
  return String.fromCharCode(...a);
}

/** Every signer of the transaction once, in the order of the messages, then the fee payer if one is named. */
export function txSigners(tx: DecodedTx, read: AddressReader): Uint8Array[] {
  const out: Uint8Array[] = [];
  const seen = new Set<string>();
  const add = (a: Uint8Array): void => {
    const k = key(a);
    if (seen.has(k)) return;
    seen.add(k);
    out.push(a);
  };
  // The reference reads messages once more here, by a library that insists on UTF-8.
  if (tx.hasInvalidUtf8) throw new TxError('proto: field contains invalid UTF-8');
  for (const m of tx.messages) for (const a of messageSigners(m.type, m.value, read)) add(a);
  const payer = tx.authInfo.fee?.payer ?? '';
  if (payer !== '') add(read.account(payer));
  return out;
}
