// The planned upgrade, those that are done, and which version of itself each module last wrote its state with.
// Source: cosmossdk.io/x/upgrade v0.2.0 keeper/keeper.go. Invariant: a name is done once, and never planned again.
import { pairKey, stringKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, StateMap } from '../../chain/core/collections/state-map.ts';
import { bytesValue, protoValue, uint64Value } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidRequest } from '../../chain/core/errors.ts';
import { Plan } from '../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { PREFIX, STORE_NAME, upgradedClientKey, upgradedConsensusStateKey } from './keys.ts';
import { validatePlan } from './plan.ts';

/** Consensus versions by module. */
export type VersionMap = ReadonlyMap<string, bigint>;

/** What a program does when its upgrade is due. Returns the versions that modules have then; throws where it cannot: the node stops. */
export type UpgradeHandler = (ctx: Context, plan: Plan, from: VersionMap) => VersionMap;

/** The world outside of the state. */
export interface UpgradeHost {
  /** Writes upgrade-info.json, durably. Throws where it cannot. */
  writeInfo(text: string): void;
  log(level: 'info' | 'error', text: string): void;
}

export interface UpgradeOptions {
  /** The address that may plan and cancel: x/gov's account. */
  readonly authority: string;
  /** The upgrades that this program can do, by name. */
  readonly handlers: ReadonlyMap<string, UpgradeHandler>;
  /** Heights whose upgrade this node passes over (--unsafe-skip-upgrades). */
  readonly skipHeights: ReadonlySet<bigint>;
  readonly host: UpgradeHost;
  /** Told the number of upgrades that were done, when one is. */
  readonly onProtocolVersion?: (version: bigint) => void;
}

const DONE = Uint8Array.of(1);

export class UpgradeKeeper {
  readonly authority: string;
  readonly host: UpgradeHost;
  readonly #handlers: ReadonlyMap<string, UpgradeHandler>;
  readonly #skipHeights: ReadonlySet<bigint>;
  readonly #onProtocolVersion: (version: bigint) => void;
  readonly #schema = new Schema(STORE_NAME);
  readonly #plan = new Item(this.#schema, PREFIX.plan, 'plan', protoValue(Plan));
  /** By height and name. */
  readonly done = new StateMap(this.#schema, PREFIX.done, 'done', pairKey(uint64Key, stringKey), bytesValue);
  readonly #versions = new StateMap(this.#schema, PREFIX.versions, 'versions', stringKey, uint64Value);
  readonly #protocolVersion = new Item(this.#schema, PREFIX.protocolVersion, 'protocol_version', uint64Value);
  readonly #ibcState = new StateMap(this.#schema, PREFIX.upgradedIbcState, 'upgraded_ibc_state', stringKey, bytesValue);

  constructor(o: UpgradeOptions) {
    this.authority = o.authority;
    this.host = o.host;
    this.#handlers = o.handlers;
    this.#skipHeights = o.skipHeights;
    this.#onProtocolVersion = o.onProtocolVersion ?? (() => undefined);
  }

  hasHandler(name: string): boolean {
    return this.#handlers.has(name);
  }

  isSkipped(height: bigint): boolean {
    return this.#skipHeights.has(height);
  }

  plan(ctx: Context): Plan | undefined {
    return this.#plan.get(ctx);
  }

  /** Replaces a plan that is there. Throws ErrInvalidRequest for a plan that is wrong, past or done. */
  schedule(ctx: Context, plan: Plan): void {
    validatePlan(plan);
    if (plan.height < ctx.height) throw ErrInvalidRequest.wrap('upgrade cannot be scheduled in the past');
    if (this.doneHeight(ctx, plan.name) !== 0n) throw ErrInvalidRequest.wrap(`upgrade with name ${plan.name} has already been completed`);
    const old = this.plan(ctx);
    if (old !== undefined) this.#clearIbcState(ctx, old.height);
    this.#plan.set(ctx, plan);
  }

  /** Does nothing where none is planned. */
  cancel(ctx: Context): void {
    const old = this.plan(ctx);
    if (old === undefined) return;
    this.#clearIbcState(ctx, old.height);
    this.#plan.remove(ctx);
  }

  #clearIbcState(ctx: Context, height: bigint): void {
    this.#ibcState.remove(ctx, upgradedClientKey(height));
    this.#ibcState.remove(ctx, upgradedConsensusStateKey(height));
  }

  /** What IBC commits to before an upgrade, for the counterparties' clients. */
  upgradedClient(ctx: Context, height: bigint): Uint8Array | undefined {
    return this.#ibcState.get(ctx, upgradedClientKey(height));
  }

  setUpgradedClient(ctx: Context, height: bigint, client: Uint8Array): void {
    this.#ibcState.set(ctx, upgradedClientKey(height), client);
  }

  setUpgradedConsensusState(ctx: Context, height: bigint, state: Uint8Array): void {
    this.#ibcState.set(ctx, upgradedConsensusStateKey(height), state);
  }

  upgradedConsensusState(ctx: Context, height: bigint): Uint8Array | undefined {
    return this.#ibcState.get(ctx, upgradedConsensusStateKey(height));
  }

  /** 0 where no upgrade of that name is done. */
  doneHeight(ctx: Context, name: string): bigint {
    for (const [[height, done]] of this.done.walk(ctx)) if (done === name) return height;
    return 0n;
  }

  /** The name of the upgrade that was done last. */
  lastDone(ctx: Context): string | undefined {
    for (const [[, name]] of this.done.walk(ctx, { reverse: true })) return name;
    return undefined;
  }

  moduleVersions(ctx: Context): VersionMap {
    return new Map(this.#versions.walk(ctx));
  }

  /** Modules that are not named keep theirs. */
  setModuleVersions(ctx: Context, versions: VersionMap): void {
    const names = [...versions.keys()].sort((a, b) => (a < b ? -1 : 1));
    for (const name of names) this.#versions.set(ctx, name, versions.get(name) as bigint);
  }

  /** Runs the handler and takes note of it. */
  apply(ctx: Context, plan: Plan): void {
    const handler = this.#handlers.get(plan.name);
    if (handler === undefined) throw new Error(`there is no handler of the upgrade ${plan.name}`);
    this.setModuleVersions(ctx, handler(ctx, plan, this.moduleVersions(ctx)));
    const version = (this.#protocolVersion.get(ctx) ?? 0n) + 1n;
    this.#protocolVersion.set(ctx, version);
    this.#onProtocolVersion(version);
    this.#clearIbcState(ctx, plan.height);
    this.cancel(ctx);
    this.done.set(ctx, [ctx.height, plan.name], DONE);
  }
}
