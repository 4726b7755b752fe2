// Clients of other chains: made, updated, frozen, recovered and upgraded by the module of their kind, and asked for proofs by connections.
// Source: ICS-02; ibc-go v10 modules/core/02-client/keeper.
import { uint64Value } from '../../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { plainError, wrapError } from '../../../../chain/core/errors.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import { Any } from '../../../../proto/gen/google/protobuf.ts';
import { type Height, Params } from '../../../../proto/gen/ibc/core/client/v1.ts';
import type { MerklePath } from '../../../../proto/gen/ibc/core/commitment/v2.ts';
import { CLIENT_STATE, consensusStatePath, heightText } from '../24-host/paths.ts';
import { STORE_NAME } from '../keys.ts';
import { clientTypeOf, LOCALHOST_ID } from './client-id.ts';
import { ClientStore } from './client-store.ts';
import { ErrClientNotActive, ErrInvalidClientType, ErrInvalidHeight, ErrInvalidRecoveryClient, ErrRouteNotFound } from './errors.ts';
import { emitCreateClient, emitMisbehaviour, emitRecoverClient, emitUpdateClient, emitUpgradeClient } from './events.ts';
import type { UpgradeKeeper } from './expected-keepers.ts';
import { compareHeights, ZERO_HEIGHT } from './height.ts';
import type { ClientStatus, Delay, LightClientModule } from './light-client-module.ts';

const NEXT_SEQUENCE = utf8('nextClientSequence');
const PARAMS = utf8('clientParams');
const CREATOR = 'creator';
const ALLOW_ALL = '*';

export interface ClientOptions {
  /** One for each kind of client. */
  readonly modules: readonly LightClientModule[];
  readonly upgrade: UpgradeKeeper;
  /** The address that may change parameters and recover clients: x/gov's account. */
  readonly authority: string;
}

export class ClientKeeper {
  readonly modules: readonly LightClientModule[];
  readonly upgrade: UpgradeKeeper;
  readonly authority: string;

  constructor(o: ClientOptions) {
    this.modules = o.modules;
    this.upgrade = o.upgrade;
    this.authority = o.authority;
  }

  /** Throws where the kind of client is not allowed or not known. */
  route(ctx: Context, clientId: string): LightClientModule {
    let type: string;
    try {
      type = clientTypeOf(clientId);
    } catch (e) {
      throw wrapError(e, `unable to parse client identifier ${clientId}`);
    }
    const { allowedClients } = this.params(ctx);
    if (!(allowedClients.length === 1 && allowedClients[0] === ALLOW_ALL) && !allowedClients.includes(type)) {
      throw ErrInvalidClientType.wrap(`client (${clientId}) type ${type} is not in the allowed client list`);
    }
    const found = this.modules.find((m) => m.clientType === type);
    if (found === undefined) throw ErrRouteNotFound.wrap(clientId);
    return found;
  }

  #assertActive(ctx: Context, m: LightClientModule, clientId: string, what: string): void {
    const status = m.status(ctx, clientId);
    if (status !== 'Active') throw ErrClientNotActive.wrap(`cannot ${what} client (${clientId}) with status ${status}`);
  }

  /** Values of client state and consensus state. */
  create(ctx: Context, clientType: string, clientState: Uint8Array, consensusState: Uint8Array): string {
    if (clientType === LOCALHOST_ID) throw ErrInvalidClientType.wrap(`cannot create client of type: ${clientType}`);
    const next = this.nextSequence(ctx);
    this.setNextSequence(ctx, next + 1n);
    const clientId = `${clientType}-${next}`;
    const m = this.route(ctx, clientId);
    m.initialize(ctx, clientId, clientState, consensusState);
    this.#assertActive(ctx, m, clientId, 'create');
    emitCreateClient(ctx, clientId, clientType, m.latestHeight(ctx, clientId));
    return clientId;
  }

  /** With a header, or with misbehaviour, which freezes it; so does a header that contradicts what is known. */
  update(ctx: Context, clientId: string, message: Any): void {
    const m = this.route(ctx, clientId);
    this.#assertActive(ctx, m, clientId, 'update');
    m.verifyClientMessage(ctx, clientId, message);
    if (m.checkForMisbehaviour(ctx, clientId, message)) {
      m.updateStateOnMisbehaviour(ctx, clientId);
      emitMisbehaviour(ctx, clientId, m.clientType);
      return;
    }
    emitUpdateClient(ctx, clientId, m.clientType, m.updateState(ctx, clientId, message), message);
  }

  upgradeClient(ctx: Context, clientId: string, client: Uint8Array, consensus: Uint8Array, clientProof: Uint8Array, consensusProof: Uint8Array): void {
    const m = this.route(ctx, clientId);
    this.#assertActive(ctx, m, clientId, 'upgrade');
    try {
      m.verifyUpgradeAndUpdateState(ctx, clientId, client, consensus, clientProof, consensusProof);
    } catch (e) {
      throw wrapError(e, `cannot upgrade client with ID ${clientId}`);
    }
    emitUpgradeClient(ctx, clientId, m.clientType, m.latestHeight(ctx, clientId));
  }

  /** A client that is frozen or has expired goes on from an active one of the same chain. */
  recover(ctx: Context, subject: string, substitute: string): void {
    const m = this.route(ctx, subject);
    const status = m.status(ctx, subject);
    if (status === 'Active') throw ErrInvalidRecoveryClient.wrap(`cannot recover subject client (${subject}) with status ${status}`);
    const other = m.status(ctx, substitute);
    if (other !== 'Active') throw ErrClientNotActive.wrap(`cannot recover client using substitute client (${substitute}) with status ${other}`);
    const [a, b] = [m.latestHeight(ctx, subject), m.latestHeight(ctx, substitute)];
    if (compareHeights(a, b) >= 0) {
      throw ErrInvalidHeight.wrap(
        `subject client state latest height is greater or equal to substitute client state latest height (${heightText(a)} >= ${heightText(b)})`,
      );
    }
    m.recoverClient(ctx, subject, substitute);
    emitRecoverClient(ctx, subject, m.clientType);
  }

  status(ctx: Context, clientId: string): ClientStatus {
    try {
      return this.route(ctx, clientId).status(ctx, clientId);
    } catch {
      return 'Unauthorized';
    }
  }

  latestHeight(ctx: Context, clientId: string): Height {
    try {
      return this.route(ctx, clientId).latestHeight(ctx, clientId);
    } catch {
      return ZERO_HEIGHT;
    }
  }

  /** Nanoseconds. Throws. */
  timestampAtHeight(ctx: Context, clientId: string, height: Height): bigint {
    return this.route(ctx, clientId).timestampAtHeight(ctx, clientId, height);
  }

  /** Throws unless the counterparty holds the value under the path. */
  verifyMembership(ctx: Context, clientId: string, height: Height, delay: Delay, proof: Uint8Array, path: MerklePath, value: Uint8Array): void {
    const m = this.route(ctx, clientId);
    this.#assertActive(ctx, m, clientId, 'call verify membership on');
    m.verifyMembership(ctx, clientId, height, delay, proof, path, value);
  }

  /** Throws unless the counterparty holds nothing under the path. */
  verifyNonMembership(ctx: Context, clientId: string, height: Height, delay: Delay, proof: Uint8Array, path: MerklePath): void {
    const m = this.route(ctx, clientId);
    this.#assertActive(ctx, m, clientId, 'call verify non membership on');
    m.verifyNonMembership(ctx, clientId, height, delay, proof, path);
  }

  clientState(ctx: Context, clientId: string): Any | undefined {
    const b = new ClientStore(ctx, clientId).get(CLIENT_STATE);
    return b && Any.decode(b);
  }

  consensusState(ctx: Context, clientId: string, height: Height): Any | undefined {
    const b = new ClientStore(ctx, clientId).get(consensusStatePath(height));
    return b && Any.decode(b);
  }

  creator(ctx: Context, clientId: string): Uint8Array | undefined {
    return new ClientStore(ctx, clientId).get(CREATOR);
  }

  setCreator(ctx: Context, clientId: string, creator: Uint8Array): void {
    new ClientStore(ctx, clientId).set(CREATOR, creator);
  }

  deleteCreator(ctx: Context, clientId: string): void {
    new ClientStore(ctx, clientId).delete(CREATOR);
  }

  nextSequence(ctx: Context): bigint {
    const b = ctx.store(STORE_NAME).get(NEXT_SEQUENCE);
    if (b === undefined) throw new Error('next client sequence is nil');
    return uint64Value.decode(b);
  }

  setNextSequence(ctx: Context, n: bigint): void {
    ctx.store(STORE_NAME).set(NEXT_SEQUENCE, uint64Value.encode(n));
  }

  /** Whether a genesis or an upgrade began IBC. */
  hasParams(ctx: Context): boolean {
    return ctx.store(STORE_NAME).has(PARAMS);
  }

  params(ctx: Context): Params {
    const b = ctx.store(STORE_NAME).get(PARAMS);
    if (b === undefined) throw plainError('client params are not set in store');
    return Params.decode(b);
  }

  setParams(ctx: Context, p: Params): void {
    ctx.store(STORE_NAME).set(PARAMS, Params.encode(p));
  }
}

const ALLOWED_MAX = 200;

/** Throws a plain error. */
export function validateParams({ allowedClients }: Params): void {
  if (allowedClients.length > ALLOWED_MAX) throw plainError(`allowed clients length must not exceed ${ALLOWED_MAX} items`);
  if (allowedClients.includes(ALLOW_ALL) && allowedClients.length > 1) {
    throw plainError(`allow list must have only one element because the allow all clients wildcard (${ALLOW_ALL}) is present`);
  }
  const seen = new Set<string>();
  for (const [i, type] of allowedClients.entries()) {
    if (type.trim() === '') throw plainError(`client type ${i} cannot be blank`);
    if (seen.has(type)) throw plainError(`duplicate client type: ${type}`);
    seen.add(type);
  }
}

export const DEFAULT_PARAMS: Params = { allowedClients: [ALLOW_ALL] };
