import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { testContext } from '../../chain/core/testing/memory-stores.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../chain/types/consensus-params.ts';
import type { MsgUpdateParams } from '../../proto/gen/cosmos/consensus/v1.ts';
import { ConsensusKeeper } from './keeper.ts';
import { consensusModule } from './module.ts';

function setup(): { ctx: Context; keeper: ConsensusKeeper; update: (part: Partial<MsgUpdateParams>) => unknown } {
  const keeper = new ConsensusKeeper('authority');
  const ctx = testContext();
  let handle: ((c: Context, m: MsgUpdateParams) => unknown) | undefined;
  consensusModule(keeper).registerServices?.({
    msg: (_req, _res, handler) => {
      handle = handler as never;
    },
    query: () => undefined,
  });
  const { block, evidence, validator } = DEFAULT_CONSENSUS_PARAMS;
  return { ctx, keeper, update: (part) => handle?.(ctx, { authority: 'authority', block, evidence, validator, abci: undefined, ...part }) };
}

test('the authority changes parameters; others do not', () => {
  const { ctx, keeper, update } = setup();
  expect(() => update({})).toThrow('not found');
  keeper.set(ctx, DEFAULT_CONSENSUS_PARAMS);
  expect(() => update({ authority: 'me' })).toThrow('invalid authority; expected authority, got me: expected gov account as only signer for proposal message');
  update({ block: { maxBytes: 2_000_000n, maxGas: 5n } });
  expect(keeper.get(ctx)?.block).toEqual({ maxBytes: 2_000_000n, maxGas: 5n });
  expect(keeper.get(ctx)?.evidence).toEqual(DEFAULT_CONSENSUS_PARAMS.evidence);
  expect(ctx.events.events.at(-1)?.type).toBe('update_consensus_params');
});

test('what the engine would refuse is refused here', () => {
  const { ctx, keeper, update } = setup();
  keeper.set(ctx, DEFAULT_CONSENSUS_PARAMS);
  expect(() => update({ block: undefined })).toThrow('all parameters must be present');
  expect(() => update({ block: { maxBytes: 0n, maxGas: -1n } })).toThrow('MaxBytes cannot be 0');
  expect(() => update({ validator: { pubKeyTypes: ['nope'] } })).toThrow('unknown pubkey type');
  // F-1: extensions cannot be turned on for a height that has come.
  expect(() => update({ abci: { voteExtensionsEnableHeight: 1n } })).toThrow('past or current height');
  update({ abci: { voteExtensionsEnableHeight: 5n } });
  expect(keeper.get(ctx)?.abci).toEqual({ voteExtensionsEnableHeight: 5n });
});

test('an empty authority of the engine leaves no trace in the bytes', () => {
  const { ctx, keeper } = setup();
  keeper.set(ctx, DEFAULT_CONSENSUS_PARAMS);
  expect(keeper.get(ctx)?.authority).toBeUndefined();
  keeper.set(ctx, { ...DEFAULT_CONSENSUS_PARAMS, authority: { authority: 'x' } });
  expect(keeper.get(ctx)?.authority).toEqual({ authority: 'x' });
});
