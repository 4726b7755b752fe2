// Where the real peers are: programs put into a cache folder by shared/peers/install. Tests name what is missing in one line.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../launcher/process.ts';

export type Peer = 'cometbft' | 'simd' | 'hermes';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const sharedFolder: string = resolve(repository, '../shared');

export class PeerMissing extends Error {}

/** Where peers' programs are kept. */
export const peersFolder = (): string => join(process.env.TRELLIS_PEERS ?? join(homedir(), '.cache/trellis-peers'), 'bin');

/** The path of a peer's program; installs it on first use. Throws PeerMissing with the reason in one line. */
export async function peerProgram(peer: Peer): Promise<string> {
  const path = join(peersFolder(), peer);
  if (existsSync(path)) return path;
  const install = join(sharedFolder, 'peers/install');
  if (!existsSync(install)) throw new PeerMissing(`${peer} is not installed and ${install} is not there to install it`);
  try {
    await runProcess(install, [peer]);
  } catch (e) {
    throw new PeerMissing(`${peer} could not be installed: ${(e as Error).message.trim().split('\n').at(-1)}`);
  }
  return path;
}
