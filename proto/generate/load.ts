// The descriptors everything is generated from: the recorded reference, with our own .proto merged in. A message of ours that has the
// name of a recorded one adds its fields to it (CometBFT v0.40 beside the reference's v0.38); other messages, services and files are new.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type EnumDescriptor,
  type FieldDescriptor,
  type FileDescriptor,
  fileDescriptorCodec,
  type MessageDescriptor,
  type ServiceDescriptor,
  splitFileSet,
} from '../descriptor.ts';
import { parseProto } from './parse.ts';

export const PROTO_DIR = fileURLToPath(new URL('..', import.meta.url));
export const REFERENCE_FILE = `${PROTO_DIR}descriptors/reference.binpb.gz`;

/** Every .proto of our own, relative to proto/, sorted. */
export function ownProtoFiles(dir = ''): string[] {
  return readdirSync(PROTO_DIR + dir, { withFileTypes: true })
    .flatMap((e) => {
      const path = dir === '' ? e.name : `${dir}/${e.name}`;
      if (e.isDirectory()) return e.name === 'gen' || e.name === 'descriptors' || e.name === 'generate' ? [] : ownProtoFiles(path);
      return e.name.endsWith('.proto') ? [path] : [];
    })
    .sort();
}

function mergeMessage(base: MessageDescriptor, added: MessageDescriptor): MessageDescriptor {
  const oneofDecl = [...base.oneofDecl];
  const indexOf = added.oneofDecl.map((o) => {
    const at = oneofDecl.findIndex((b) => b.name === o.name);
    return at >= 0 ? at : oneofDecl.push(o) - 1;
  });
  const fields = added.field.map((f): FieldDescriptor => {
    if (base.field.some((b) => b.number === f.number || b.name === f.name)) throw new Error(`${base.name}.${f.name} is recorded already`);
    return f.oneofIndex === undefined ? f : { ...f, oneofIndex: { case: 'index', value: indexOf[f.oneofIndex.value] as number } };
  });
  return { ...base, field: [...base.field, ...fields], nestedType: mergeNamed(base.nestedType, added.nestedType, mergeMessage), oneofDecl };
}

function mergeService(base: ServiceDescriptor, added: ServiceDescriptor): ServiceDescriptor {
  return { ...base, method: [...base.method, ...added.method] };
}

function mergeEnum(base: EnumDescriptor, added: EnumDescriptor): EnumDescriptor {
  return { ...base, value: [...base.value, ...added.value] };
}

function mergeNamed<T extends { readonly name: string }>(base: readonly T[], added: readonly T[], merge: (base: T, added: T) => T): T[] {
  const out = [...base];
  for (const a of added) {
    const at = out.findIndex((b) => b.name === a.name);
    if (at >= 0) out[at] = merge(out[at] as T, a);
    else out.push(a);
  }
  return out;
}

function mergeFile(base: FileDescriptor, added: FileDescriptor): FileDescriptor {
  return {
    ...base,
    dependency: [...new Set([...base.dependency, ...added.dependency])],
    messageType: mergeNamed(base.messageType, added.messageType, mergeMessage),
    enumType: mergeNamed(base.enumType, added.enumType, mergeEnum),
    service: mergeNamed(base.service, added.service, mergeService),
  };
}

export interface LoadedFile {
  readonly descriptor: FileDescriptor;
  /** The recorded bytes, or ours where the file is new or merged. */
  readonly bytes: Uint8Array;
  /** Whether it is not as recorded. */
  readonly own: boolean;
}

/** All files by name, sorted. */
export function loadFiles(): LoadedFile[] {
  const files = new Map<string, LoadedFile>();
  for (const bytes of splitFileSet(new Uint8Array(gunzipSync(readFileSync(REFERENCE_FILE))))) {
    const descriptor = fileDescriptorCodec.decode(bytes);
    files.set(descriptor.name, { descriptor, bytes, own: false });
  }
  const recorded = [...files.values()].map((f) => f.descriptor);
  for (const path of ownProtoFiles()) {
    const own = parseProto(path, readFileSync(PROTO_DIR + path, 'utf8'), recorded);
    const base = files.get(path);
    const descriptor = base === undefined ? own : mergeFile(base.descriptor, own);
    files.set(path, { descriptor, bytes: fileDescriptorCodec.encode(descriptor), own: true });
  }
  return [...files.values()].sort((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1));
}
