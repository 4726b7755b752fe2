// `npm run proto`: writes proto/gen from the recorded descriptors and our own .proto. `--check` compares instead and fails on a difference.
// The output depends on nothing else, so that a test can hold the repository to it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LENGTH_DELIMITED, Writer } from '../chain/encoding/proto-wire.ts';
import { emitPackages } from './generate/emit.ts';
import { emitMeta } from './generate/emit-meta.ts';
import { type LoadedFile, loadFiles, PROTO_DIR } from './generate/load.ts';
import { FILES_LEFT_OUT, PACKAGES } from './packages.ts';

const GEN_DIR = `${PROTO_DIR}gen/`;

/** Descriptors that differ from the recording, as a FileDescriptorSet: programs cannot read .proto (proto/reflection.ts). */
function ownDescriptors(files: readonly LoadedFile[]): Uint8Array {
  const w = new Writer(1 << 16);
  for (const f of files) if (f.own) w.tag(1, LENGTH_DELIMITED).bytes(f.bytes);
  return w.finish();
}

/** File contents by path relative to proto/gen. */
export function generate(): Map<string, string | Uint8Array> {
  const files = loadFiles();
  return new Map<string, string | Uint8Array>([
    ...emitPackages(PACKAGES, files, FILES_LEFT_OUT),
    ...emitMeta(PACKAGES, files, FILES_LEFT_OUT),
    ['own.binpb', ownDescriptors(files)],
  ]);
}

function filesUnder(dir: string, prefix = ''): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? filesUnder(`${dir}${e.name}/`, `${prefix}${e.name}/`) : [prefix + e.name],
  );
}

/** Paths that differ from what would be generated. */
export function differences(): string[] {
  const want = generate();
  const have = filesUnder(GEN_DIR);
  const changed = [...want].filter(([path, text]) => !have.includes(path) || !Buffer.from(text).equals(readFileSync(GEN_DIR + path))).map(([path]) => path);
  return [...changed, ...have.filter((path) => !want.has(path))].sort();
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const different = differences();
    for (const path of different) console.error(`proto/gen/${path} is not what \`npm run proto\` makes of the descriptors`);
    process.exitCode = different.length === 0 ? 0 : 1;
  } else {
    const files = generate();
    for (const path of filesUnder(GEN_DIR)) if (!files.has(path)) rmSync(GEN_DIR + path);
    for (const [path, text] of files) {
      mkdirSync(dirname(GEN_DIR + path), { recursive: true });
      writeFileSync(GEN_DIR + path, text);
    }
    console.log(`proto/gen: ${files.size} files`);
  }
}
