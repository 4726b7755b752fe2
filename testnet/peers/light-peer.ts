// CometBFT's light client as a program (test/differential/light-peer), built once into the cache of peers.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../launcher/process.ts';
import { PeerMissing, peersFolder } from './peers.ts';

const SOURCE = fileURLToPath(new URL('../../test/differential/light-peer/', import.meta.url));

/** Path of the program. Throws PeerMissing without Go. */
export async function lightPeer(): Promise<string> {
  const digest = createHash('sha256')
    .update(readFileSync(join(SOURCE, 'main.go')))
    .update(readFileSync(join(SOURCE, 'go.mod')))
    .digest('hex')
    .slice(0, 12);
  const program = join(peersFolder(), `light-peer-${digest}`);
  if (existsSync(program)) return program;
  const dir = mkdtempSync(join(tmpdir(), 'trellis-light-peer-'));
  copyFileSync(join(SOURCE, 'go.mod'), join(dir, 'go.mod'));
  try {
    await runProcess('go', ['build', '-C', SOURCE, '-mod=mod', `-modfile=${join(dir, 'go.mod')}`, '-o', program, '.']);
  } catch (e) {
    throw new PeerMissing(`CometBFT's light client: ${(e as Error).message.slice(0, 300)}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return program;
}
