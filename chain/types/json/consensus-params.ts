// Consensus parameters in JSON: durations are nanoseconds in a string.
import { type ConsensusParams, completeConsensusParams, type FullConsensusParams } from '../consensus-params.ts';
import { field, type JsonCodec, jInt64, jList, jMap, jObject, jString, jUint64 } from './json-codec.ts';

const shape: JsonCodec<FullConsensusParams> = jObject<FullConsensusParams>({
  block: field('block', jObject<FullConsensusParams['block']>({ maxBytes: field('max_bytes', jInt64), maxGas: field('max_gas', jInt64) })),
  evidence: field(
    'evidence',
    jObject<FullConsensusParams['evidence']>({
      maxAgeNumBlocks: field('max_age_num_blocks', jInt64),
      maxAgeDuration: field('max_age_duration', jInt64),
      maxBytes: field('max_bytes', jInt64),
    }),
  ),
  validator: field('validator', jObject<FullConsensusParams['validator']>({ pubKeyTypes: field('pub_key_types', jList(jString)) })),
  version: field('version', jObject<FullConsensusParams['version']>({ app: field('app', jUint64) })),
  abci: field('abci', jObject<FullConsensusParams['abci']>({ voteExtensionsEnableHeight: field('vote_extensions_enable_height', jInt64) })),
  authority: field('authority', jObject<FullConsensusParams['authority']>({ authority: field('authority', jString) })),
});

export const jFullConsensusParams = shape;

/** Written whole, as an engine has them. */
export const jConsensusParams: JsonCodec<ConsensusParams> = jMap(shape, completeConsensusParams, (p) => p);
