// CometBFT's own remote signer, cmd/priv_val_server: no release has it as a program, so it is built by Go on first use.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../launcher/process.ts';
import { PeerMissing } from './peers.ts';

const PACKAGE = 'github.com/cometbft/cometbft/cmd/priv_val_server@v0.40.0';

/** The path of the program. Throws PeerMissing with the reason in one line. */
export async function privValServer(): Promise<string> {
  const folder = join(process.env.TRELLIS_PEERS ?? join(homedir(), '.cache/trellis-peers'), 'bin');
  const path = join(folder, 'priv_val_server');
  if (existsSync(path)) return path;
  try {
    await runProcess('go', ['install', PACKAGE], { env: { GOBIN: folder } });
  } catch (e) {
    throw new PeerMissing(`priv_val_server could not be built: ${(e as Error).message.trim().split('\n').at(-1)}`);
  }
  return path;
}
