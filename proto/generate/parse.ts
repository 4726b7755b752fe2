// A .proto of our own as a FileDescriptor: protobufjs reads the text, this file names the types fully and encodes custom options
// (cosmos.msg.v1.signer, amino.name, google.api.http, …) by the extensions that the recorded files define.
import protobuf from 'protobufjs';
import { Writer } from '../../chain/encoding/proto-wire.ts';
import {
  type EnumDescriptor,
  type FieldDescriptor,
  FieldType,
  type FileDescriptor,
  jsonNameOf,
  LABEL_REPEATED,
  type MessageDescriptor,
  type ServiceDescriptor,
} from '../descriptor.ts';

const NONE = new Uint8Array(0);
const LABEL_OPTIONAL = 1;
const SCALAR_TYPES: Readonly<Record<string, number>> = {
  double: FieldType.DOUBLE,
  float: FieldType.FLOAT,
  int64: FieldType.INT64,
  uint64: FieldType.UINT64,
  int32: FieldType.INT32,
  fixed64: FieldType.FIXED64,
  fixed32: FieldType.FIXED32,
  bool: FieldType.BOOL,
  string: FieldType.STRING,
  bytes: FieldType.BYTES,
  uint32: FieldType.UINT32,
  sfixed32: FieldType.SFIXED32,
  sfixed64: FieldType.SFIXED64,
  sint32: FieldType.SINT32,
  sint64: FieldType.SINT64,
};

/** Full names (without a leading dot) of everything a .proto may refer to. */
interface Names {
  readonly messages: Map<string, MessageDescriptor | undefined>;
  readonly enums: Set<string>;
  readonly extensions: Map<string, FieldDescriptor>;
}

function collect(files: readonly FileDescriptor[]): Names {
  const names: Names = { messages: new Map(), enums: new Set(), extensions: new Map() };
  const walk = (scope: string, m: MessageDescriptor): void => {
    const full = `${scope}.${m.name}`;
    names.messages.set(full, m);
    for (const e of m.enumType) names.enums.add(`${full}.${e.name}`);
    for (const n of m.nestedType) walk(full, n);
  };
  for (const f of files) {
    for (const m of f.messageType) walk(f.package, m);
    for (const e of f.enumType) names.enums.add(`${f.package}.${e.name}`);
    for (const x of f.extension) names.extensions.set(`${f.package}.${x.name}`, x);
  }
  return names;
}

type ParsedOptions = readonly Readonly<Record<string, unknown>>[] | null | undefined;

class FileReader {
  readonly #names: Names;
  readonly #path: string;

  constructor(path: string, names: Names) {
    this.#path = path;
    this.#names = names;
  }

  #fail(what: string): never {
    throw new Error(`${this.#path}: ${what}`);
  }

  /** The C++ scoping rule: innermost scope first. */
  resolve(name: string, scope: string): string {
    if (name.startsWith('.')) return name;
    for (let s = scope; ; s = s.slice(0, Math.max(0, s.lastIndexOf('.')))) {
      const full = s === '' ? name : `${s}.${name}`;
      if (this.#names.messages.has(full) || this.#names.enums.has(full)) return `.${full}`;
      if (s === '') this.#fail(`${name} is not defined`);
    }
  }

  #value(w: Writer, f: FieldDescriptor, v: unknown): void {
    switch (f.type) {
      case FieldType.BOOL:
        w.tag(f.number, 0).uint32(v === true || v === 'true' ? 1 : 0);
        return;
      case FieldType.STRING:
        w.tag(f.number, 2).string(String(v));
        return;
      case FieldType.INT32:
      case FieldType.INT64:
      case FieldType.UINT32:
      case FieldType.UINT64:
        w.tag(f.number, 0).varint64(BigInt(v as number));
        return;
      case FieldType.MESSAGE: {
        const type = this.#names.messages.get(f.typeName.slice(1)) ?? this.#fail(`option type ${f.typeName} is not recorded`);
        const at = w.tag(f.number, 2).begin();
        for (const [key, inner] of Object.entries(v as Record<string, unknown>)) {
          const field = type.field.find((x) => x.name === key) ?? this.#fail(`option ${f.typeName} has no field ${key}`);
          for (const one of Array.isArray(inner) ? inner : [inner]) this.#value(w, field, one);
        }
        w.end(at);
        return;
      }
      default:
        this.#fail(`an option of type ${f.type} is not supported`);
    }
  }

  /** Standard options such as go_package say nothing to this project and are left out. */
  options(parsed: ParsedOptions): Uint8Array {
    const w = new Writer();
    for (const entry of parsed ?? []) {
      for (const [key, value] of Object.entries(entry)) {
        const custom = /^\((.+)\)$/.exec(key);
        if (custom === null) continue;
        const name = custom[1] as string;
        const extension = this.#names.extensions.get(name) ?? this.#fail(`option (${name}) is not defined`);
        for (const one of Array.isArray(value) ? value : [value]) this.#value(w, extension, one);
      }
    }
    return w.finish();
  }

  field(f: protobuf.Field, scope: string, oneofs: readonly string[]): FieldDescriptor {
    const scalar = SCALAR_TYPES[f.type];
    const typeName = scalar === undefined ? this.resolve(f.type, scope) : '';
    const inOneof = f.partOf === null ? -1 : oneofs.indexOf(f.partOf.name);
    return {
      name: f.name,
      extendee: '',
      number: f.id,
      label: f.repeated ? LABEL_REPEATED : LABEL_OPTIONAL,
      type: scalar ?? (this.#names.enums.has(typeName.slice(1)) ? FieldType.ENUM : FieldType.MESSAGE),
      typeName,
      defaultValue: '',
      options: this.options(f.parsedOptions as ParsedOptions),
      oneofIndex: inOneof < 0 ? undefined : { case: 'index', value: inOneof },
      jsonName: jsonNameOf(f.name),
      proto3Optional: false,
    };
  }

  message(t: protobuf.Type, scope: string): MessageDescriptor {
    const full = `${scope}.${t.name}`;
    const oneofs = t.oneofsArray.map((o) => o.name);
    for (const f of t.fieldsArray) {
      if (f.map || f.options?.proto3_optional === true) this.#fail(`${full}.${f.name}: maps and proto3 optional are not used in this project`);
    }
    const nested = t.nestedArray;
    const reserved = (t.reserved ?? []).filter((r): r is number[] => typeof r !== 'string');
    return {
      name: t.name,
      field: t.fieldsArray.map((f) => this.field(f, full, oneofs)),
      nestedType: nested.filter((n) => n instanceof protobuf.Type).map((n) => this.message(n, full)),
      enumType: nested.filter((n) => n instanceof protobuf.Enum).map((n) => this.enumeration(n)),
      extensionRange: [],
      extension: [],
      options: this.options(t.parsedOptions as ParsedOptions),
      oneofDecl: oneofs.map((name) => ({ name, options: NONE })),
      reservedRange: reserved.map((r) => ({ start: r[0] as number, end: (r[1] as number) + 1 })),
      reservedName: (t.reserved ?? []).filter((r): r is string => typeof r === 'string'),
    };
  }

  enumeration(e: protobuf.Enum): EnumDescriptor {
    return { name: e.name, value: Object.entries(e.values).map(([name, value]) => ({ name, number: { case: 'value', value }, options: NONE })), options: NONE };
  }

  service(s: protobuf.Service, scope: string): ServiceDescriptor {
    return {
      name: s.name,
      method: s.methodsArray.map((m) => ({
        name: m.name,
        inputType: this.resolve(m.requestType, scope),
        outputType: this.resolve(m.responseType, scope),
        options: this.options(m.parsedOptions as ParsedOptions),
        clientStreaming: m.requestStream === true,
        serverStreaming: m.responseStream === true,
      })),
      options: this.options(s.parsedOptions as ParsedOptions),
    };
  }
}

export function parseProto(path: string, text: string, known: readonly FileDescriptor[]): FileDescriptor {
  const parsed = protobuf.parse(text, { keepCase: true });
  const pkg = parsed.package;
  if (pkg === undefined) throw new Error(`${path}: has no package`);
  const namespace = parsed.root.lookup(pkg) as protobuf.Namespace;
  const names = collect(known);
  const declare = (n: protobuf.ReflectionObject, scope: string): void => {
    const full = `${scope}.${n.name}`;
    if (n instanceof protobuf.Enum) names.enums.add(full);
    if (!(n instanceof protobuf.Type)) return;
    names.messages.set(full, names.messages.get(full));
    for (const inner of n.nestedArray) declare(inner, full);
  };
  for (const n of namespace.nestedArray) declare(n, pkg);
  const reader = new FileReader(path, names);
  const nested = namespace.nestedArray;
  return {
    name: path,
    package: pkg,
    dependency: parsed.imports ?? [],
    publicDependency: [],
    messageType: nested.filter((n) => n instanceof protobuf.Type).map((n) => reader.message(n, pkg)),
    enumType: nested.filter((n) => n instanceof protobuf.Enum).map((n) => reader.enumeration(n)),
    service: nested.filter((n) => n instanceof protobuf.Service).map((n) => reader.service(n, pkg)),
    extension: [],
    options: undefined,
    syntax: 'proto3',
  };
}
