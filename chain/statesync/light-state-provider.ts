// The state after a height from three verified light blocks (cmt:statesync/stateprovider.go State): that of the height, the next, which has
// the app hash, and the one after that, which has the validators two heights ahead. Parameters are checked against the header's hash, and
// as that covers only two of them, also against another server.

import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import type { State } from '../execution/state.ts';
import type { Commit } from '../types/commit.ts';
import { consensusParamsCodec, consensusParamsHash, type FullConsensusParams } from '../types/consensus-params.ts';
import type { Header } from '../types/header.ts';
import type { ValidatorList } from '../types/validator-list.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import type { LightClient } from './light-client.ts';
import type { LightProvider } from './rpc-provider.ts';
import { type StateProvider, UntrustedError } from './state-provider.ts';

export class LightStateProvider implements StateProvider {
  readonly #open: () => Promise<LightClient>;
  readonly #providers: readonly LightProvider[];
  readonly #initialHeight: bigint;
  #client: Promise<LightClient> | undefined;

  /** `open` is called once it is needed, and again if it failed. */
  constructor(open: () => Promise<LightClient>, providers: readonly LightProvider[], initialHeight: bigint) {
    this.#open = open;
    this.#providers = providers;
    this.#initialHeight = initialHeight;
  }

  async #light(): Promise<LightClient> {
    this.#client ??= this.#open();
    try {
      return await this.#client;
    } catch (e) {
      this.#client = undefined;
      throw e;
    }
  }

  async appHash(height: bigint): Promise<Uint8Array> {
    const client = await this.#light();
    const next = await client.at(height + 1n);
    // Without it the state cannot be made; better to know before the snapshot is fetched.
    await client.at(height + 2n);
    return next.signedHeader.header.appHash;
  }

  async commit(height: bigint): Promise<Commit> {
    return (await (await this.#light()).at(height)).signedHeader.commit;
  }

  async state(height: bigint): Promise<State> {
    const client = await this.#light();
    const last = await client.at(height);
    const current = await client.at(height + 1n);
    const next = await client.at(height + 2n);
    const { header } = current.signedHeader;
    return {
      version: header.version,
      chainId: header.chainId,
      initialHeight: this.#initialHeight,
      lastBlockHeight: height,
      lastBlockId: last.signedHeader.commit.blockId,
      lastBlockTime: last.signedHeader.header.time,
      lastValidators: fullSet(last.validatorSet),
      validators: fullSet(current.validatorSet),
      nextValidators: fullSet(next.validatorSet),
      lastHeightValidatorsChanged: height + 2n,
      consensusParams: await this.#params(header),
      lastHeightConsensusParamsChanged: height + 1n,
      lastResultsHash: header.lastResultsHash,
      appHash: header.appHash,
    };
  }

  async #params(header: Header): Promise<FullConsensusParams> {
    const answers = await Promise.allSettled(this.#providers.map((p) => p.consensusParams(header.height)));
    const good: FullConsensusParams[] = [];
    for (const a of answers) if (a.status === 'fulfilled') good.push(a.value);
    const [params, ...others] = good;
    if (params === undefined || others.length === 0) throw new Error(`fewer than two servers give the consensus parameters of height ${header.height}`);
    const hash = consensusParamsHash(params);
    if (!bytesEqual(hash, header.consensusHash)) {
      throw new UntrustedError(
        `the consensus parameters of height ${header.height} have hash ${toHexUpper(hash)}, the header says ${toHexUpper(header.consensusHash)}`,
      );
    }
    const bytes = consensusParamsCodec.encode(params);
    if (others.some((p) => !bytesEqual(consensusParamsCodec.encode(p), bytes))) {
      throw new UntrustedError(`the servers give different consensus parameters of height ${header.height}`);
    }
    return params;
  }
}

/** With the means to decide who proposes. */
const fullSet = (l: ValidatorList): ValidatorSet => ValidatorSet.restore(l.validators, l.proposer);
