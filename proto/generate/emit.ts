// One TypeScript file per protobuf package: interfaces, and codecs as tables of fields (chain/encoding/codec.ts).
// The shape of a property follows the Go struct that gogoproto makes of the field: (nullable)=false messages are always written,
// stdtime and stdduration are bigint nanoseconds, custom number types are text.
import { fromUtf8 } from '../../chain/encoding/bytes.ts';
import { type EnumDescriptor, type FieldDescriptor, FieldType, jsonNameOf, LABEL_REPEATED, type MessageDescriptor, readOptions } from '../descriptor.ts';
import type { LoadedFile } from './load.ts';

export interface MessageEntry {
  readonly pkg: string;
  /** cosmos.tx.v1beta1.ModeInfo.Single */
  readonly fullName: string;
  /** ModeInfo_Single */
  readonly tsName: string;
  readonly descriptor: MessageDescriptor;
}
export interface EnumEntry {
  readonly pkg: string;
  readonly fullName: string;
  readonly tsName: string;
  readonly descriptor: EnumDescriptor;
}
export interface Model {
  readonly messages: Map<string, MessageEntry>;
  readonly enums: Map<string, EnumEntry>;
}

export function buildModel(files: readonly LoadedFile[]): Model {
  const model: Model = { messages: new Map(), enums: new Map() };
  for (const { descriptor: file } of files) {
    const pkg = file.package;
    const addEnum = (e: EnumDescriptor, scope: string[]): void => {
      const path = [...scope, e.name];
      const fullName = `${pkg}.${path.join('.')}`;
      model.enums.set(fullName, { pkg, fullName, tsName: path.join('_'), descriptor: e });
    };
    const addMessage = (m: MessageDescriptor, scope: string[]): void => {
      const path = [...scope, m.name];
      const fullName = `${pkg}.${path.join('.')}`;
      model.messages.set(fullName, { pkg, fullName, tsName: path.join('_'), descriptor: m });
      for (const e of m.enumType) addEnum(e, path);
      for (const n of m.nestedType) addMessage(n, path);
    };
    for (const e of file.enumType) addEnum(e, []);
    for (const m of file.messageType) addMessage(m, []);
  }
  return model;
}

const NULLABLE = 65001;
const CUSTOMTYPE = 65003;
const STDTIME = 65010;
const STDDURATION = 65011;

export interface FieldOptions {
  readonly nullable: boolean;
  readonly customtype: string | undefined;
  readonly stdtime: boolean;
  readonly stdduration: boolean;
}
export function fieldOptions(f: FieldDescriptor): FieldOptions {
  const o = readOptions(f.options);
  const custom = o.get(CUSTOMTYPE)?.[0];
  return {
    nullable: o.get(NULLABLE)?.[0] !== 0n,
    customtype: custom instanceof Uint8Array ? fromUtf8(custom) : undefined,
    stdtime: o.get(STDTIME)?.[0] === 1n,
    stdduration: o.get(STDDURATION)?.[0] === 1n,
  };
}

/** 'Int' or 'Dec' where the field is one of cosmossdk.io/math's types. Other custom types are plain bytes to this project. */
export function customNumber(f: FieldDescriptor): 'Int' | 'Dec' | undefined {
  const type = fieldOptions(f).customtype;
  if (type === 'cosmossdk.io/math.Int') return 'Int';
  if (type === 'cosmossdk.io/math.LegacyDec') return 'Dec';
  return undefined;
}

const SCALARS: Readonly<Record<number, { readonly codec: string; readonly ts: string }>> = {
  [FieldType.INT64]: { codec: 'int64', ts: 'bigint' },
  [FieldType.UINT64]: { codec: 'uint64', ts: 'bigint' },
  [FieldType.INT32]: { codec: 'int32', ts: 'number' },
  [FieldType.FIXED64]: { codec: 'fixed64', ts: 'bigint' },
  [FieldType.BOOL]: { codec: 'bool', ts: 'boolean' },
  [FieldType.STRING]: { codec: 'string', ts: 'string' },
  [FieldType.BYTES]: { codec: 'bytes', ts: 'Uint8Array' },
  [FieldType.UINT32]: { codec: 'uint32', ts: 'number' },
  [FieldType.SFIXED64]: { codec: 'sfixed64', ts: 'bigint' },
  [FieldType.SINT64]: { codec: 'sint64', ts: 'bigint' },
};
/** Scalars that codec.ts offers as a function of the field number. */
const SHORT = new Set(['int32', 'uint32', 'int64', 'uint64', 'sfixed64', 'bool', 'string', 'bytes']);

interface Property {
  readonly ts: string;
  readonly codec: string;
}

class PackageFile {
  readonly #pkg: string;
  readonly #model: Model;
  readonly #cyclic: ReadonlySet<string>;
  readonly #codecImports = new Set<string>(['type Codec', 'message']);
  readonly #customImports = new Set<string>();
  readonly #timeImports = new Set<string>();
  readonly #foreign = new Map<string, Map<string, string>>();
  readonly #declared = new Set<string>();

  constructor(pkg: string, model: Model, cyclic: ReadonlySet<string>) {
    this.#pkg = pkg;
    this.#model = model;
    this.#cyclic = cyclic;
  }

  #use(name: string): string {
    this.#codecImports.add(name);
    return name;
  }

  /** The TypeScript name of a message, imported where it is another package's. */
  #ref(fullName: string): { readonly name: string; readonly foreign: boolean } {
    const m = this.#model.messages.get(fullName);
    if (m === undefined) throw new Error(`${this.#pkg}: ${fullName} is not loaded`);
    if (m.pkg === this.#pkg) return { name: m.tsName, foreign: false };
    let names = this.#foreign.get(m.pkg);
    if (names === undefined) {
      names = new Map();
      this.#foreign.set(m.pkg, names);
    }
    const own = this.#model.messages.get(`${this.#pkg}.${m.tsName.replaceAll('_', '.')}`);
    const name =
      own === undefined
        ? m.tsName
        : `${m.pkg
            .split('.')
            .map((p) => p.charAt(0).toUpperCase() + p.slice(1))
            .join('')}${m.tsName}`;
    names.set(m.tsName, name);
    return { name, foreign: true };
  }

  /** A codec that is declared further down, or in a package that imports this one, is named in a function. */
  #codecRef(fullName: string): string {
    const { name, foreign } = this.#ref(fullName);
    const pkg = this.#model.messages.get(fullName)?.pkg as string;
    const later = foreign ? this.#cyclic.has(pkg) : !this.#declared.has(fullName);
    return later ? `(): Codec<${name}> => ${name}` : name;
  }

  #property(f: FieldDescriptor, inOneof: boolean): Property {
    const o = fieldOptions(f);
    const no = f.number;
    const repeated = f.label === LABEL_REPEATED;
    const fail = (why: string): never => {
      throw new Error(`${this.#pkg}: field ${f.name}: ${why}`);
    };
    const number = customNumber(f);
    if (number !== undefined) {
      if (repeated || inOneof) fail('a custom number may not be repeated or in a oneof');
      const fn = o.nullable ? `optional${number}Text` : `${number.toLowerCase()}Text`;
      this.#customImports.add(fn);
      return { ts: o.nullable ? 'string | undefined' : 'string', codec: `${fn}(${no})` };
    }
    if (f.type === FieldType.ENUM) {
      if (repeated) return { ts: 'readonly number[]', codec: `${this.#use('repeatedScalar')}(${no}, ${this.#use('scalars')}.enum)` };
      return inOneof
        ? { ts: 'number', codec: `${this.#use('scalar')}(${no}, ${this.#use('scalars')}.enum)` }
        : { ts: 'number', codec: `${this.#use('enumeration')}(${no})` };
    }
    if (f.type === FieldType.MESSAGE) {
      const type = f.typeName.slice(1);
      if (o.stdtime || o.stdduration) {
        if (repeated || inOneof) fail('stdtime may not be repeated or in a oneof');
        const kind = o.stdtime ? 'Time' : 'Duration';
        this.#timeImports.add(`type ${kind}`);
        const fn = o.nullable ? `optional${kind}` : kind.toLowerCase();
        return { ts: o.nullable ? `${kind} | undefined` : kind, codec: `${this.#use(fn)}(${no})` };
      }
      const { name } = this.#ref(type);
      const ref = this.#codecRef(type);
      if (repeated) return { ts: `readonly ${name}[]`, codec: `${this.#use('repeated')}(${no}, ${ref})` };
      if (inOneof) return { ts: name, codec: `${this.#use('optional')}(${no}, ${ref})` };
      return o.nullable
        ? { ts: `${name} | undefined`, codec: `${this.#use('optional')}(${no}, ${ref})` }
        : { ts: name, codec: `${this.#use('embed')}(${no}, ${ref})` };
    }
    const s = SCALARS[f.type];
    if (s === undefined) return fail(`type ${f.type} is not supported`);
    if (repeated) return { ts: `readonly ${s.ts}[]`, codec: `${this.#use('repeatedScalar')}(${no}, ${this.#use('scalars')}.${s.codec})` };
    if (inOneof || !SHORT.has(s.codec)) return { ts: s.ts, codec: `${this.#use('scalar')}(${no}, ${this.#use('scalars')}.${s.codec})` };
    return { ts: s.ts, codec: `${this.#use(s.codec)}(${no})` };
  }

  #message(m: MessageEntry): string {
    const types: string[] = [];
    const codecs: string[] = [];
    const oneofs = new Map<number, FieldDescriptor[]>();
    for (const f of m.descriptor.field) {
      const index = f.proto3Optional ? undefined : f.oneofIndex?.value;
      if (index === undefined) continue;
      const cases = oneofs.get(index);
      if (cases === undefined) oneofs.set(index, [f]);
      else cases.push(f);
    }
    const done = new Set<number>();
    let cases = '';
    for (const f of m.descriptor.field) {
      const index = f.proto3Optional ? undefined : f.oneofIndex?.value;
      if (index === undefined) {
        const p = this.#property(f, false);
        types.push(`  readonly ${jsonNameOf(f.name)}: ${p.ts};`);
        codecs.push(`  ${jsonNameOf(f.name)}: ${p.codec},`);
        continue;
      }
      if (done.has(index)) continue;
      done.add(index);
      const prop = jsonNameOf(m.descriptor.oneofDecl[index]?.name as string);
      const casesName = `${m.tsName}_${prop.charAt(0).toUpperCase()}${prop.slice(1)}Cases`;
      this.#use('oneof');
      this.#use('type OneofValue');
      const inner = (oneofs.get(index) as FieldDescriptor[]).map((c) => ({ name: jsonNameOf(c.name), ...this.#property(c, true) }));
      cases += `export interface ${casesName} {\n${inner.map((c) => `  readonly ${c.name}: ${c.ts};\n`).join('')}}\n`;
      types.push(`  readonly ${prop}: OneofValue<${casesName}>;`);
      codecs.push(`  ${prop}: oneof<${casesName}>({ ${inner.map((c) => `${c.name}: ${c.codec}`).join(', ')} }),`);
    }
    this.#declared.add(m.fullName);
    const n = m.tsName;
    const body = `export interface ${n} {${types.length === 0 ? '' : `\n${types.join('\n')}\n`}}`;
    const table = codecs.length === 0 ? '{}' : `{\n${codecs.join('\n')}\n}`;
    return `${cases}${body}\nexport const ${n}: Codec<${n}> = message<${n}>('${m.fullName}', ${table});\n`;
  }

  #enum(e: EnumEntry): string {
    const values = e.descriptor.value.map((v) => `  ${v.name}: ${v.number?.value ?? 0},`).join('\n');
    return `export const ${e.tsName} = {\n${values}\n} as const;\nexport type ${e.tsName} = number;\n`;
  }

  emit(messages: readonly MessageEntry[], enums: readonly EnumEntry[]): string {
    const parts = [...enums.map((e) => this.#enum(e)), ...messages.map((m) => this.#message(m))];
    const up = '../'.repeat(this.#pkg.split('.').length);
    const root = '../'.repeat(this.#pkg.split('.').length - 1);
    const head = [`// Generated by \`npm run proto\` from the descriptors of ${this.#pkg}. Not to be edited.`];
    const list = (names: Iterable<string>): string => [...names].sort((a, b) => (a.replace('type ', '') < b.replace('type ', '') ? -1 : 1)).join(', ');
    if (messages.length > 0) head.push(`import { ${list(this.#codecImports)} } from '${up}../chain/encoding/codec.ts';`);
    if (this.#timeImports.size > 0) head.push(`import type { ${list([...this.#timeImports].map((t) => t.slice(5)))} } from '${up}../chain/encoding/time.ts';`);
    if (this.#customImports.size > 0) head.push(`import { ${list(this.#customImports)} } from '${up}customtype.ts';`);
    for (const [pkg, names] of [...this.#foreign].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const items = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, as]) => (name === as ? name : `${name} as ${as}`));
      head.push(`import { ${items.join(', ')} } from '${root}${packagePath(pkg)}';`);
    }
    return `${head.join('\n')}\n\n${parts.join('\n')}`;
  }
}

/** cosmos.bank.v1beta1 → cosmos/bank/v1beta1.ts, relative to proto/gen. */
export function packagePath(pkg: string): string {
  return `${pkg.replaceAll('.', '/')}.ts`;
}

/** Packages a message table of `pkg` refers to. */
function references(messages: readonly MessageEntry[], model: Model): Set<string> {
  const out = new Set<string>();
  for (const m of messages) {
    for (const f of m.descriptor.field) {
      if (f.type !== FieldType.MESSAGE) continue;
      const o = fieldOptions(f);
      if (o.stdtime || o.stdduration) continue;
      const target = model.messages.get(f.typeName.slice(1));
      if (target !== undefined) out.add(target.pkg);
    }
  }
  return out;
}

/** In the order of their use, as far as there is one, so that few references need a function. */
function ordered(messages: readonly MessageEntry[]): MessageEntry[] {
  const byName = new Map(messages.map((m) => [m.fullName, m]));
  const out: MessageEntry[] = [];
  const seen = new Set<string>();
  const visit = (m: MessageEntry): void => {
    if (seen.has(m.fullName)) return;
    seen.add(m.fullName);
    for (const f of m.descriptor.field) {
      const used = f.type === FieldType.MESSAGE ? byName.get(f.typeName.slice(1)) : undefined;
      if (used !== undefined) visit(used);
    }
    out.push(m);
  };
  for (const m of messages) visit(m);
  return out;
}

/** File contents by path relative to proto/gen. */
export function emitPackages(packages: readonly string[], files: readonly LoadedFile[], leftOut: readonly RegExp[]): Map<string, string> {
  const model = buildModel(files.filter((f) => !leftOut.some((r) => r.test(f.descriptor.name))));
  const inPackage = (pkg: string): MessageEntry[] => [...model.messages.values()].filter((m) => m.pkg === pkg);
  const refs = new Map(packages.map((p) => [p, references(inPackage(p), model)]));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    const next = refs.get(from) ?? new Set();
    return next.has(to) || [...next].some((n) => n !== from && reaches(n, to, seen));
  };
  const out = new Map<string, string>();
  for (const pkg of packages) {
    const used = refs.get(pkg) as Set<string>;
    for (const u of used) if (!packages.includes(u)) throw new Error(`${pkg} needs the package ${u}: add it to proto/packages.ts`);
    const cyclic = new Set([...used].filter((u) => u !== pkg && reaches(u, pkg)));
    const file = new PackageFile(pkg, model, cyclic);
    out.set(
      packagePath(pkg),
      file.emit(
        ordered(inPackage(pkg)),
        [...model.enums.values()].filter((e) => e.pkg === pkg),
      ),
    );
  }
  return out;
}
