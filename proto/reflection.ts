// File descriptors as gRPC server reflection hands them out: the recorded ones, with ours in their place where they differ. Read on first
// use; nothing of it costs a start. Source: grpc/reflection/v1/reflection.proto.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type FileDescriptor, fileDescriptorCodec, type MessageDescriptor, splitFileSet } from './descriptor.ts';

interface Index {
  readonly byName: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly dependency: readonly string[] }>;
  /** File name by the full name of a message, enum, enum value, field, extension, service or method. */
  readonly bySymbol: ReadonlyMap<string, string>;
  /** File name by extension number, by the extended type's full name. */
  readonly extensions: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

function symbolsOf(file: FileDescriptor): string[] {
  const out: string[] = [];
  const walk = (m: MessageDescriptor, scope: string): void => {
    const full = `${scope}.${m.name}`;
    out.push(full, ...m.field.map((f) => `${full}.${f.name}`), ...m.oneofDecl.map((o) => `${full}.${o.name}`), ...m.extension.map((x) => `${full}.${x.name}`));
    for (const e of m.enumType) out.push(`${full}.${e.name}`, ...e.value.map((v) => `${full}.${v.name}`));
    for (const n of m.nestedType) walk(n, full);
  };
  for (const m of file.messageType) walk(m, file.package);
  for (const e of file.enumType) out.push(`${file.package}.${e.name}`, ...e.value.map((v) => `${file.package}.${v.name}`));
  for (const x of file.extension) out.push(`${file.package}.${x.name}`);
  for (const s of file.service) out.push(`${file.package}.${s.name}`, ...s.method.map((m) => `${file.package}.${s.name}.${m.name}`));
  return out;
}

let built: Index | undefined;

function index(): Index {
  if (built !== undefined) return built;
  const at = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
  const byName = new Map<string, { bytes: Uint8Array; dependency: readonly string[] }>();
  const bySymbol = new Map<string, string>();
  const extensions = new Map<string, Map<number, string>>();
  // Ours come last and replace.
  const recorded = new Uint8Array(gunzipSync(at('./descriptors/reference.binpb.gz')));
  for (const bytes of [...splitFileSet(recorded), ...splitFileSet(at('./gen/own.binpb'))]) {
    const file = fileDescriptorCodec.decode(bytes);
    byName.set(file.name, { bytes, dependency: file.dependency });
    for (const symbol of symbolsOf(file)) bySymbol.set(symbol, file.name);
    for (const x of file.extension) {
      const extended = x.extendee.slice(1);
      const numbers = extensions.get(extended) ?? new Map<number, string>();
      numbers.set(x.number, file.name);
      extensions.set(extended, numbers);
    }
  }
  built = { byName, bySymbol, extensions };
  return built;
}

/** FileDescriptorProto bytes of a file and of all it imports, the file first; undefined where the name is unknown. */
export function fileWithDependencies(name: string): Uint8Array[] | undefined {
  const { byName } = index();
  if (!byName.has(name)) return undefined;
  const out: Uint8Array[] = [];
  const seen = new Set<string>();
  const queue = [name];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const file = byName.get(next);
    // Imports that are not recorded, such as aliases of well-known types, are left to the client.
    if (file === undefined) continue;
    out.push(file.bytes);
    queue.push(...file.dependency);
  }
  return out;
}

/** FileDescriptorProto bytes of one file. */
export function fileByName(name: string): Uint8Array | undefined {
  return index().byName.get(name)?.bytes;
}

/** The name of the file that defines a message, enum, field, service or method. */
export function fileNameOfSymbol(symbol: string): string | undefined {
  return index().bySymbol.get(symbol);
}

export function fileNameOfExtension(extendedType: string, no: number): string | undefined {
  return index().extensions.get(extendedType)?.get(no);
}

/** Ascending; undefined where the type is unknown. */
export function extensionNumbers(type: string): number[] | undefined {
  const { bySymbol, extensions } = index();
  if (!bySymbol.has(type)) return undefined;
  return [...(extensions.get(type)?.keys() ?? [])].sort((a, b) => a - b);
}

/** Names of every file, sorted. */
export function fileNames(): string[] {
  return [...index().byName.keys()].sort();
}
