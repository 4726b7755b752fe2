// The test accounts as keys of the home's `test` keyring, so that `trellisd tx bank send alice …  --home DIR` works at once.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyring } from '../keyring/keyring.ts';
import { keyFromMnemonic } from '../keyring/mnemonic.ts';
import { TEST_ACCOUNTS } from './accounts.ts';

/** Does nothing where the keyring is there. Deriving a key takes some 50 ms, so the chain gets its turn after each. */
export async function writeTestKeyring(home: string): Promise<void> {
  if (existsSync(join(home, 'keyring-test'))) return;
  const ring = openKeyring({ backend: 'test', dir: home, passphrase: () => '' });
  for (const { name, mnemonic } of TEST_ACCOUNTS) {
    ring.addPrivateKey(name, keyFromMnemonic(mnemonic));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
