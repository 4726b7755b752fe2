// Messages as one line of protobuf text, as gogoproto's CompactTextString prints them: what Go writes where an error names a message.
// Strings are bytes with octal escapes, embedded messages are always there, an Any is not opened. Source: gogoproto v1.7.0 proto/text.go.
import { utf8 } from '../chain/encoding/bytes.ts';
import { splitTime } from '../chain/encoding/time.ts';
import { type AnyMessage, enumNamesOf, type FieldInfo, type MessageType, messageOfCodec } from './registry.ts';

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };

function quoted(b: Uint8Array): string {
  let out = '"';
  for (const c of b) out += ESCAPES[c] ?? (c >= 32 && c < 127 ? String.fromCharCode(c) : `\\${c.toString(8).padStart(3, '0')}`);
  return `${out}"`;
}

function secondsAndNanos(seconds: bigint, nanos: bigint): string {
  return `<${seconds === 0n ? '' : `seconds:${seconds} `}${nanos === 0n ? '' : `nanos:${nanos} `}>`;
}

const NANOS = 1_000_000_000n;

/** The value after its name; undefined where the field is left out. */
function valueText(f: FieldInfo, v: unknown, inList: boolean): string | undefined {
  const { shape } = f;
  if (shape.kind === 'message') return v === undefined ? undefined : `<${compactText(messageOfCodec(shape.codec()), v)}>`;
  if (shape.kind !== 'scalar') {
    if (v === undefined || (v === 0n && shape.kind === 'duration' && !shape.nullable)) return undefined;
    if (shape.kind === 'duration') return secondsAndNanos((v as bigint) / NANOS, (v as bigint) % NANOS);
    const { seconds, nanos } = splitTime(v as bigint);
    return secondsAndNanos(seconds, BigInt(nanos));
  }
  // A number of cosmossdk.io/math is a struct to Go and printed even where it was left out.
  if (f.extra.custom !== undefined) return quoted(utf8(v === '' ? '0' : (v as string)));
  switch (shape.scalar) {
    case 'string':
      return v === '' && !inList ? undefined : quoted(utf8(v as string));
    case 'bytes':
      return (v as Uint8Array).length === 0 && !inList ? undefined : quoted(v as Uint8Array);
    case 'bool':
      return v === false && !inList ? undefined : String(v);
    case 'enum':
      return v === 0 && !inList ? undefined : (enumNamesOf(f.extra.enum ?? '').get(v as number) ?? String(v));
    default:
      return (v === 0 || v === 0n) && !inList ? undefined : String(v);
  }
}

/** "amount:<denom:\"stake\" amount:\"1\" > " */
export function compactText(type: MessageType, m: AnyMessage): string {
  let out = '';
  for (const f of type.fields) {
    const v = m[f.property];
    const put = (value: unknown, inList: boolean): void => {
      const text = valueText(f, value, inList);
      if (text !== undefined) out += `${f.protoName}:${text} `;
    };
    if (f.oneofCase !== undefined) {
      if (v?.case === f.oneofCase) put(v.value, true);
    } else if ((f.shape.kind === 'message' || f.shape.kind === 'scalar') && f.shape.repeated) {
      for (const x of v) put(x, true);
    } else put(v, false);
  }
  return out;
}
