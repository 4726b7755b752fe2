// Messages inside of Anys. Source: sdk:codec/types/interface_registry.go statefulUnpacker (depth and number of nested Anys are limited,
// ABS-0043, ABS-0044), and the UnpackInterfaces methods of the messages, which say which Anys are opened at all.

import type { Any } from '../../proto/gen/google/protobuf.ts';
import { type AnyMessage, type FieldInfo, findMessage, type MessageType, messageOfCodec } from '../../proto/registry.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import type { Codec } from '../encoding/codec.ts';
import { Reader, type ReadMode, WireError } from '../encoding/proto-wire.ts';
import { TxDecodeError } from './errors.ts';
import { type InterfaceRegistry, MSG_INTERFACE, PUB_KEY_INTERFACE } from './interfaces.ts';
import { isCompressedP256Point } from './p256-point.ts';

const UNPACK_DEPTH_MAX = 10;
/** Anys opened inside of one message of the transaction, itself included. */
const UNPACK_CALLS_MAX = 100;

/** Anys that Go opens without saying so in (cosmos_proto.accepts_interface). */
const ACCEPTS: Readonly<Record<string, string>> = {
  'cosmos.gov.v1.MsgSubmitProposal.messages': MSG_INTERFACE,
  'cosmos.crypto.multisig.LegacyAminoPubKey.public_keys': PUB_KEY_INTERFACE,
};
const P256_KEY = 'cosmos.crypto.secp256r1.PubKey';

export interface Unpacked {
  readonly type: MessageType;
  readonly value: AnyMessage;
}

interface Budget {
  calls: number;
}

interface Opening {
  readonly field: FieldInfo;
  /** The interface of an Any; a message with Anys inside; else nothing to open. */
  readonly iface: string | undefined;
  readonly inner: MessageType | undefined;
}

const openings = new WeakMap<MessageType, readonly Opening[]>();
const NONE: readonly Opening[] = [];

/** The fields of a message through which Anys are reached. Recursive messages do not hold any. */
function openingsOf(type: MessageType): readonly Opening[] {
  const known = openings.get(type);
  if (known !== undefined) return known;
  openings.set(type, NONE);
  const out: Opening[] = [];
  for (const field of type.fields) {
    if (field.shape.kind !== 'message') continue;
    const inner = messageOfCodec(field.shape.codec());
    if (inner.name === 'google.protobuf.Any') {
      const iface = field.extra.accepts ?? ACCEPTS[`${type.name}.${field.protoName}`];
      if (iface !== undefined) out.push({ field, iface, inner: undefined });
    } else if (openingsOf(inner).length > 0) out.push({ field, iface: undefined, inner });
  }
  openings.set(type, out);
  return out;
}

/** The message with what `change` makes of each value of a field; itself where nothing changes. */
function mapValues(field: FieldInfo, m: AnyMessage, change: (v: AnyMessage) => AnyMessage): AnyMessage {
  const v = m[field.property];
  if (v === undefined || (field.oneofCase !== undefined && v.case !== field.oneofCase)) return m;
  let after: AnyMessage;
  if (field.oneofCase !== undefined) {
    const value = change(v.value);
    after = value === v.value ? v : { case: v.case, value };
  } else if (field.shape.kind === 'message' && field.shape.repeated) {
    const list = (v as readonly AnyMessage[]).map(change);
    after = list.every((x, i) => x === v[i]) ? v : list;
  } else after = change(v);
  return after === v ? m : { ...m, [field.property]: after };
}

export class Unpacker {
  readonly #interfaces: InterfaceRegistry;
  readonly #mode: ReadMode;

  constructor(interfaces: InterfaceRegistry, mode: ReadMode) {
    this.#interfaces = interfaces;
    this.#mode = mode;
  }

  /** Opens an Any and what is in it, which the value holds canonically encoded; throws TxDecodeError. */
  unpack(any: Any, iface: string): Unpacked {
    return this.#unpack(any, iface, UNPACK_DEPTH_MAX, { calls: UNPACK_CALLS_MAX });
  }

  #unpack(any: Any, iface: string, depth: number, budget: Budget): Unpacked {
    if (depth <= 0) throw new TxDecodeError('max depth exceeded');
    if (budget.calls <= 0) throw new TxDecodeError('call limit exceeded');
    if (any.typeUrl === '') throw new TxDecodeError('unable to resolve type URL ');
    budget.calls--;
    const type = this.#interfaces.implementation(iface, any.typeUrl);
    if (type === undefined) {
      throw new TxDecodeError(`no concrete type registered for type URL ${any.typeUrl} against interface ${iface}`);
    }
    const value = decodeValue(type.codec, any.value, this.#mode);
    if (type.name === P256_KEY && any.value.length > 0 && !isCompressedP256Point(value.key)) throw new TxDecodeError('wrong ECDSA PK bytes: invalid pubkey');
    return { type, value: this.#open(type, value, depth - 1, budget) };
  }

  // Go packs again what it has opened: Anys inside of a message hold the canonical bytes from then on, in state too.
  #open(type: MessageType, value: AnyMessage, depth: number, budget: Budget): AnyMessage {
    let out = value;
    for (const { field, iface, inner } of openingsOf(type)) {
      out = mapValues(field, out, (v) => (iface === undefined ? this.#open(inner as MessageType, v, depth, budget) : this.#repack(v, iface, depth, budget)));
    }
    return out;
  }

  #repack(any: Any, iface: string, depth: number, budget: Budget): Any {
    const opened = this.#unpack(any, iface, depth, budget);
    const value = opened.type.codec.encode(opened.value);
    return bytesEqual(value, any.value) ? any : { typeUrl: any.typeUrl, value };
  }
}

function decodeValue<T>(codec: Codec<T>, bytes: Uint8Array, mode: ReadMode): T {
  try {
    return codec.read(new Reader(bytes, 0, bytes.length, mode), undefined, 0);
  } catch (e) {
    throw e instanceof WireError ? new TxDecodeError(e.message) : e;
  }
}

/** Throws where the type is not generated: a bug of the caller. */
export function messageType(name: string): MessageType {
  const type = findMessage(name);
  if (type === undefined) throw new Error(`${name} is not in proto/gen`);
  return type;
}
