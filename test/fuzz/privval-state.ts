// The validator's state file: whatever is read from it was signed by the key, at the place the file names; anything else is a KeyFileError.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNoble } from '../../chain/crypto/noble.ts';
import { readSignBytes } from '../../chain/privval/canonical.ts';
import { KeyFileError } from '../../chain/privval/errors.ts';
import { ed25519FromSeed, publicKeyOf, signWith } from '../../chain/privval/private-key.ts';
import { type LastSigned, NOTHING_SIGNED, readStateFile, stateFileText } from '../../chain/privval/sign-state.ts';
import { verifySignature } from '../../chain/types/verify-signature.ts';
import { voteSignBytes } from '../../chain/types/vote.ts';
import type { FuzzTarget } from './target.ts';

installNoble();
const key = ed25519FromSeed(new Uint8Array(32).fill(4));
const pubKey = publicKeyOf(key);
const hash = new Uint8Array(32).fill(1);
const signBytes = voteSignBytes('c', { type: 1, height: 7n, round: 2, blockId: { hash, partSetHeader: { total: 1, hash } }, timestamp: 5n });
const good: LastSigned = { height: 7n, round: 2, step: 2, signature: signWith(key, signBytes), signBytes };

const dir = mkdtempSync(join(tmpdir(), 'fuzz-state-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const path = join(dir, 'priv_validator_state.json');

export const target: FuzzTarget = {
  name: 'privval-state',
  corpus: () => [stateFileText(good), stateFileText(NOTHING_SIGNED)].map((t) => new TextEncoder().encode(t)),
  run: (input) => {
    writeFileSync(path, input);
    let s: LastSigned;
    try {
      s = readStateFile(path, pubKey);
    } catch (e) {
      if (e instanceof KeyFileError && e.path === path) return;
      throw e;
    }
    if (readFileSync(path, 'utf8').replace(/\s/g, '').length === 0) throw new Error('an empty file is no state');
    if (s.step === 0) return;
    const at = readSignBytes(s.signBytes);
    if (at.height !== s.height || Number(at.round) !== s.round || at.step !== s.step) throw new Error('the place is not that of the sign bytes');
    if (!verifySignature(pubKey, s.signBytes, s.signature)) throw new Error('the signature is not good');
  },
};
