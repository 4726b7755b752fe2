// The shape of proto/gen/meta.ts.

export interface FieldExtra {
  /** Proto name of the oneof that the field is a case of. */
  readonly oneof?: string;
  /** Full name of an enum field's type. */
  readonly enum?: string;
  /** gogoproto.customtype of cosmossdk.io/math. */
  readonly custom?: 'Int' | 'Dec';
  /** cosmos_proto.scalar, e.g. cosmos.AddressString. */
  readonly scalar?: string;
  /** cosmos_proto.accepts_interface of an Any. */
  readonly accepts?: string;
  /** amino.field_name */
  readonly aminoName?: string;
  /** amino.encoding */
  readonly aminoEncoding?: string;
  /** amino.oneof_name */
  readonly aminoOneof?: string;
  readonly dontOmitEmpty?: true;
}
/** Field number, proto name, the rest. */
export type FieldMeta = readonly [number, string] | readonly [number, string, FieldExtra];

export interface MessageMeta {
  /** In the order of the .proto. */
  readonly fields: readonly FieldMeta[];
  /** amino.name */
  readonly amino?: string;
  /** amino.message_encoding */
  readonly aminoEncoding?: string;
  /** cosmos.msg.v1.signer: proto names of the fields that hold the signers. */
  readonly signers?: readonly string[];
  /** cosmos_proto.implements_interface */
  readonly implements?: readonly string[];
}

/** Values by name; aliases are possible. */
export type EnumMeta = Readonly<Record<string, number>>;

export interface HttpRule {
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** google.api.http template, e.g. /cosmos/bank/v1beta1/balances/{address}. */
  readonly path: string;
  /** '' or the request field that is the body; * for the whole request. */
  readonly body: string;
}
export interface MethodMeta {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly clientStreaming?: true;
  readonly serverStreaming?: true;
  readonly http: readonly HttpRule[];
}
export interface ServiceMeta {
  /** The .proto it is defined in. */
  readonly file: string;
  /** cosmos.msg.v1.service: its inputs are transaction messages. */
  readonly msg: boolean;
  readonly methods: readonly MethodMeta[];
}
