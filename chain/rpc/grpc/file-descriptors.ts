// The .proto files as descriptors, for server reflection: the recorded set of the reference (proto/descriptors), opened on first use.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type FileDescriptor, fileDescriptorCodec, type MessageDescriptor, splitFileSet } from '../../../proto/descriptor.ts';

export interface DescriptorFile {
  readonly name: string;
  /** FileDescriptorProto, as recorded. */
  readonly bytes: Uint8Array;
  readonly dependencies: readonly string[];
}

export interface FileDescriptors {
  byName(name: string): DescriptorFile | undefined;
  /** Of a message, field, enum, service, method or extension by full name. */
  bySymbol(symbol: string): DescriptorFile | undefined;
  byExtension(type: string, number: number): DescriptorFile | undefined;
  /** Numbers of the extensions of a message, ascending; undefined where the message is unknown. */
  extensionNumbers(type: string): readonly number[] | undefined;
}

const RECORDED = new URL('../../../proto/descriptors/reference.binpb.gz', import.meta.url);
/** Guards against a damaged file only: the set is our own. */
const SET_BYTES_MAX = 64 * 1024 * 1024;

function* symbolsOf(m: MessageDescriptor, prefix: string): Generator<string> {
  const name = `${prefix}${m.name}`;
  yield name;
  for (const f of m.field) yield `${name}.${f.name}`;
  for (const e of m.enumType) yield `${name}.${e.name}`;
  for (const nested of m.nestedType) yield* symbolsOf(nested, `${name}.`);
}

function* symbols(f: FileDescriptor): Generator<string> {
  const prefix = f.package === '' ? '' : `${f.package}.`;
  for (const m of f.messageType) yield* symbolsOf(m, prefix);
  for (const e of f.enumType) yield `${prefix}${e.name}`;
  for (const e of f.extension) yield `${prefix}${e.name}`;
  for (const s of f.service) {
    yield `${prefix}${s.name}`;
    for (const m of s.method) yield `${prefix}${s.name}.${m.name}`;
  }
}

export function indexDescriptors(files: readonly Uint8Array[]): FileDescriptors {
  const byName = new Map<string, DescriptorFile>();
  const bySymbol = new Map<string, DescriptorFile>();
  const extensions = new Map<string, Map<number, DescriptorFile>>();
  for (const bytes of files) {
    const f = fileDescriptorCodec.decode(bytes);
    const file = { name: f.name, bytes, dependencies: f.dependency };
    byName.set(f.name, file);
    for (const s of symbols(f)) bySymbol.set(s, file);
    for (const e of f.extension) {
      const type = e.extendee.replace(/^\./, '');
      const of = extensions.get(type) ?? new Map<number, DescriptorFile>();
      of.set(e.number, file);
      extensions.set(type, of);
    }
  }
  return {
    byName: (name) => byName.get(name),
    bySymbol: (symbol) => bySymbol.get(symbol),
    byExtension: (type, number) => extensions.get(type)?.get(number),
    extensionNumbers: (type) => {
      const of = extensions.get(type);
      if (of === undefined) return bySymbol.has(type) ? [] : undefined;
      return [...of.keys()].sort((a, b) => a - b);
    },
  };
}

let recorded: FileDescriptors | undefined;
export function recordedDescriptors(): FileDescriptors {
  recorded ??= indexDescriptors(splitFileSet(gunzipSync(readFileSync(RECORDED), { maxOutputLength: SET_BYTES_MAX })));
  return recorded;
}
