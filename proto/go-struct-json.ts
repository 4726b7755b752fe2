// The few messages that Go hands to encoding/json and not to jsonpb, as they have a MarshalJSON of their own (sdk:x/staking/types/delegation.go):
// 64-bit integers are numbers, zero scalars are left out, an empty list is null, and so it is within them.
import { formatTime } from '../chain/encoding/time.ts';
import { formatDecText } from './customtype.ts';
import type { JsonValue } from './json.ts';
import { type AnyMessage, enumNamesOf, type FieldInfo, type MessageType, messageOfCodec } from './registry.ts';

export const GO_STRUCT_MESSAGES: ReadonlySet<string> = new Set(['cosmos.staking.v1beta1.DelegationResponse', 'cosmos.staking.v1beta1.RedelegationResponse']);

/** A number where it is exact in JSON readers; no height is larger. */
const numberOf = (v: bigint): JsonValue => (BigInt.asIntN(53, v) === v ? Number(v) : v.toString());

/** undefined where the field is left out. */
function fieldJson(f: FieldInfo, v: AnyMessage): JsonValue | undefined {
  const { shape, extra } = f;
  if (shape.kind === 'time') return formatTime(v);
  if (shape.kind === 'message') {
    const type = messageOfCodec(shape.codec());
    if (!shape.repeated) return v === undefined ? undefined : goStructJson(type, v);
    return v.length === 0 ? null : (v as readonly AnyMessage[]).map((one) => goStructJson(type, one));
  }
  if (extra.custom === 'Int') return v === '' ? '0' : v;
  if (extra.custom === 'Dec') return formatDecText(v === '' ? '0' : v);
  if (v === '' || v === 0 || v === 0n || v === false) return undefined;
  if (extra.enum !== undefined) return enumNamesOf(extra.enum).get(v) ?? v;
  return typeof v === 'bigint' ? numberOf(v) : v;
}

export function goStructJson(type: MessageType, m: AnyMessage): JsonValue {
  const out: Record<string, JsonValue> = {};
  for (const f of type.fields) {
    const value = fieldJson(f, m[f.property]);
    if (value !== undefined) out[f.protoName] = value;
  }
  return out;
}
