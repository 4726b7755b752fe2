// Renews the recorded descriptors of the reference: `npm run proto:record [-- SIMD]` runs `simd descriptors` and keeps the files that this
// project serves or builds on. Everything else works from the recording, so only this command needs the Go peer.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Writer } from '../chain/encoding/proto-wire.ts';
import { fileDescriptorCodec, splitFileSet } from './descriptor.ts';
import { REFERENCE_FILE } from './generate/load.ts';

/** simd links half of the Go ecosystem; these prefixes are the chain's own world and what it is described with. */
const KEPT = [
  'amino/',
  'cosmos/',
  'cosmos_proto/',
  'gogoproto/',
  'google/api/annotations.proto',
  'google/api/http.proto',
  'google/protobuf/',
  'grpc/reflection/',
  'ibc/',
  'tendermint/',
];
const DROPPED = ['google/protobuf/go_features.proto'];

const simd = process.argv[2] ?? join(homedir(), '.cache/trellis-peers/bin/simd');
const dir = mkdtempSync(join(tmpdir(), 'descriptors-'));
try {
  const path = join(dir, 'set.binpb');
  execFileSync(simd, ['descriptors', path], { stdio: ['ignore', 'inherit', 'inherit'] });
  const files = splitFileSet(new Uint8Array(readFileSync(path)))
    .map((bytes) => ({ name: fileDescriptorCodec.decode(bytes).name, bytes }))
    .filter((f) => KEPT.some((p) => f.name.startsWith(p)) && !DROPPED.includes(f.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const w = new Writer(1 << 20);
  for (const f of files) w.tag(1, 2).bytes(f.bytes);
  writeFileSync(REFERENCE_FILE, gzipSync(w.finish(), { level: 9 }));
  console.log(`recorded ${files.length} files`);
} finally {
  rmSync(dir, { recursive: true });
}
