// Who signed: for each validator its signing info, the blocks it missed in the window, and the key of its address.
// Source: sdk:x/slashing/keeper/keeper.go, signing_info.go.
import { lengthPrefixedBytesKey, type Pair } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, prefixRange, StateMap } from '../../chain/core/collections/state-map.ts';
import { bytesValue, protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { type SdkError, wrapError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { consensusAddress, INFRACTION, type Infraction, type StakingHooks, type Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { Params, ValidatorSigningInfo } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { Any } from '../../proto/gen/google/protobuf.ts';
import { emptyChunk, setBit, testBit } from './bitmap.ts';
import { ErrNoSigningInfoFound, ErrValidatorTombstoned } from './errors.ts';
import type { StakingKeeper } from './expected-keepers.ts';
import { CHUNK_BLOCKS, chunkKey, PREFIX, STORE_NAME } from './keys.ts';

/** What is read before any were set. */
const NO_PARAMS: Params = Params.from({ minSignedPerWindow: '0', slashFractionDoubleSign: '0', slashFractionDowntime: '0' });

const REASONS = ['unspecified', 'double_sign', 'missing_signature'] as const;

export class SlashingKeeper {
  readonly staking: StakingKeeper;
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
  readonly #schema = new Schema(STORE_NAME);
  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));
  readonly signingInfos = new StateMap<Uint8Array, ValidatorSigningInfo>(
    this.#schema,
    PREFIX.signingInfo,
    'signing_infos',
    lengthPrefixedBytesKey,
    protoValue(ValidatorSigningInfo),
  );
  readonly missedBlocks = new StateMap<Pair<Uint8Array, bigint>, Uint8Array>(this.#schema, PREFIX.missedBlocks, 'missed_blocks', chunkKey, bytesValue);
  readonly pubKeys = new StateMap<Uint8Array, Any>(this.#schema, PREFIX.pubKeys, 'pub_keys', lengthPrefixedBytesKey, protoValue(Any));

  constructor(staking: StakingKeeper, authority: string) {
    this.staking = staking;
    this.authority = authority;
  }

  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? NO_PARAMS;
  }

  slashFractionDoubleSign(ctx: Context): Dec {
    return Dec.fromWire(this.getParams(ctx).slashFractionDoubleSign);
  }

  addPubKey(ctx: Context, v: Validator): void {
    if (v.consensusPubkey !== undefined) this.pubKeys.set(ctx, consensusAddress(v), v.consensusPubkey);
  }

  /** undefined where the address belongs to no validator. */
  pubKey(ctx: Context, consensus: Uint8Array): Any | undefined {
    return this.pubKeys.get(ctx, consensus);
  }

  signingInfo(ctx: Context, consensus: Uint8Array): ValidatorSigningInfo | undefined {
    return this.signingInfos.get(ctx, consensus);
  }

  isTombstoned(ctx: Context, consensus: Uint8Array): boolean {
    return this.signingInfo(ctx, consensus)?.tombstoned ?? false;
  }

  jailUntil(ctx: Context, consensus: Uint8Array, until: Time): void {
    const info = this.#existing(ctx, consensus, 'cannot jail validator that does not have any signing information');
    this.signingInfos.set(ctx, consensus, { ...info, jailedUntil: until });
  }

  /** For ever: the key must not sign again. */
  tombstone(ctx: Context, consensus: Uint8Array): void {
    const info = this.#existing(ctx, consensus, 'cannot tombstone validator that does not have any signing information');
    if (info.tombstoned) throw ErrValidatorTombstoned.wrap('cannot tombstone validator that is already tombstoned');
    this.signingInfos.set(ctx, consensus, { ...info, tombstoned: true });
  }

  #existing(ctx: Context, consensus: Uint8Array, detail: string): ValidatorSigningInfo {
    const info = this.signingInfo(ctx, consensus);
    if (info === undefined) throw ErrNoSigningInfoFound.wrap(detail);
    return info;
  }

  slash(ctx: Context, consensus: Uint8Array, fraction: Dec, power: bigint, distributionHeight: bigint, why: Infraction = INFRACTION.unspecified): void {
    const burnt = this.staking.slash(ctx, consensus, distributionHeight, power, fraction, why);
    const address = this.staking.consensusAddresses.toString(consensus);
    ctx.events.emit(event('slash', 'address', address, 'power', power.toString(), 'reason', REASONS[why], 'burned_coins', burnt.toString()));
  }

  jail(ctx: Context, consensus: Uint8Array): void {
    try {
      this.staking.jail(ctx, consensus);
    } catch (e) {
      throw wrapError(e, 'slashing validator jail') as SdkError;
    }
    ctx.events.emit(event('slash', 'jailed', this.staking.consensusAddresses.toString(consensus)));
  }

  /** Whether the validator missed the block at a place of the window. */
  missed(ctx: Context, consensus: Uint8Array, index: bigint): boolean {
    const chunk = this.missedBlocks.get(ctx, [consensus, index / CHUNK_BLOCKS]);
    return chunk !== undefined && testBit(chunk, Number(index % CHUNK_BLOCKS));
  }

  setMissed(ctx: Context, consensus: Uint8Array, index: bigint, missed: boolean): void {
    const key = [consensus, index / CHUNK_BLOCKS] as const;
    const chunk = this.missedBlocks.get(ctx, key) ?? emptyChunk();
    this.missedBlocks.set(ctx, key, setBit(chunk, Number(index % CHUNK_BLOCKS), missed));
  }

  forgetMissed(ctx: Context, consensus: Uint8Array): void {
    this.missedBlocks.clear(ctx, prefixRange(chunkKey.prefix(consensus)));
  }

  /** Places of the window at which blocks were missed, counted over the chunks that are there as the reference counts them. */
  missedIndexes(ctx: Context, consensus: Uint8Array): bigint[] {
    const out: bigint[] = [];
    let base = 0n;
    for (const [, chunk] of this.missedBlocks.walk(ctx, prefixRange(chunkKey.prefix(consensus)))) {
      for (let i = 0; i < Number(CHUNK_BLOCKS); i++) if (testBit(chunk, i)) out.push(base + BigInt(i));
      base += CHUNK_BLOCKS;
    }
    return out;
  }

  #moveTo(ctx: Context, old: Uint8Array, fresh: Uint8Array, operator: Uint8Array): void {
    this.addPubKey(ctx, this.staking.existingValidator(ctx, operator));
    this.pubKeys.remove(ctx, old);
    const info = this.signingInfo(ctx, old);
    if (info !== undefined) {
      this.signingInfos.set(ctx, fresh, { ...info, address: this.staking.consensusAddresses.toString(fresh) });
      this.signingInfos.remove(ctx, old);
    }
    const chunks = [...this.missedBlocks.walk(ctx, prefixRange(chunkKey.prefix(old)))];
    for (const [[, index], chunk] of chunks) this.missedBlocks.set(ctx, [fresh, index], chunk);
    this.forgetMissed(ctx, old);
  }

  /** What slashing does when staking changes. */
  hooks(): StakingHooks {
    return {
      afterValidatorCreated: (ctx, operator) => this.addPubKey(ctx, this.staking.existingValidator(ctx, operator)),
      afterValidatorRemoved: (ctx, consensus) => this.pubKeys.remove(ctx, consensus),
      afterConsensusKeyRotated: (ctx, old, fresh, operator) => this.#moveTo(ctx, old, fresh, operator),
      afterValidatorBonded: (ctx, consensus) => {
        const known = this.signingInfo(ctx, consensus);
        const fresh = ValidatorSigningInfo.from({ address: this.staking.consensusAddresses.toString(consensus), jailedUntil: 0n });
        this.signingInfos.set(ctx, consensus, { ...(known ?? fresh), startHeight: ctx.height });
      },
    };
  }
}
