// Messages, enums and services by name: codec, proto names, custom types, amino and signer options, REST paths. Everything is built on
// first use. The light client and other code that knows its messages import proto/gen/<package>.ts directly and never this.
import type { Codec, FieldShape } from '../chain/encoding/codec.ts';
import { jsonNameOf } from './descriptor.ts';
import { enums as enumMeta, messages as messageMeta, services as serviceMeta } from './gen/meta.ts';
import { packages } from './gen/packages.ts';
import type { EnumMeta, FieldExtra, HttpRule, MessageMeta, MethodMeta, ServiceMeta } from './registry-types.ts';

export type { EnumMeta, FieldExtra, HttpRule, MessageMeta, MethodMeta, ServiceMeta } from './registry-types.ts';

const NO_EXTRA: FieldExtra = {};

/** One field number of a message. */
export interface FieldInfo {
  readonly no: number;
  /** As in the .proto: from_address. */
  readonly protoName: string;
  /** camelCase: fromAddress. */
  readonly jsonName: string;
  /** The property of the message: the field's, or that of its oneof. */
  readonly property: string;
  /** Where the field is a case of a oneof: the case's name in the value {case, value}. */
  readonly oneofCase: string | undefined;
  readonly shape: Exclude<FieldShape, { kind: 'oneof' }>;
  readonly extra: FieldExtra;
}

// biome-ignore lint/suspicious/noExplicitAny: a message found by name has whatever properties its codec says
export type AnyMessage = any;

export interface MessageType {
  /** cosmos.bank.v1beta1.MsgSend */
  readonly name: string;
  /** /cosmos.bank.v1beta1.MsgSend */
  readonly typeUrl: string;
  readonly codec: Codec<AnyMessage>;
  readonly meta: MessageMeta;
  /** In the order of the .proto. */
  readonly fields: readonly FieldInfo[];
  readonly byNumber: ReadonlyMap<number, FieldInfo>;
  /** By proto name and by JSON name. */
  readonly byName: ReadonlyMap<string, FieldInfo>;
}

function once<T>(build: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= build();
    return value;
  };
}
const messages = once(messageMeta);
const enums = once(enumMeta);
const services = once(serviceMeta);

const built = new Map<string, MessageType>();
const byCodec = new WeakMap<Codec<AnyMessage>, MessageType>();

function codecOf(name: string): Codec<AnyMessage> | undefined {
  for (let at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
    const pkg = packages[name.slice(0, at)];
    const codec = pkg?.[name.slice(at + 1).replaceAll('.', '_')];
    if (codec !== undefined) return codec as Codec<AnyMessage>;
  }
  return undefined;
}

function build(name: string, meta: MessageMeta, codec: Codec<AnyMessage>): MessageType {
  const table = codec.fields as Readonly<Record<string, { readonly shape: FieldShape }>>;
  const fields = meta.fields.map(([no, protoName, extra = NO_EXTRA]): FieldInfo => {
    const jsonName = jsonNameOf(protoName);
    const property = extra.oneof === undefined ? jsonName : jsonNameOf(extra.oneof);
    const shape = table[property]?.shape;
    const own = shape?.kind === 'oneof' ? shape.cases[jsonName] : shape;
    if (own === undefined || own.kind === 'oneof') throw new Error(`${name}.${protoName} has no codec: run \`npm run proto\``);
    return { no, protoName, jsonName, property, oneofCase: extra.oneof === undefined ? undefined : jsonName, shape: own, extra };
  });
  return {
    name,
    typeUrl: `/${name}`,
    codec,
    meta,
    fields,
    byNumber: new Map(fields.map((f) => [f.no, f])),
    byName: new Map(fields.flatMap((f) => [[f.jsonName, f] as const, [f.protoName, f] as const])),
  };
}

/** By full protobuf name; undefined where the name is unknown. */
export function findMessage(name: string): MessageType | undefined {
  const known = built.get(name);
  if (known !== undefined) return known;
  const meta = Object.hasOwn(messages(), name) ? messages()[name] : undefined;
  const codec = meta === undefined ? undefined : codecOf(name);
  if (meta === undefined || codec === undefined) return undefined;
  const type = build(name, meta, codec);
  built.set(name, type);
  byCodec.set(codec, type);
  return type;
}

/** By the type URL of an Any: what follows the last slash counts. */
export function findByTypeUrl(typeUrl: string): MessageType | undefined {
  return findMessage(typeUrl.slice(typeUrl.lastIndexOf('/') + 1));
}

/** Throws where the codec is not a generated one. */
export function messageOfCodec(codec: Codec<AnyMessage>): MessageType {
  const type = byCodec.get(codec) ?? findMessage(codec.name);
  if (type === undefined) throw new Error(`${codec.name} is not in proto/gen: add its package to proto/packages.ts`);
  return type;
}

export function findEnum(name: string): EnumMeta | undefined {
  return Object.hasOwn(enums(), name) ? enums()[name] : undefined;
}

const enumNames = new Map<string, ReadonlyMap<number, string>>();
/** Names by value; of aliases the first. */
export function enumNamesOf(name: string): ReadonlyMap<number, string> {
  let names = enumNames.get(name);
  if (names === undefined) {
    const out = new Map<number, string>();
    for (const [n, v] of Object.entries(findEnum(name) ?? {})) if (!out.has(v)) out.set(v, n);
    names = out;
    enumNames.set(name, names);
  }
  return names;
}

export function findService(name: string): ServiceMeta | undefined {
  return Object.hasOwn(services(), name) ? services()[name] : undefined;
}

/** Full names, sorted. */
export function serviceNames(): readonly string[] {
  return Object.keys(services());
}
export function messageNames(): readonly string[] {
  return Object.keys(messages());
}

/** By gRPC path, e.g. /cosmos.bank.v1beta1.Query/Balance. */
export function findMethod(path: string): (MethodMeta & { readonly service: string }) | undefined {
  const [, service, method] = path.split('/');
  const meta = service === undefined ? undefined : findService(service)?.methods.find((m) => m.name === method);
  return meta === undefined || service === undefined ? undefined : { ...meta, service };
}

export interface HttpRoute extends HttpRule {
  /** gRPC path of the method. */
  readonly method: string;
  readonly input: string;
  readonly output: string;
}
/** Every REST path of google.api.http options, by service name and order of declaration. */
export const httpRoutes: () => readonly HttpRoute[] = once(() =>
  Object.entries(services()).flatMap(([service, s]) =>
    s.methods.flatMap((m) => m.http.map((rule) => ({ ...rule, method: `/${service}/${m.name}`, input: m.input, output: m.output }))),
  ),
);
