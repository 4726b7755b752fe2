// Blocks, as they come from peers in parts and from the block store: a refused one gives a registered error, an accepted one keeps its
// bytes, its hash and its JSON.
import { toHex } from '../../chain/encoding/bytes.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { type Block, blockCodec, blockHash, bodyHashes, decodeBlock } from '../../chain/types/block.ts';
import { EMPTY_COMMIT } from '../../chain/types/commit.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { type Evidence, newDuplicateVoteEvidence } from '../../chain/types/evidence.ts';
import { headerCodec } from '../../chain/types/header-codec.ts';
import { jBlock } from '../../chain/types/json/block.ts';
import { fromJson } from '../../chain/types/json/json-codec.ts';
import { newValidator } from '../../chain/types/validator.ts';
import { ValidatorSet } from '../../chain/types/validator-set.ts';
import { voteCodec } from '../../chain/types/vote.ts';
import type { FuzzTarget } from './target.ts';

function block(txs: readonly Uint8Array[], evidence: readonly Evidence[], lastCommit: Block['lastCommit']): Block {
  const version = { block: 11n, app: 1n };
  const hash = new Uint8Array(32).fill(3);
  const data = { txs };
  const header = headerCodec.from({
    version,
    chainId: 'fuzz',
    height: 2n,
    time: 1n,
    validatorsHash: hash,
    nextValidatorsHash: hash,
    proposerAddress: hash.subarray(0, 20),
    ...bodyHashes(data, evidence, lastCommit ?? EMPTY_COMMIT),
  });
  return { header, data, evidence, lastCommit };
}

function corpus(): Uint8Array[] {
  const hash = new Uint8Array(32).fill(9);
  const validator = newValidator({ case: 'ed25519', value: hash }, 5n);
  const id = (n: number) => ({ hash: new Uint8Array(32).fill(n), partSetHeader: { total: 1, hash } });
  const vote = (n: number) =>
    voteCodec.from({ type: 2, height: 1n, blockId: id(n), timestamp: 5n, validatorAddress: validator.address, signature: new Uint8Array(64) });
  const set = ValidatorSet.create([validator]);
  const signature = { blockIdFlag: 2, validatorAddress: validator.address, timestamp: 7n, signature: new Uint8Array(64) };
  const commit = { height: 1n, round: 0, blockId: id(1), signatures: [signature] };
  const evidence: Evidence = { case: 'duplicateVote', value: newDuplicateVoteEvidence(vote(1), vote(2), 5n, set) };
  return [block([], [], EMPTY_COMMIT), block([hash, new Uint8Array(0)], [], commit), block([hash], [evidence], commit)].map((b) => blockCodec.encode(b));
}

export const target: FuzzTarget = {
  name: 'types-block',
  corpus,
  run: (input) => {
    let b: Block;
    try {
      b = decodeBlock(input);
    } catch (e) {
      if (e instanceof TypesError || e instanceof WireError) return;
      throw e;
    }
    const bytes = blockCodec.encode(b);
    const again = decodeBlock(bytes);
    if (toHex(blockCodec.encode(again)) !== toHex(bytes)) throw new Error('an accepted block does not keep its bytes');
    const fromText = fromJson(jBlock, JSON.parse(JSON.stringify(jBlock.to(b))));
    if (toHex(blockHash(fromText)) !== toHex(blockHash(b))) throw new Error('an accepted block does not keep its hash through JSON');
    if (toHex(blockCodec.encode(fromText)) !== toHex(bytes)) throw new Error('an accepted block does not keep its bytes through JSON');
  },
};
