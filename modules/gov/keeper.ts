// What governance keeps, and the keepers it was given. Source: sdk:x/gov/keeper/keeper.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { type Pair, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, Sequence, StateMap } from '../../chain/core/collections/state-map.ts';
import { bytesValue, protoValue, remembered, stringValue, uint64Value } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import type { LegacyContentKind } from '../../chain/core/legacy-content.ts';
import type { MessagePort } from '../../chain/core/message-port.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { ANY_UTF8, Reader } from '../../chain/encoding/proto-wire.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { Deposit, Params, Proposal, Vote } from '../../proto/gen/cosmos/gov/v1.ts';
import { ErrMetadataTooLong, ErrSummaryTooLong, notThere } from './errors.ts';
import type { AccountKeeper, BankKeeper, DistributionKeeper, StakingKeeper } from './expected-keepers.ts';
import { MODULE_NAME, PREFIX, proposalAddressKey, queueKey, STORE_NAME } from './keys.ts';
import { type LegacyRouter, TEXT_KIND } from './legacy-content.ts';

const METADATA_BYTES_MAX = 255;
const SUMMARY_BYTES_MAX = 40 * METADATA_BYTES_MAX;

export interface GovOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly staking: StakingKeeper;
  readonly distribution: DistributionKeeper;
  /** Runs what a passed proposal says. */
  readonly messages: MessagePort;
  /** The address that may change parameters: this module's account. */
  readonly authority: string;
  /** Handlers of proposals of the old kind by route; undefined for an application that was given none, whose such proposals panic. */
  readonly legacyRouter: LegacyRouter | undefined;
  /** Contents of the old kind that other modules have; text is known always. */
  readonly legacyContents: readonly LegacyContentKind[];
}

/** Why a proposal failed may be told in bytes that are no UTF-8, as where the reference prints a key; they read back as they were written. */
const proposalValue = remembered<Proposal>({
  encode: (p) => Proposal.encode(p),
  decode: (b) => Proposal.read(new Reader(b, 0, b.length, ANY_UTF8), undefined, 0),
});

type ByAddress<V> = StateMap<Pair<bigint, Uint8Array>, V>;
type Queue = StateMap<Pair<Time, bigint>, bigint>;

export class GovKeeper implements GovOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly staking: StakingKeeper;
  readonly distribution: DistributionKeeper;
  readonly messages: MessagePort;
  readonly authority: string;
  readonly legacyRouter: LegacyRouter | undefined;
  readonly legacyContents: readonly LegacyContentKind[];
  /** By type URL. */
  readonly legacyKinds: ReadonlyMap<string, LegacyContentKind>;
  readonly #schema = new Schema(STORE_NAME);
  readonly constitution = new Item(this.#schema, PREFIX.constitution, 'constitution', stringValue);
  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));
  readonly deposits: ByAddress<Deposit> = new StateMap(this.#schema, PREFIX.deposits, 'deposits', proposalAddressKey, protoValue(Deposit));
  readonly votes: ByAddress<Vote> = new StateMap(this.#schema, PREFIX.votes, 'votes', proposalAddressKey, protoValue(Vote));
  readonly proposalId = new Sequence(this.#schema, PREFIX.proposalId, 'proposal_id');
  readonly proposals = new StateMap(this.#schema, PREFIX.proposals, 'proposals', uint64Key, proposalValue);
  readonly activeQueue: Queue = new StateMap(this.#schema, PREFIX.activeQueue, 'active_proposals_queue', queueKey, uint64Value);
  readonly inactiveQueue: Queue = new StateMap(this.#schema, PREFIX.inactiveQueue, 'inactive_proposals_queue', queueKey, uint64Value);
  /** Proposals that are voted on now, each with the byte 1. */
  readonly votingPeriod = new StateMap(this.#schema, PREFIX.votingPeriod, 'voting_period_proposals', uint64Key, bytesValue);

  constructor(o: GovOptions) {
    if (o.accounts.moduleAddress(MODULE_NAME) === undefined) throw new Error(`${MODULE_NAME} module account has not been set`);
    this.addresses = o.addresses;
    this.accounts = o.accounts;
    this.bank = o.bank;
    this.staking = o.staking;
    this.distribution = o.distribution;
    this.messages = o.messages;
    this.authority = o.authority;
    this.legacyRouter = o.legacyRouter;
    this.legacyContents = [TEXT_KIND, ...o.legacyContents];
    this.legacyKinds = new Map(this.legacyContents.map((kind) => [kind.typeUrl, kind]));
  }

  /** Throws where no genesis set them. */
  getParams(ctx: Context): Params {
    const p = this.params.get(ctx);
    if (p === undefined) throw notThere('no_key', Params.name);
    return p;
  }

  proposal(ctx: Context, id: bigint): Proposal {
    const p = this.proposals.get(ctx, id);
    if (p === undefined) throw notThere(id.toString(), Proposal.name);
    return p;
  }

  /** Reads the module's account. */
  account(ctx: Context): Uint8Array {
    const found = this.accounts.moduleAccount(ctx, MODULE_NAME);
    if (found === undefined) throw new Error(`${MODULE_NAME} module account has not been set`);
    return found.address;
  }

  assertMetadataLength(text: string): void {
    const n = utf8(text).length;
    if (n > METADATA_BYTES_MAX) throw ErrMetadataTooLong.wrap(`got metadata with length ${n}`);
  }

  assertSummaryLength(text: string): void {
    const n = utf8(text).length;
    if (n > SUMMARY_BYTES_MAX) throw ErrSummaryTooLong.wrap(`got summary with length ${n}`);
  }
}
