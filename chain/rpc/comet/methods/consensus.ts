// Validators, parameters and the state of the round (cmt:rpc/core/consensus.go).
import { consensusParamsToJson, validatorToJson } from '../json/chain.ts';
import { roundStateJson, roundStateSimpleJson } from '../json/round-state.ts';
import { type MethodTable, method } from '../method.ts';
import { optionalInt, optionalInt64 } from '../params.ts';
import { checkPage, heightOr, latestUncommitted, perPage, skipOf } from './heights.ts';

export const consensusMethods: MethodTable = {
  validators: method(
    { height: optionalInt64, page: optionalInt, per_page: optionalInt },
    async ({ height, page, per_page }, { backend }) => {
      const at = heightOr(backend, latestUncommitted(backend), height);
      const set = await backend.chain.validators(at);
      if (set === undefined) throw new Error(`could not find validator set for height #${at}`);
      const size = perPage(per_page);
      checkPage(page, size, set.size);
      const skip = skipOf(page, size);
      const shown = set.validators.slice(skip, skip + size);
      return { block_height: at.toString(), validators: shown.map(validatorToJson), count: shown.length.toString(), total: set.size.toString() };
    },
    { cacheable: 'height' },
  ),

  dump_consensus_state: method({}, async (_, { backend: { consensus } }) => {
    const peers = (await consensus.peerStates()).map((p) => ({ node_address: p.nodeAddress, peer_state: JSON.parse(p.stateJson) as unknown }));
    return { round_state: roundStateJson(await consensus.roundState()), peers };
  }),

  consensus_state: method({}, async (_, { backend: { consensus } }) => ({ round_state: roundStateSimpleJson(await consensus.roundState()) })),

  consensus_params: method(
    { height: optionalInt64 },
    async ({ height }, { backend }) => {
      const at = heightOr(backend, latestUncommitted(backend), height);
      const params = await backend.chain.consensusParams(at);
      if (params === undefined) throw new Error(`could not find consensus params for height #${at}`);
      return { block_height: at.toString(), consensus_params: consensusParamsToJson(params) };
    },
    { cacheable: 'height' },
  ),
};
