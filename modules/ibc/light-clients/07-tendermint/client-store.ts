// The state of one client: its client state, consensus states by height, and when and at which height each came. Consensus states are found in
// the order of heights by iteration keys. Source: ibc-go v10 modules/light-clients/07-tendermint/store.go.
import { uint64Value } from '../../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { concatBytes, fromUtf8, utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Time } from '../../../../chain/encoding/time.ts';
import { Any } from '../../../../proto/gen/google/protobuf.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { ClientState, ConsensusState } from '../../../../proto/gen/ibc/lightclients/tendermint/v1.ts';
import { ClientStore } from '../../core/02-client/client-store.ts';
import { parseHeight, selfHeight } from '../../core/02-client/height.ts';
import { CLIENT_STATE, consensusStatePath, heightText } from '../../core/24-host/paths.ts';

export const CLIENT_STATE_URL = '/ibc.lightclients.tendermint.v1.ClientState';
export const CONSENSUS_STATE_URL = '/ibc.lightclients.tendermint.v1.ConsensusState';
const ITERATION = utf8('iterateConsensusStates');

const iterationKey = (h: Height): Uint8Array => concatBytes(ITERATION, uint64Value.encode(h.revisionNumber), uint64Value.encode(h.revisionHeight));

export const clientStateBytes = (c: ClientState): Uint8Array => Any.encode({ typeUrl: CLIENT_STATE_URL, value: ClientState.encode(c) });
export const consensusStateBytes = (c: ConsensusState): Uint8Array => Any.encode({ typeUrl: CONSENSUS_STATE_URL, value: ConsensusState.encode(c) });

/** When a consensus state came, in this chain's time (nanoseconds) and height. */
export interface Processed {
  readonly time: Time;
  readonly height: Height;
}

export class TendermintStore {
  readonly #s: ClientStore;

  constructor(ctx: Context, clientId: string) {
    this.#s = new ClientStore(ctx, clientId);
  }

  clientState(): ClientState | undefined {
    const b = this.#s.get(CLIENT_STATE);
    return b && ClientState.decode(Any.decode(b).value);
  }

  setClientState(c: ClientState): void {
    this.#s.set(CLIENT_STATE, clientStateBytes(c));
  }

  consensusState(h: Height): ConsensusState | undefined {
    const b = this.#s.get(consensusStatePath(h));
    return b && ConsensusState.decode(Any.decode(b).value);
  }

  /** `processed`: by default now. */
  setConsensusState(ctx: Context, h: Height, c: ConsensusState, processed: Processed = { time: ctx.time, height: selfHeight(ctx) }): void {
    const path = consensusStatePath(h);
    this.#s.set(path, consensusStateBytes(c));
    this.#s.set(`${path}/processedTime`, uint64Value.encode(processed.time));
    this.#s.set(`${path}/processedHeight`, utf8(heightText(processed.height)));
    this.#s.set(iterationKey(h), utf8(path));
  }

  deleteConsensusState(h: Height): void {
    const path = consensusStatePath(h);
    for (const key of [path, `${path}/processedTime`, `${path}/processedHeight`, iterationKey(h)]) this.#s.delete(key);
  }

  processedTime(h: Height): Time | undefined {
    const b = this.#s.get(`${consensusStatePath(h)}/processedTime`);
    return b && uint64Value.decode(b);
  }

  processedHeight(h: Height): Height | undefined {
    const b = this.#s.get(`${consensusStatePath(h)}/processedHeight`);
    return b && parseHeight(fromUtf8(b));
  }

  /** The lowest height that has a consensus state. */
  oldest(): Height | undefined {
    for (const [key] of this.#s.ascending(ITERATION)) {
      const at = ITERATION.length;
      return { revisionNumber: uint64Value.decode(key.subarray(at, at + 8)), revisionHeight: uint64Value.decode(key.subarray(at + 8)) };
    }
    return undefined;
  }

  #byPath(path: Uint8Array): ConsensusState | undefined {
    const b = this.#s.get(path);
    return b && ConsensusState.decode(Any.decode(b).value);
  }

  /** Of the next height below that has one. */
  before(h: Height): ConsensusState | undefined {
    for (const [, path] of this.#s.descending(ITERATION, iterationKey(h))) return this.#byPath(path);
    return undefined;
  }

  /** Of the next height above that has one. */
  after(h: Height): ConsensusState | undefined {
    for (const [, path] of this.#s.ascending(ITERATION, iterationKey({ ...h, revisionHeight: h.revisionHeight + 1n }))) return this.#byPath(path);
    return undefined;
  }
}
