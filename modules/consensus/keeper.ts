// The engine's parameters in state: set from InitChain, changed by the authority, handed to the engine after each block.
// Source: sdk:x/consensus/keeper/keeper.go.
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item } from '../../chain/core/collections/state-map.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { type ConsensusParams, consensusParamsCodec } from '../../chain/types/consensus-params.ts';
import { PREFIX, STORE_NAME } from './keys.ts';

export class ConsensusKeeper {
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
  readonly #params: Item<ConsensusParams>;

  constructor(authority: string) {
    this.authority = authority;
    this.#params = new Item(new Schema(STORE_NAME), PREFIX.params, 'params', protoValue(consensusParamsCodec));
  }

  get(ctx: Context): ConsensusParams | undefined {
    return this.#params.get(ctx);
  }

  /** An empty authority, which v0.40 engines always send, is not kept: so the bytes are those of engines that do not know it. */
  set(ctx: Context, params: ConsensusParams): void {
    this.#params.set(ctx, params.authority?.authority === '' ? { ...params, authority: undefined } : params);
  }
}
