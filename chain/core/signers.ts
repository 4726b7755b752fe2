// Who must sign a message: the fields its (cosmos.msg.v1.signer) option names, followed into nested messages.
// Source: cosmossdk.io/x/tx v0.14.0 signing/context.go.

import { type AnyMessage, type MessageType, messageOfCodec } from '../../proto/registry.ts';
import type { AddressCodec } from './address.ts';
import { plainError } from './errors.ts';

type Collect = (m: AnyMessage, addresses: AddressCodec, out: Uint8Array[]) => void;
const collectors = new WeakMap<MessageType, Collect>();
const NESTING_MAX = 32;
const VALIDATOR_ADDRESS = 'cosmos.ValidatorAddressString';

const accountBytes = (text: string, addresses: AddressCodec): Uint8Array => addresses.toBytes(text);
const validatorBytes = (text: string, addresses: AddressCodec): Uint8Array => addresses.validators.toBytes(text);

function collectorOf(type: MessageType, depth = 0): Collect {
  const known = collectors.get(type);
  if (known !== undefined) return known;
  const names = type.meta.signers ?? [];
  if (names.length === 0)
    throw plainError(`no cosmos.msg.v1.signer option found for message ${type.name}; use DefineCustomGetSigners to specify a custom getter`);
  if (depth > NESTING_MAX) throw plainError('maximum recursion depth exceeded');
  const parts = names.map((name) => fieldCollector(type, name, depth));
  const collect: Collect = (m, addresses, out) => {
    for (const part of parts) part(m, addresses, out);
  };
  collectors.set(type, collect);
  return collect;
}

function fieldCollector(type: MessageType, name: string, depth: number): Collect {
  const field = type.byName.get(name);
  if (field === undefined) throw plainError(`field ${name} not found in message ${type.name}`);
  const { property, shape } = field;
  if (shape.kind === 'scalar') {
    // The scalar option says whose address it is: an operator signs with the account of the same bytes.
    const bytes = field.extra.scalar === VALIDATOR_ADDRESS ? validatorBytes : accountBytes;
    return shape.repeated
      ? (m, addresses, out) => {
          for (const text of m[property]) out.push(bytes(text, addresses));
        }
      : (m, addresses, out) => out.push(bytes(m[property], addresses));
  }
  if (shape.kind !== 'message') throw plainError(`unexpected field type for field ${name} in message ${type.name}`);
  const inner = collectorOf(messageOfCodec(shape.codec()), depth + 1);
  if (shape.repeated) {
    return (m, addresses, out) => {
      for (const v of m[property]) inner(v, addresses, out);
    };
  }
  return (m, addresses, out) => inner(m[property] ?? shape.codec().zero(), addresses, out);
}

/** Throws a coded or plain error for an address that cannot be read. */
export function messageSigners(type: MessageType, message: AnyMessage, addresses: AddressCodec): readonly Uint8Array[] {
  const out: Uint8Array[] = [];
  collectorOf(type)(message, addresses, out);
  return out;
}
