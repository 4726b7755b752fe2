// Evidence of misbehaviour that was acted upon, by its hash. Source: cosmossdk.io/x/evidence v0.2.0 keeper/keeper.go, infraction.go, abci.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { bytesKey } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { StateMap } from '../../chain/core/collections/state-map.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context, Misbehavior } from '../../chain/core/context.ts';
import { plainError, SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { INFRACTION, isUnbonded, VALIDATOR_UPDATE_DELAY } from '../../chain/core/staking.ts';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import type { Equivocation } from '../../proto/gen/cosmos/evidence/v1beta1.ts';
import { Any } from '../../proto/gen/google/protobuf.ts';
import { ErrEvidenceExists, ErrInvalidEvidence, ErrNoEvidenceHandlerExists } from './errors.ts';
import type { SlashingKeeper, StakingKeeper } from './expected-keepers.ts';
import { PREFIX, STORE_NAME } from './keys.ts';
import { EQUIVOCATION_ROUTE, equivocationHash, equivocationToAny } from './types.ts';

/** Acts on evidence that a transaction brought; throws to refuse it. */
export type EvidenceHandler = (ctx: Context, evidence: Equivocation) => void;

export interface EvidenceKeeperOptions {
  readonly addresses: AddressCodec;
  readonly staking: StakingKeeper;
  readonly slashing: SlashingKeeper;
  /** By route; the reference's applications have none. */
  readonly handlers?: ReadonlyMap<string, EvidenceHandler>;
  /** The address that a validator has now whose key was another; default: keys do not change. */
  readonly currentAddress?: (ctx: Context, consensus: Uint8Array) => Uint8Array;
}

/** 9999-12-31T23:59:59Z: for ever. */
const DOUBLE_SIGN_JAIL_END = 253_402_300_799n * NANOS_PER_SECOND;
/** ABCI's kinds: duplicate vote and light client attack, which are treated alike. */
const KINDS: readonly number[] = [1, 2];

export class EvidenceKeeper {
  readonly addresses: AddressCodec;
  readonly evidence = new StateMap<Uint8Array, Any>(new Schema(STORE_NAME), PREFIX.evidence, 'evidences', bytesKey, protoValue(Any));
  readonly #staking: StakingKeeper;
  readonly #slashing: SlashingKeeper;
  readonly #handlers: ReadonlyMap<string, EvidenceHandler>;
  readonly #currentAddress: (ctx: Context, consensus: Uint8Array) => Uint8Array;

  constructor(o: EvidenceKeeperOptions) {
    this.addresses = o.addresses;
    this.#staking = o.staking;
    this.#slashing = o.slashing;
    this.#handlers = o.handlers ?? new Map();
    this.#currentAddress = o.currentAddress ?? ((_, consensus) => consensus);
  }

  /** What the engine reports of the block; throws where it is of a validator that nobody knows. */
  handleMisbehavior(ctx: Context): void {
    for (const m of ctx.block.misbehavior) if (KINDS.includes(m.type)) this.#handleEquivocation(ctx, m);
  }

  #handleEquivocation(ctx: Context, m: Misbehavior): void {
    const consensus = this.#currentAddress(ctx, m.validator.address);
    const validator = this.#staking.validatorByConsAddr(ctx, consensus);
    // The reference stops the chain for a validator without stake. Here a genesis may name the engine's validators alone.
    if (validator === undefined || isUnbonded(validator)) return;
    if (this.#slashing.pubKey(ctx, consensus) === undefined) return;
    const limits = ctx.consensusParams?.evidence;
    if (limits !== undefined && ctx.time - m.time > limits.maxAgeDuration && ctx.height - m.height > limits.maxAgeNumBlocks) return;
    const info = this.#slashing.signingInfo(ctx, consensus);
    const address = this.#staking.consensusAddresses.toString(consensus);
    if (info === undefined) throw new Error(`expected signing info for validator ${address} but not found`);
    if (info.tombstoned) return;
    const fraction = this.#slashing.slashFractionDoubleSign(ctx);
    this.#slashing.slash(ctx, consensus, fraction, m.validator.power, m.height - VALIDATOR_UPDATE_DELAY, INFRACTION.doubleSign);
    if (!validator.jailed) this.#slashing.jail(ctx, consensus);
    this.#slashing.jailUntil(ctx, consensus, DOUBLE_SIGN_JAIL_END);
    this.#slashing.tombstone(ctx, consensus);
    const kept: Equivocation = { height: m.height, time: m.time, power: m.validator.power, consensusAddress: address };
    this.evidence.set(ctx, equivocationHash(kept), equivocationToAny(kept));
  }

  /** Evidence of a transaction; gives its hash. Throws where no handler takes it. */
  submit(ctx: Context, e: Equivocation): Uint8Array {
    const hash = equivocationHash(e);
    if (this.evidence.get(ctx, hash) !== undefined) throw ErrEvidenceExists.wrap(toHexUpper(hash));
    const handler = this.#handlers.get(EQUIVOCATION_ROUTE);
    if (handler === undefined) throw ErrNoEvidenceHandlerExists.wrap(EQUIVOCATION_ROUTE);
    try {
      handler(ctx, e);
    } catch (error) {
      throw error instanceof SdkError ? ErrInvalidEvidence.wrap(error.message) : error;
    }
    ctx.events.emit(event('submit_evidence', 'evidence_hash', toHexUpper(hash)));
    this.evidence.set(ctx, hash, equivocationToAny(e));
    return hash;
  }

  /** Throws a plain error where it is there already. */
  add(ctx: Context, e: Equivocation): void {
    const hash = equivocationHash(e);
    if (this.evidence.get(ctx, hash) !== undefined) throw plainError(`evidence with hash ${toHexUpper(hash)} already exists`);
    this.evidence.set(ctx, hash, equivocationToAny(e));
  }
}
