// The light client of CometBFT chains as 02-client uses it. Source: ICS-07; ibc-go v10 modules/light-clients/07-tendermint.
import type { Context } from '../../../../chain/core/context.ts';
import { plainError, SdkError, wrapError } from '../../../../chain/core/errors.ts';
import { bytesEqual, utf8 } from '../../../../chain/encoding/bytes.ts';
import { WireError } from '../../../../chain/encoding/proto-wire.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import type { MerklePath } from '../../../../proto/gen/ibc/core/commitment/v2.ts';
import { ClientState, ConsensusState } from '../../../../proto/gen/ibc/lightclients/tendermint/v1.ts';
import {
  ErrClientNotFound,
  ErrConsensusStateNotFound,
  ErrInvalidClient,
  ErrInvalidClientType,
  ErrInvalidConsensus,
  ErrInvalidSubstitute,
  ErrInvalidUpgradeClient,
} from '../../core/02-client/errors.ts';
import { compareHeights, isZero, selfHeight, ZERO_HEIGHT } from '../../core/02-client/height.ts';
import type { ClientStatus, Delay, LightClientModule } from '../../core/02-client/light-client-module.ts';
import { decodeMerkleProof, verifyMembership, verifyNonMembership } from '../../core/23-commitment/merkle-proof.ts';
import { heightText } from '../../core/24-host/paths.ts';
import { ErrInvalidHeight } from '../../core/errors.ts';
import { clientMessage, HEADER_URL, heightOf, MISBEHAVIOUR_URL, type WholeHeader } from './client-messages.ts';
import { FROZEN_HEIGHT, isExpired, validateClientState, validateConsensusState, withoutCustomFields } from './client-state.ts';
import { CLIENT_STATE_URL, CONSENSUS_STATE_URL, clientStateBytes, consensusStateBytes, TendermintStore } from './client-store.ts';
import { ErrDelayPeriodNotPassed, ErrProcessedHeightNotFound, ErrProcessedTimeNotFound } from './errors.ts';
import { verifyHeader, verifyMisbehavingHeader } from './verify-header.ts';

export const CLIENT_TYPE = '07-tendermint';
/** What stands for the root of a chain that has not made a block yet. */
const SENTINEL_ROOT = utf8('sentinel_root');

function decoded<T>(what: string, codec: { decode(b: Uint8Array): T }, b: Uint8Array): T {
  try {
    return codec.decode(b);
  } catch (e) {
    if (e instanceof WireError) throw plainError(`${what}: ${e.message}`);
    throw e;
  }
}

const consensusOf = ({ signedHeader: { header } }: WholeHeader): ConsensusState => ({
  timestamp: header.time,
  root: { hash: header.appHash },
  nextValidatorsHash: header.nextValidatorsHash,
});

const same = (a: ConsensusState, b: ConsensusState): boolean => bytesEqual(ConsensusState.encode(a), ConsensusState.encode(b));

function open(ctx: Context, clientId: string): { readonly store: TendermintStore; readonly state: ClientState } {
  const store = new TendermintStore(ctx, clientId);
  const state = store.clientState();
  if (state === undefined) throw ErrClientNotFound.wrap(clientId);
  return { store, state };
}

function assertDelayPassed(ctx: Context, store: TendermintStore, height: Height, delay: Delay): void {
  if (delay.time !== 0n) {
    const processed = store.processedTime(height);
    if (processed === undefined) throw ErrProcessedTimeNotFound.wrap(`processed time not found for height: ${heightText(height)}`);
    const valid = BigInt.asUintN(64, processed + delay.time);
    if (ctx.time < valid) throw ErrDelayPeriodNotPassed.wrap(`cannot verify packet until time: ${valid}, current time: ${ctx.time}`);
  }
  if (delay.blocks === 0n) return;
  const processed = store.processedHeight(height);
  if (processed === undefined) throw ErrProcessedHeightNotFound.wrap(`processed height not found for height: ${heightText(height)}`);
  const valid = { ...processed, revisionHeight: BigInt.asUintN(64, processed.revisionHeight + delay.blocks) };
  const current = selfHeight(ctx);
  if (compareHeights(current, valid) < 0)
    throw ErrDelayPeriodNotPassed.wrap(`cannot verify packet until height: ${heightText(valid)}, current height: ${heightText(current)}`);
}

/** What a proof of that height is held against. */
function rootAt(ctx: Context, clientId: string, height: Height, delay: Delay, proof: Uint8Array) {
  const { store, state } = open(ctx, clientId);
  if (compareHeights(state.latestHeight, height) < 0) {
    throw ErrInvalidHeight.wrap(
      `client state height < proof height (${heightText(state.latestHeight)} < ${heightText(height)}), please ensure the client has been updated`,
    );
  }
  assertDelayPassed(ctx, store, height, delay);
  const merkleProof = decodeMerkleProof(proof);
  const consensus = store.consensusState(height);
  if (consensus === undefined) throw ErrConsensusStateNotFound.wrap('please ensure the proof was constructed against a height that exists on the client');
  return { merkleProof, specs: state.proofSpecs, root: consensus.root.hash };
}

/** The two must be of one chain in all but what moves. */
function matches(a: ClientState, b: ClientState): boolean {
  const fixed = (c: ClientState): Uint8Array =>
    ClientState.encode({
      ...c,
      latestHeight: ZERO_HEIGHT,
      frozenHeight: ZERO_HEIGHT,
      trustingPeriod: 0n,
      chainId: '',
      allowUpdateAfterExpiry: false,
      allowUpdateAfterMisbehaviour: false,
    });
  return bytesEqual(fixed(a), fixed(b));
}

/** The last key of the upgrade path takes the height and what is looked for. */
function upgradePath(c: ClientState, what: string): MerklePath {
  const last = `${c.upgradePath.at(-1)}/${c.latestHeight.revisionHeight}/${what}`;
  return { keyPath: [...c.upgradePath.slice(0, -1), last].map(utf8) };
}

export const tendermintModule: LightClientModule = {
  clientType: CLIENT_TYPE,
  typeUrls: { clientState: CLIENT_STATE_URL, consensusState: CONSENSUS_STATE_URL, messages: [HEADER_URL, MISBEHAVIOUR_URL] },
  validateClientState: (value) => validateClientState(decoded('failed to unmarshal client state bytes into client state', ClientState, value)),
  validateConsensusState: (value) => validateConsensusState(decoded('failed to unmarshal consensus state bytes into consensus state', ConsensusState, value)),
  validateMessage: (m) => void clientMessage(m),

  initialize(ctx, clientId, clientState, consensusState) {
    const client = decoded('failed to unmarshal client state bytes into client state', ClientState, clientState);
    validateClientState(client);
    const consensus = decoded('failed to unmarshal consensus state bytes into consensus state', ConsensusState, consensusState);
    validateConsensusState(consensus);
    const store = new TendermintStore(ctx, clientId);
    store.setClientState(client);
    store.setConsensusState(ctx, client.latestHeight, consensus);
  },

  verifyClientMessage(ctx, clientId, any) {
    const { store, state } = open(ctx, clientId);
    const m = clientMessage(any);
    const trusted = (h: WholeHeader, text: string): ConsensusState => {
      const c = store.consensusState(h.trustedHeight);
      if (c === undefined)
        throw ErrConsensusStateNotFound.wrap(
          `could not get trusted consensus state from clientStore for ${text} at TrustedHeight: ${heightText(h.trustedHeight)}`,
        );
      return c;
    };
    if (m.type === 'header') return verifyHeader(state, trusted(m.header, 'Header'), m.header, ctx.time);
    const { header1, header2 } = m.misbehaviour;
    const states = [trusted(header1, 'Header1'), trusted(header2, 'Header2')];
    for (const [i, h] of [header1, header2].entries()) {
      try {
        verifyMisbehavingHeader(state, states[i] as ConsensusState, h, ctx.time);
      } catch (e) {
        throw wrapError(e, `verifying Header${i + 1} in Misbehaviour failed`);
      }
    }
  },

  checkForMisbehaviour(ctx, clientId, any) {
    const { store } = open(ctx, clientId);
    const m = clientMessage(any);
    if (m.type === 'misbehaviour') {
      const [a, b] = [m.misbehaviour.header1.signedHeader, m.misbehaviour.header2.signedHeader];
      if (compareHeights(heightOf(a), heightOf(b)) === 0) return !bytesEqual(a.commit.blockId.hash, b.commit.blockId.hash);
      return a.header.time <= b.header.time;
    }
    const height = heightOf(m.header.signedHeader);
    const consensus = consensusOf(m.header);
    const existing = store.consensusState(height);
    if (existing !== undefined) return !same(existing, consensus);
    // Time must rise with the heights.
    const [below, above] = [store.before(height), store.after(height)];
    return (below !== undefined && below.timestamp >= consensus.timestamp) || (above !== undefined && above.timestamp <= consensus.timestamp);
  },

  updateStateOnMisbehaviour(ctx, clientId) {
    const { store, state } = open(ctx, clientId);
    store.setClientState({ ...state, frozenHeight: FROZEN_HEIGHT });
  },

  updateState(ctx, clientId, any) {
    const { store, state } = open(ctx, clientId);
    const m = clientMessage(any);
    if (m.type !== 'header') return [];
    if (ctx.mode !== 'check' && ctx.mode !== 'recheck') pruneOldest(ctx, store, state);
    const height = heightOf(m.header.signedHeader);
    if (store.consensusState(height) !== undefined) return [height];
    const latestHeight = compareHeights(height, state.latestHeight) > 0 ? height : state.latestHeight;
    store.setClientState({ ...state, latestHeight });
    store.setConsensusState(ctx, height, consensusOf(m.header));
    return [height];
  },

  verifyMembership(ctx, clientId, height, delay, proof, path, value) {
    const { merkleProof, specs, root } = rootAt(ctx, clientId, height, delay, proof);
    verifyMembership(merkleProof, specs as never, root, path, value);
  },

  verifyNonMembership(ctx, clientId, height, delay, proof, path) {
    const { merkleProof, specs, root } = rootAt(ctx, clientId, height, delay, proof);
    verifyNonMembership(merkleProof, specs as never, root, path);
  },

  recoverClient(ctx, clientId, substituteId) {
    if (!substituteId.startsWith(`${CLIENT_TYPE}-`)) throw ErrInvalidClientType.wrap(`expected: ${CLIENT_TYPE}, got: ${substituteId}`);
    const subject = open(ctx, clientId);
    const { store, state } = open(ctx, substituteId);
    if (!matches(subject.state, state)) throw ErrInvalidSubstitute.wrap('subject client state does not match substitute client state');
    const height = state.latestHeight;
    const consensus = store.consensusState(height);
    if (consensus === undefined) throw ErrConsensusStateNotFound.wrap('unable to retrieve latest consensus state for substitute client');
    const [processedHeight, time] = [store.processedHeight(height), store.processedTime(height)];
    if (processedHeight === undefined || time === undefined) {
      throw new SdkError('client', 23, 'unable to retrieve processed height for substitute client latest height: unable to update light client');
    }
    subject.store.setConsensusState(ctx, height, consensus, { time, height: processedHeight });
    const { chainId, trustingPeriod } = state;
    subject.store.setClientState({ ...subject.state, frozenHeight: ZERO_HEIGHT, latestHeight: height, chainId, trustingPeriod });
  },

  verifyUpgradeAndUpdateState(ctx, clientId, clientBytes, consensusBytes, clientProof, consensusProof) {
    const { store, state } = open(ctx, clientId);
    const client = asError(ErrInvalidClient, () => ClientState.decode(clientBytes));
    const consensus = asError(ErrInvalidConsensus, () => ConsensusState.decode(consensusBytes));
    if (compareHeights(client.latestHeight, state.latestHeight) <= 0) {
      throw ErrInvalidHeight.wrap(
        `upgraded client height ${heightText(client.latestHeight)} must be at greater than current client height ${heightText(state.latestHeight)}`,
      );
    }
    if (state.upgradePath.length === 0) throw ErrInvalidUpgradeClient.wrap('cannot upgrade client, no upgrade path set');
    const [proofOfClient, proofOfConsensus] = [decodeMerkleProof(clientProof), decodeMerkleProof(consensusProof)];
    const last = store.consensusState(state.latestHeight);
    if (last === undefined) throw ErrConsensusStateNotFound.wrap('could not retrieve consensus state for lastHeight');
    const verify = (what: string, proof: typeof proofOfClient, path: MerklePath, value: Uint8Array): void => {
      try {
        verifyMembership(proof, state.proofSpecs as never, last.root.hash, path, value);
      } catch (e) {
        throw wrapError(e, `${what} proof failed`);
      }
    };
    verify('client state', proofOfClient, upgradePath(state, 'upgradedClient'), clientStateBytes(withoutCustomFields(client)));
    verify('consensus state', proofOfConsensus, upgradePath(state, 'upgradedConsState'), consensusStateBytes(consensus));
    const shorter = client.unbondingPeriod < state.unbondingPeriod;
    const fresh: ClientState = {
      ...withoutCustomFields(client),
      trustLevel: state.trustLevel,
      trustingPeriod: shorter ? (state.trustingPeriod * client.unbondingPeriod) / state.unbondingPeriod : state.trustingPeriod,
      maxClockDrift: state.maxClockDrift,
    };
    try {
      validateClientState(fresh);
    } catch (e) {
      throw wrapError(e, 'updated client state failed basic validation');
    }
    store.setClientState(fresh);
    store.setConsensusState(ctx, fresh.latestHeight, { ...consensus, root: { hash: SENTINEL_ROOT } });
  },

  committedForUpgrade: (value) =>
    clientStateBytes(withoutCustomFields(decoded('failed to unmarshal client state bytes into client state', ClientState, value))),

  upgradedConsensusState: (ctx) =>
    consensusStateBytes({ timestamp: ctx.time, root: { hash: new Uint8Array(0) }, nextValidatorsHash: ctx.block.nextValidatorsHash }),

  status(ctx, clientId): ClientStatus {
    const store = new TendermintStore(ctx, clientId);
    const state = store.clientState();
    if (state === undefined) return 'Unknown';
    if (!isZero(state.frozenHeight)) return 'Frozen';
    const consensus = store.consensusState(state.latestHeight);
    return consensus === undefined || isExpired(state, consensus.timestamp, ctx.time) ? 'Expired' : 'Active';
  },

  latestHeight: (ctx, clientId) => new TendermintStore(ctx, clientId).clientState()?.latestHeight ?? ZERO_HEIGHT,

  timestampAtHeight(ctx, clientId, height) {
    const { store } = open(ctx, clientId);
    const consensus = store.consensusState(height);
    if (consensus === undefined) throw ErrConsensusStateNotFound.wrap(`height (${heightText(height)})`);
    return consensus.timestamp;
  },
};

function asError<T>(error: typeof ErrInvalidClient, run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (e instanceof WireError) throw error.wrap(e.message);
    throw e;
  }
}

/** With each update the oldest consensus state goes, if it has expired: a client does not grow without end. */
function pruneOldest(ctx: Context, store: TendermintStore, state: ClientState): void {
  const height = store.oldest();
  const consensus = height && store.consensusState(height);
  if (height !== undefined && consensus !== undefined && isExpired(state, consensus.timestamp, ctx.time)) store.deleteConsensusState(height);
}
