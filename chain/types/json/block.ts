// Blocks, their parts, evidence and transaction proofs in JSON.
import type { MerkleProof } from '../../crypto/merkle.ts';
import type { Block, BlockData, BlockMeta } from '../block.ts';
import { TypesError } from '../errors.ts';
import type { DuplicateVoteEvidence, Evidence, LightClientAttackEvidence } from '../evidence.ts';
import type { Part } from '../part-set.ts';
import type { TxProof } from '../tx.ts';
import { jBlockId, jHeader } from './header.ts';
import {
  asObject,
  field,
  type JsonCodec,
  jBase64,
  jBase64Present,
  jHex,
  jInt64,
  jList,
  jMap,
  jObject,
  jOptional,
  jsonFail,
  jTime,
  jUint32,
} from './json-codec.ts';
import { jLightBlock, jValidator } from './validators.ts';
import { jCommit, jVote } from './votes.ts';

export const jMerkleProof: JsonCodec<MerkleProof> = jObject<MerkleProof>({
  total: field('total', jInt64),
  index: field('index', jInt64),
  leafHash: field('leaf_hash', jBase64),
  aunts: field('aunts', jList(jBase64)),
});

export const jPart: JsonCodec<Part> = jObject<Part>({ index: field('index', jUint32), bytes: field('bytes', jHex), proof: field('proof', jMerkleProof) });

export const jTxProof: JsonCodec<TxProof> = jObject<TxProof>({
  rootHash: field('root_hash', jHex),
  data: field('data', jBase64Present),
  proof: field('proof', jMerkleProof),
});

const jDuplicateVote: JsonCodec<DuplicateVoteEvidence> = jObject<DuplicateVoteEvidence>({
  voteA: field('vote_a', jVote),
  voteB: field('vote_b', jVote),
  totalVotingPower: field('TotalVotingPower', jInt64),
  validatorPower: field('ValidatorPower', jInt64),
  timestamp: field('Timestamp', jTime),
});

const jLightClientAttack: JsonCodec<LightClientAttackEvidence> = jObject<LightClientAttackEvidence>({
  conflictingBlock: field('ConflictingBlock', jLightBlock),
  commonHeight: field('CommonHeight', jInt64),
  byzantineValidators: field('ByzantineValidators', jList(jValidator)),
  totalVotingPower: field('TotalVotingPower', jInt64),
  timestamp: field('Timestamp', jTime),
});

const DUPLICATE_VOTE = 'tendermint/DuplicateVoteEvidence';
const LIGHT_CLIENT_ATTACK = 'tendermint/LightClientAttackEvidence';

export const jEvidence: JsonCodec<Evidence> = {
  to: (e) =>
    e.case === 'duplicateVote'
      ? { type: DUPLICATE_VOTE, value: jDuplicateVote.to(e.value) }
      : { type: LIGHT_CLIENT_ATTACK, value: jLightClientAttack.to(e.value) },
  from: (j, path) => {
    // In the words of CometBFT's decoder of interfaces, which clients of its RPC see.
    if (typeof j !== 'object' || j === null || Array.isArray(j)) {
      throw new TypesError('json', `json: cannot unmarshal ${Array.isArray(j) ? 'array' : typeof j} into Go value of type json.interfaceWrapper`);
    }
    const { type, value } = asObject(j, path);
    if (type === undefined || type === '') throw new TypesError('json', 'interface type cannot be empty');
    const at = `${path}.value`;
    if (type === DUPLICATE_VOTE) return { case: 'duplicateVote', value: jDuplicateVote.from(value ?? jsonFail(at, 'missing'), at) };
    if (type === LIGHT_CLIENT_ATTACK) return { case: 'lightClientAttack', value: jLightClientAttack.from(value ?? jsonFail(at, 'missing'), at) };
    throw new TypesError('json', `unknown type ${JSON.stringify(type)}`);
  },
  // Reached only by null in a list: no evidence is no evidence.
  zero: () => jsonFail('evidence', 'null'),
};

const jEvidenceData: JsonCodec<readonly Evidence[]> = jMap(
  jObject<{ evidence: readonly Evidence[] }>({ evidence: field('evidence', jList(jEvidence)) }),
  (evidence) => ({ evidence }),
  (d) => d.evidence,
);

export const jBlock: JsonCodec<Block> = jObject<Block>({
  header: field('header', jHeader),
  data: field('data', jObject<BlockData>({ txs: field('txs', jList(jBase64Present)) })),
  evidence: field('evidence', jEvidenceData),
  lastCommit: field('last_commit', jOptional(jCommit)),
});

export const jBlockMeta: JsonCodec<BlockMeta> = jObject<BlockMeta>({
  blockId: field('block_id', jBlockId),
  blockSize: field('block_size', jInt64),
  header: field('header', jHeader),
  numTxs: field('num_txs', jInt64),
});
