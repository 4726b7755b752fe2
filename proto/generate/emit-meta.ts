// proto/gen/meta.ts: what the codecs do not say about a message: proto names, enum names, custom types, amino and signer options, services
// with their REST paths. proto/registry.ts reads it.
import { fromUtf8 } from '../../chain/encoding/bytes.ts';
import { Reader } from '../../chain/encoding/proto-wire.ts';
import { type FieldDescriptor, FieldType, readOptions } from '../descriptor.ts';
import type { EnumMeta, FieldExtra, FieldMeta, HttpRule, MessageMeta, MethodMeta, ServiceMeta } from '../registry-types.ts';
import { buildModel, customNumber, packagePath } from './emit.ts';
import type { LoadedFile } from './load.ts';

// Extension numbers: amino/amino.proto, cosmos_proto/cosmos.proto, cosmos/msg/v1/msg.proto, google/api/annotations.proto.
const AMINO_NAME = 11110001;
const AMINO_MESSAGE_ENCODING = 11110002;
const AMINO_ENCODING = 11110003;
const AMINO_FIELD_NAME = 11110004;
const AMINO_DONT_OMITEMPTY = 11110005;
const AMINO_ONEOF_NAME = 11110006;
const ACCEPTS_INTERFACE = 93001;
const SCALAR = 93002;
const IMPLEMENTS_INTERFACE = 93001;
const MSG_SIGNER = 11110000;
const MSG_SERVICE = 11110000;
const HTTP = 72295728;

type Options = ReturnType<typeof readOptions>;
function text(o: Options, no: number): string | undefined {
  const v = o.get(no)?.at(-1);
  return v instanceof Uint8Array ? fromUtf8(v) : undefined;
}
function texts(o: Options, no: number): string[] {
  return (o.get(no) ?? []).filter((v): v is Uint8Array => v instanceof Uint8Array).map(fromUtf8);
}

function fieldMeta(f: FieldDescriptor, oneof: string | undefined): FieldMeta {
  const o = readOptions(f.options);
  const extra: Record<string, unknown> = {};
  const put = (key: keyof FieldExtra, v: unknown): void => {
    if (v !== undefined && v !== false) extra[key] = v;
  };
  put('oneof', oneof);
  put('enum', f.type === FieldType.ENUM ? f.typeName.slice(1) : undefined);
  put('custom', customNumber(f));
  put('scalar', text(o, SCALAR));
  put('accepts', text(o, ACCEPTS_INTERFACE));
  put('aminoName', text(o, AMINO_FIELD_NAME));
  put('aminoEncoding', text(o, AMINO_ENCODING));
  put('aminoOneof', text(o, AMINO_ONEOF_NAME));
  put('dontOmitEmpty', o.get(AMINO_DONT_OMITEMPTY)?.at(-1) === 1n);
  return Object.keys(extra).length === 0 ? [f.number, f.name] : [f.number, f.name, extra as FieldExtra];
}

const HTTP_VERBS: Readonly<Record<number, HttpRule['verb']>> = { 2: 'GET', 3: 'PUT', 4: 'POST', 5: 'DELETE', 6: 'PATCH' };
function httpRules(bytes: Uint8Array): HttpRule[] {
  const rules: HttpRule[] = [];
  const more: HttpRule[] = [];
  let body = '';
  const r = new Reader(bytes);
  while (!r.done()) {
    const no = r.tag() >>> 3;
    const v = r.bytes();
    const verb = HTTP_VERBS[no];
    if (verb !== undefined) rules.push({ verb, path: fromUtf8(v), body });
    else if (no === 7) body = fromUtf8(v);
    else if (no === 11) more.push(...httpRules(v));
  }
  return [...rules.map((rule) => ({ ...rule, body })), ...more];
}

export function emitMeta(packages: readonly string[], files: readonly LoadedFile[], leftOut: readonly RegExp[]): Map<string, string> {
  const used = files.filter((f) => packages.includes(f.descriptor.package) && !leftOut.some((r) => r.test(f.descriptor.name)));
  const model = buildModel(used);
  const sorted = <T>(m: ReadonlyMap<string, T>): [string, T][] => [...m].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines: string[] = [];
  for (const [name, m] of sorted(model.messages)) {
    const o = readOptions(m.descriptor.options);
    const meta: MessageMeta = {
      fields: m.descriptor.field.map((f) => {
        const at = f.proto3Optional ? undefined : f.oneofIndex?.value;
        return fieldMeta(f, at === undefined ? undefined : m.descriptor.oneofDecl[at]?.name);
      }),
      ...(text(o, AMINO_NAME) === undefined ? {} : { amino: text(o, AMINO_NAME) as string }),
      ...(text(o, AMINO_MESSAGE_ENCODING) === undefined ? {} : { aminoEncoding: text(o, AMINO_MESSAGE_ENCODING) as string }),
      ...(texts(o, MSG_SIGNER).length === 0 ? {} : { signers: texts(o, MSG_SIGNER) }),
      ...(texts(o, IMPLEMENTS_INTERFACE).length === 0 ? {} : { implements: texts(o, IMPLEMENTS_INTERFACE) }),
    };
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(meta)},`);
  }
  const enums = sorted(model.enums).map(([name, e]) => {
    const values: EnumMeta = Object.fromEntries(e.descriptor.value.map((v) => [v.name, v.number?.value ?? 0]));
    return `  ${JSON.stringify(name)}: ${JSON.stringify(values)},`;
  });
  const services = new Map<string, ServiceMeta>();
  for (const { descriptor: file } of used) {
    for (const s of file.service) {
      const methods = s.method.map((m): MethodMeta => {
        const http = readOptions(m.options).get(HTTP)?.[0];
        return {
          name: m.name,
          input: m.inputType.slice(1),
          output: m.outputType.slice(1),
          ...(m.clientStreaming ? { clientStreaming: true } : {}),
          ...(m.serverStreaming ? { serverStreaming: true } : {}),
          http: http instanceof Uint8Array ? httpRules(http) : [],
        };
      });
      services.set(`${file.package}.${s.name}`, { file: file.name, msg: readOptions(s.options).get(MSG_SERVICE)?.[0] === 1n, methods });
    }
  }
  const serviceLines = sorted(services).map(([name, s]) => `  ${JSON.stringify(name)}: ${JSON.stringify(s)},`);
  const head = 'Generated by `npm run proto`. Not to be edited.';
  const record = (name: string, type: string, body: readonly string[]): string =>
    `export const ${name} = (): Readonly<Record<string, ${type}>> => ({\n${body.join('\n')}\n});\n`;
  const meta = [
    `// ${head} Functions, so that nothing is built before it is asked for.`,
    "import type { EnumMeta, MessageMeta, ServiceMeta } from '../registry-types.ts';",
    '',
    record('messages', 'MessageMeta', lines),
    record('enums', 'EnumMeta', enums),
    record('services', 'ServiceMeta', serviceLines),
  ].join('\n');
  const alias = (pkg: string): string => pkg.replace(/[._](.)/g, (_, c: string) => c.toUpperCase());
  const codecs = [
    `// ${head} The generated packages by protobuf package name.`,
    ...packages.map((p) => `import * as ${alias(p)} from './${packagePath(p)}';`),
    '',
    `export const packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {\n${packages.map((p) => `  '${p}': ${alias(p)},`).join('\n')}\n};\n`,
  ].join('\n');
  return new Map([
    ['meta.ts', meta],
    ['packages.ts', codecs],
  ]);
}
