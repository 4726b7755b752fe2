// What the store reads from disk: head files, change sets, stored nodes, commit infos. Any bytes are read or refused by the one error of their kind.
// The first byte chooses the decoder.
import { concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { ChangeLog, decodeChangeSet, encodeChangeSet } from '../../chain/store/change-set.ts';
import { commitInfoCodec, makeCommitInfo, rootProofs } from '../../chain/store/commit-info.ts';
import { openValue, sealValue } from '../../chain/store/db.ts';
import { CorruptionError, DatabaseError } from '../../chain/store/errors.ts';
import { decodeHeadFile, encodeSlot } from '../../chain/store/head-file.ts';
import { decodeNode, encodeNode } from '../../chain/store/iavl/node-codec.ts';
import type { FuzzTarget } from './target.ts';

const KEY = utf8('key');
const hash = new Uint8Array(32).fill(9);

function headFile(): Uint8Array {
  const file = new Uint8Array(1024);
  file.set(encodeSlot({ sequence: 4, hash }));
  file.set(encodeSlot({ sequence: 3, hash }), 512);
  return file;
}

function changeSet(): Uint8Array {
  const log = new ChangeLog();
  log.set(KEY, utf8('value'));
  log.delete(utf8('other'));
  return encodeChangeSet([['bank', log]]);
}

const READERS: readonly ((b: Uint8Array) => void)[] = [
  (b) => decodeHeadFile('HEAD', b),
  (b) => {
    for (const { ops } of decodeChangeSet(b)) for (const [key] of ops) if (key.length === 0) throw new Error('an empty key came through');
  },
  (b) => {
    const node = decodeNode(b);
    // What is read can be written; its encoding need not be the bytes read, since varints may be padded.
    decodeNode(encodeNode(node));
  },
  (b) => {
    rootProofs(commitInfoCodec.decode(b)).proof('bank');
  },
  (b) => openValue('db', KEY, b),
];

export const target: FuzzTarget = {
  name: 'store-decoders',
  corpus: () =>
    [
      headFile(),
      changeSet(),
      encodeNode({ height: 3, size: 7, key: KEY, hash, left: { version: 1, nonce: 1 }, right: { version: 2, nonce: 2 } }),
      commitInfoCodec.encode(makeCommitInfo(7n, [['bank', hash]])),
      sealValue(KEY, utf8('value')),
    ].map((b, i) => concatBytes(new Uint8Array([i]), b)),
  inputBytesMax: 2048,
  run(input) {
    const read = READERS[(input[0] ?? 0) % READERS.length];
    try {
      read?.(input.subarray(1));
    } catch (e) {
      if (!(e instanceof WireError || e instanceof CorruptionError || e instanceof DatabaseError)) throw e;
    }
  },
};
