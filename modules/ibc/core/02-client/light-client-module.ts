// What a kind of light client does for 02-client. Each method but the last few throws SdkErrors. Source: ibc-go v10 modules/core/exported/client.go.
import type { Context } from '../../../../chain/core/context.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import type { MerklePath } from '../../../../proto/gen/ibc/core/commitment/v2.ts';

export type ClientStatus = 'Active' | 'Frozen' | 'Expired' | 'Unknown' | 'Unauthorized';

/** Delays are nanoseconds and blocks. */
export interface Delay {
  readonly time: bigint;
  readonly blocks: bigint;
}
export const NO_DELAY: Delay = { time: 0n, blocks: 0n };

export interface LightClientModule {
  /** E.g. 07-tendermint. */
  readonly clientType: string;
  /** Type URLs of its client state, its consensus state, and its messages: headers and misbehaviour. */
  readonly typeUrls: { readonly clientState: string; readonly consensusState: string; readonly messages: readonly string[] };
  /** Form only. */
  validateClientState(value: Uint8Array): void;
  validateConsensusState(value: Uint8Array): void;
  validateMessage(message: Any): void;
  initialize(ctx: Context, clientId: string, clientState: Uint8Array, consensusState: Uint8Array): void;
  verifyClientMessage(ctx: Context, clientId: string, message: Any): void;
  /** Of a message that verifies. */
  checkForMisbehaviour(ctx: Context, clientId: string, message: Any): boolean;
  updateStateOnMisbehaviour(ctx: Context, clientId: string): void;
  /** Heights whose consensus states are there now. */
  updateState(ctx: Context, clientId: string, message: Any): readonly Height[];
  verifyMembership(ctx: Context, clientId: string, height: Height, delay: Delay, proof: Uint8Array, path: MerklePath, value: Uint8Array): void;
  verifyNonMembership(ctx: Context, clientId: string, height: Height, delay: Delay, proof: Uint8Array, path: MerklePath): void;
  recoverClient(ctx: Context, clientId: string, substituteId: string): void;
  verifyUpgradeAndUpdateState(
    ctx: Context,
    clientId: string,
    client: Uint8Array,
    consensus: Uint8Array,
    clientProof: Uint8Array,
    consensusProof: Uint8Array,
  ): void;
  /** What the chain commits to of its own client before an upgrade: an encoded Any. Throws. */
  committedForUpgrade(clientState: Uint8Array): Uint8Array;
  /** The consensus state of this chain's next block, for its upgraded client: an encoded Any. */
  upgradedConsensusState(ctx: Context): Uint8Array;
  status(ctx: Context, clientId: string): ClientStatus;
  latestHeight(ctx: Context, clientId: string): Height;
  /** Nanoseconds. */
  timestampAtHeight(ctx: Context, clientId: string, height: Height): bigint;
}
