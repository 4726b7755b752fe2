// BlockID, header and version in JSON.
import type { BlockId, PartSetHeader } from '../block-id.ts';
import type { Header } from '../header.ts';
import type { ConsensusVersion } from '../version.ts';
import { field, type JsonCodec, jHex, jInt64, jObject, jString, jTime, jUint32, jUint64, omittable } from './json-codec.ts';

export const jPartSetHeader: JsonCodec<PartSetHeader> = jObject<PartSetHeader>({ total: field('total', jUint32), hash: field('hash', jHex) });

export const jBlockId: JsonCodec<BlockId> = jObject<BlockId>({
  hash: field('hash', jHex),
  // Old nodes and other implementations write part_set_header.
  partSetHeader: { name: 'parts', codec: jPartSetHeader, also: ['part_set_header'] },
});

export const jConsensusVersion: JsonCodec<ConsensusVersion> = jObject<ConsensusVersion>({ block: omittable('block', jUint64), app: omittable('app', jUint64) });

export const jHeader: JsonCodec<Header> = jObject<Header>({
  version: field('version', jConsensusVersion),
  chainId: field('chain_id', jString),
  height: field('height', jInt64),
  time: field('time', jTime),
  lastBlockId: field('last_block_id', jBlockId),
  lastCommitHash: field('last_commit_hash', jHex),
  dataHash: field('data_hash', jHex),
  validatorsHash: field('validators_hash', jHex),
  nextValidatorsHash: field('next_validators_hash', jHex),
  consensusHash: field('consensus_hash', jHex),
  appHash: field('app_hash', jHex),
  lastResultsHash: field('last_results_hash', jHex),
  evidenceHash: field('evidence_hash', jHex),
  proposerAddress: field('proposer_address', jHex),
});
