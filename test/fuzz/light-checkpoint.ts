// Checkpoint files, mutated: read or refused with a LightError; what is read signs to the same bytes again.
import { bytesEqual, fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { type Checkpoint, checkpointSignBytes, parseCheckpoint } from '../../lightclient/checkpoint.ts';
import { checkpointJson } from '../../lightclient/checkpoint-sign.ts';
import { LightError } from '../../lightclient/errors.ts';
import type { FuzzTarget } from './target.ts';

const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const SAMPLE: Checkpoint = {
  chainId: 'fuzz-1',
  height: 12345n,
  time: 1_700_000_000_123_456_789n,
  hash: hash(1),
  validatorsHash: hash(2),
  nextValidatorsHash: hash(3),
  logRoot: hash(4),
  logSize: 12344n,
  issued: 1_700_000_100_000_000_000n,
  expires: 1_800_000_000_000_000_000n,
  signatures: [
    { keyId: 'a', signature: new Uint8Array(64).fill(7) },
    { keyId: 'b', signature: new Uint8Array(64).fill(8) },
  ],
};

export const target: FuzzTarget = {
  name: 'light-checkpoint',
  corpus: () => [utf8(checkpointJson(SAMPLE))],
  run(input) {
    let text: string;
    try {
      text = fromUtf8(input);
    } catch {
      return;
    }
    let c: Checkpoint;
    try {
      c = parseCheckpoint(text);
    } catch (e) {
      if (e instanceof LightError) return;
      throw e;
    }
    if (!bytesEqual(checkpointSignBytes(c), checkpointSignBytes(parseCheckpoint(checkpointJson(c))))) throw new Error('another checkpoint');
  },
};
