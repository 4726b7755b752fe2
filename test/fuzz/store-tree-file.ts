// Tree files from disk: any bytes are loaded whole, or refused with CorruptionError or DatabaseError. The frames' checksums are corrected after
// each mutation, so that it reaches what they guard.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '../../chain/crypto/crc32c.ts';
import { CorruptionError, DatabaseError } from '../../chain/store/errors.ts';
import { StateTrees } from '../../chain/store/state-trees.ts';
import { reference } from '../../chain/store/testing.ts';
import { readTreeFile, writeTreeFile } from '../../chain/store/tree-file.ts';
import type { FuzzTarget } from './target.ts';

const folder = mkdtempSync(join(tmpdir(), 'fuzz-tree-file-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function withChecksums(input: Uint8Array): Uint8Array {
  const out = input.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at + 8 <= out.length; ) {
    const length = view.getUint32(at, true);
    if (length > out.length - at - 8) break;
    view.setUint32(at + 4, crc32c(out.subarray(at + 8, at + 8 + length)), true);
    at += 8 + length;
  }
  return out;
}

export const target: FuzzTarget = {
  name: 'store-tree-file',
  async corpus() {
    const path = join(folder, 'seed');
    await writeTreeFile(path, 4, (await reference(4)).trees, () => false);
    return [new Uint8Array(readFileSync(path))];
  },
  inputBytesMax: 8192,
  async run(input) {
    const path = join(folder, 'input');
    writeFileSync(path, withChecksums(input));
    const trees = new StateTrees(5, [
      ['acc', 1],
      ['bank', 1],
    ]);
    try {
      await readTreeFile(path, 4, trees);
    } catch (e) {
      if (!(e instanceof CorruptionError || e instanceof DatabaseError)) throw e;
    }
  },
};
