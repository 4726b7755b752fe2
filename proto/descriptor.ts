// Protobuf descriptors (google/protobuf/descriptor.proto), as far as the generator, the registry and server reflection need them.
// Options stay bytes: which extensions they hold is known only to the reader (`readOptions`).
import {
  bool,
  bytes,
  type Codec,
  enumeration,
  int32,
  message,
  oneof,
  optional,
  repeated,
  repeatedScalar,
  repeatedString,
  scalar,
  scalars,
  string,
} from '../chain/encoding/codec.ts';
import { Reader } from '../chain/encoding/proto-wire.ts';

/** google.protobuf.FieldDescriptorProto.Type */
export const FieldType = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  FIXED64: 6,
  FIXED32: 7,
  BOOL: 8,
  STRING: 9,
  GROUP: 10,
  MESSAGE: 11,
  BYTES: 12,
  UINT32: 13,
  ENUM: 14,
  SFIXED32: 15,
  SFIXED64: 16,
  SINT32: 17,
  SINT64: 18,
} as const;
export const LABEL_REPEATED = 3;

export interface FieldDescriptor {
  readonly name: string;
  readonly extendee: string;
  readonly number: number;
  readonly label: number;
  readonly type: number;
  /** Fully qualified with a leading dot, for messages and enums. */
  readonly typeName: string;
  readonly defaultValue: string;
  readonly options: Uint8Array;
  /** A oneof so that index 0 is told from none. */
  readonly oneofIndex: { readonly case: 'index'; readonly value: number } | undefined;
  readonly jsonName: string;
  readonly proto3Optional: boolean;
}
export const fieldDescriptorCodec: Codec<FieldDescriptor> = message<FieldDescriptor>('google.protobuf.FieldDescriptorProto', {
  name: string(1),
  extendee: string(2),
  number: int32(3),
  label: enumeration(4),
  type: enumeration(5),
  typeName: string(6),
  defaultValue: string(7),
  options: bytes(8),
  oneofIndex: oneof<{ index: number }>({ index: scalar(9, scalars.int32) }),
  jsonName: string(10),
  proto3Optional: bool(17),
});

export interface OneofDescriptor {
  readonly name: string;
  readonly options: Uint8Array;
}
const oneofDescriptorCodec: Codec<OneofDescriptor> = message<OneofDescriptor>('google.protobuf.OneofDescriptorProto', { name: string(1), options: bytes(2) });

export interface EnumValueDescriptor {
  readonly name: string;
  readonly number: { readonly case: 'value'; readonly value: number } | undefined;
  readonly options: Uint8Array;
}
export interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly EnumValueDescriptor[];
  readonly options: Uint8Array;
}
const enumValueCodec: Codec<EnumValueDescriptor> = message<EnumValueDescriptor>('google.protobuf.EnumValueDescriptorProto', {
  name: string(1),
  number: oneof<{ value: number }>({ value: scalar(2, scalars.int32) }),
  options: bytes(3),
});
const enumDescriptorCodec: Codec<EnumDescriptor> = message<EnumDescriptor>('google.protobuf.EnumDescriptorProto', {
  name: string(1),
  value: repeated(2, enumValueCodec),
  options: bytes(3),
});

interface NumberRange {
  readonly start: number;
  readonly end: number;
}
const numberRangeCodec: Codec<NumberRange> = message<NumberRange>('google.protobuf.DescriptorProto.ReservedRange', { start: int32(1), end: int32(2) });

export interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly extensionRange: readonly NumberRange[];
  readonly extension: readonly FieldDescriptor[];
  readonly options: Uint8Array;
  readonly oneofDecl: readonly OneofDescriptor[];
  readonly reservedRange: readonly NumberRange[];
  readonly reservedName: readonly string[];
}
export const messageDescriptorCodec: Codec<MessageDescriptor> = message<MessageDescriptor>('google.protobuf.DescriptorProto', {
  name: string(1),
  field: repeated(2, fieldDescriptorCodec),
  nestedType: repeated(3, (): Codec<MessageDescriptor> => messageDescriptorCodec),
  enumType: repeated(4, enumDescriptorCodec),
  extensionRange: repeated(5, numberRangeCodec),
  extension: repeated(6, fieldDescriptorCodec),
  options: bytes(7),
  oneofDecl: repeated(8, oneofDescriptorCodec),
  reservedRange: repeated(9, numberRangeCodec),
  reservedName: repeatedString(10),
});

export interface MethodDescriptor {
  readonly name: string;
  readonly inputType: string;
  readonly outputType: string;
  readonly options: Uint8Array;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
}
export interface ServiceDescriptor {
  readonly name: string;
  readonly method: readonly MethodDescriptor[];
  readonly options: Uint8Array;
}
const methodCodec: Codec<MethodDescriptor> = message<MethodDescriptor>('google.protobuf.MethodDescriptorProto', {
  name: string(1),
  inputType: string(2),
  outputType: string(3),
  options: bytes(4),
  clientStreaming: bool(5),
  serverStreaming: bool(6),
});
const serviceCodec: Codec<ServiceDescriptor> = message<ServiceDescriptor>('google.protobuf.ServiceDescriptorProto', {
  name: string(1),
  method: repeated(2, methodCodec),
  options: bytes(3),
});

export interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  readonly dependency: readonly string[];
  readonly publicDependency: readonly number[];
  readonly messageType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly service: readonly ServiceDescriptor[];
  readonly extension: readonly FieldDescriptor[];
  readonly options: Uint8Array | undefined;
  readonly syntax: string;
}
const rawOptions: Codec<Uint8Array> = {
  name: 'google.protobuf.FileOptions',
  fields: {} as Codec<Uint8Array>['fields'],
  zero: () => new Uint8Array(0),
  from: (part) => part as Uint8Array,
  encode: (m) => m,
  encodeDelimited: () => {
    throw new Error('options are never delimited');
  },
  write: (w, m) => {
    w.raw(m);
  },
  decode: (b) => b,
  read: (r) => {
    const b = r.buf.subarray(r.pos, r.end);
    r.pos = r.end;
    return b;
  },
};
export const fileDescriptorCodec: Codec<FileDescriptor> = message<FileDescriptor>('google.protobuf.FileDescriptorProto', {
  name: string(1),
  package: string(2),
  dependency: repeatedString(3),
  messageType: repeated(4, messageDescriptorCodec),
  enumType: repeated(5, enumDescriptorCodec),
  service: repeated(6, serviceCodec),
  extension: repeated(7, fieldDescriptorCodec),
  options: optional(8, rawOptions),
  publicDependency: repeatedScalar(10, scalars.int32),
  syntax: string(12),
});

/** A FileDescriptorSet with the bytes of each file kept, since reflection hands them out as they are. */
export function splitFileSet(set: Uint8Array): Uint8Array[] {
  const files: Uint8Array[] = [];
  const r = new Reader(set);
  while (!r.done()) {
    if (r.tag() !== 10) r.fail('not a FileDescriptorSet');
    files.push(r.bytes());
  }
  return files;
}

/** Option fields by number: varints as bigint, length-delimited values as bytes, in order of appearance. */
export function readOptions(options: Uint8Array): Map<number, (bigint | Uint8Array)[]> {
  const out = new Map<number, (bigint | Uint8Array)[]>();
  const r = new Reader(options);
  while (!r.done()) {
    const tag = r.tag();
    const wire = tag & 7;
    let v: bigint | Uint8Array | undefined;
    if (wire === 0) v = r.uint64();
    else if (wire === 2) v = r.bytes();
    else r.skip(wire);
    if (v === undefined) continue;
    const list = out.get(tag >>> 3);
    if (list === undefined) out.set(tag >>> 3, [v]);
    else list.push(v);
  }
  return out;
}

/** The JSON name protoc gives a field: underscores go, the letter after one is upper-cased. */
export function jsonNameOf(protoName: string): string {
  return protoName.replace(/_+(.?)/g, (_, c: string) => c.toUpperCase());
}
