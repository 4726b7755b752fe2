// Tokens over channels. What leaves its home is held in the channel's escrow account, and the other side makes vouchers of it; vouchers that go back
// are burnt, and the escrow pays. Invariant: the escrow accounts of all channels hold at least the total escrow of each denom. Source: ICS-20;
// ibc-go v10 modules/apps/transfer/keeper.
import type { AddressCodec } from '../../../../chain/core/address.ts';
import type { Coin } from '../../../../chain/core/coins.ts';
import { bytesKey, stringKey } from '../../../../chain/core/collections/key-codec.ts';
import { Schema } from '../../../../chain/core/collections/schema.ts';
import { StateMap } from '../../../../chain/core/collections/state-map.ts';
import { protoValue } from '../../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { SdkError } from '../../../../chain/core/errors.ts';
import { moduleAddress } from '../../../../chain/crypto/address.ts';
import { fromHex } from '../../../../chain/encoding/bytes.ts';
import { IntProto } from '../../../../proto/gen/cosmos/base/v1beta1.ts';
import { Denom, Params } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { within } from '../../core/03-connection/msg-server.ts';
import type { Ics4Wrapper } from '../../core/05-port/ibc-module.ts';
import { ErrInvalidAddress, ErrUnauthorized } from '../../core/errors.ts';
import { bankDenom, hashOf, hasPrefix, pathOf, VOUCHER_PREFIX } from './denom.ts';
import { ErrDenomNotFound, ErrInvalidDenomForTransfer, ErrReceiveDisabled, ErrSendDisabled } from './errors.ts';
import { emitDenom, emitTransfer } from './events.ts';
import type { BankKeeper } from './expected-keepers.ts';
import { escrowAddress, MODULE_NAME, PARAMS_KEY, PREFIX, STORE_NAME } from './keys.ts';
import { assertMemo, packetBytes, type Transfer } from './packet-data.ts';

export interface TransferOptions {
  readonly addresses: AddressCodec;
  readonly bank: BankKeeper;
  readonly channels: Ics4Wrapper;
  readonly authority: string;
}

export class TransferKeeper {
  readonly addresses: AddressCodec;
  readonly bank: BankKeeper;
  readonly channels: Ics4Wrapper;
  readonly authority: string;
  readonly #schema = new Schema(STORE_NAME);
  /** By hash. */
  readonly denoms = new StateMap<Uint8Array, Denom>(this.#schema, PREFIX.denoms, 'denoms', bytesKey, protoValue(Denom));
  /** By denom: what all escrow accounts hold of it for the other sides. */
  readonly escrows = new StateMap<string, IntProto>(this.#schema, PREFIX.escrow, 'total_escrow', stringKey, protoValue(IntProto));

  constructor(o: TransferOptions) {
    this.addresses = o.addresses;
    this.bank = o.bank;
    this.channels = o.channels;
    this.authority = o.authority;
  }

  /** Whether a genesis or an upgrade began transfers. */
  hasParams(ctx: Context): boolean {
    return ctx.store(STORE_NAME).has(PARAMS_KEY);
  }

  params(ctx: Context): Params {
    const b = ctx.store(STORE_NAME).get(PARAMS_KEY);
    if (b === undefined) throw new Error('transfer params are not set in store');
    return Params.decode(b);
  }

  setParams(ctx: Context, p: Params): void {
    ctx.store(STORE_NAME).set(PARAMS_KEY, Params.encode(p));
  }

  /** Of a denom as bank names it. Throws. */
  denomOf(ctx: Context, denom: string): Denom {
    if (!denom.startsWith(VOUCHER_PREFIX)) return { base: denom, trace: [] };
    const hash = denom.slice(VOUCHER_PREFIX.length);
    if (!/^[0-9a-fA-F]{64}$/.test(hash)) throw ErrInvalidDenomForTransfer.wrap(`invalid denom trace hash ${hash}`);
    const found = this.denoms.get(ctx, fromHex(hash));
    if (found === undefined) throw ErrDenomNotFound.wrap(hash);
    return found;
  }

  totalEscrow(ctx: Context, denom: string): bigint {
    return BigInt(this.escrows.get(ctx, denom)?.int ?? '0');
  }

  setTotalEscrow(ctx: Context, denom: string, amount: bigint): void {
    if (amount < 0n) throw new Error(`the escrow of ${denom} would be ${amount}`);
    if (amount === 0n) this.escrows.remove(ctx, denom);
    else this.escrows.set(ctx, denom, { int: amount.toString() });
  }

  #escrow(ctx: Context, sender: Uint8Array, escrow: Uint8Array, coin: Coin): void {
    this.bank.send(ctx, sender, escrow, [coin]);
    this.setTotalEscrow(ctx, coin.denom, this.totalEscrow(ctx, coin.denom) + coin.amount);
  }

  #unescrow(ctx: Context, escrow: Uint8Array, receiver: Uint8Array, coin: Coin): void {
    within('unable to unescrow tokens, this may be caused by a malicious counterparty module or a bug: please open an issue on counterparty module', () =>
      this.bank.send(ctx, escrow, receiver, [coin]),
    );
    this.setTotalEscrow(ctx, coin.denom, this.totalEscrow(ctx, coin.denom) - coin.amount);
  }

  /** Gives the packet's sequence. Throws. */
  send(ctx: Context, port: string, channel: string, t: Transfer, timeoutHeight: Height, timeoutTimestamp: bigint): bigint {
    const sender = this.addresses.toBytes(t.sender);
    if (this.bank.isBlocked(sender)) throw ErrUnauthorized.wrap(`${t.sender} is not allowed to send funds`);
    const coin = { denom: bankDenom(t.denom), amount: t.amount };
    try {
      this.bank.assertSendEnabled(ctx, [coin]);
    } catch (e) {
      throw e instanceof SdkError ? ErrSendDisabled.wrap(e.message) : e;
    }
    if (hasPrefix(t.denom, port, channel)) {
      this.bank.sendFromAccountToModule(ctx, sender, MODULE_NAME, [coin]);
      this.bank.burn(ctx, MODULE_NAME, [coin]);
    } else this.#escrow(ctx, sender, escrowAddress(port, channel), coin);
    const data = packetBytes({ denom: pathOf(t.denom), amount: t.amountText, sender: t.sender, receiver: t.receiver, memo: t.memo });
    const sequence = this.channels.sendPacket(ctx, port, channel, timeoutHeight, timeoutTimestamp, data);
    emitTransfer(ctx, t);
    return sequence;
  }

  #mint(ctx: Context, receiver: Uint8Array, coin: Coin): void {
    this.bank.mint(ctx, MODULE_NAME, [coin]);
    this.bank.send(ctx, moduleAddress(MODULE_NAME), receiver, [coin]);
  }

  /** Source is the other side, destination this one. Throws. */
  receive(ctx: Context, t: Transfer, source: { port: string; channel: string }, destination: { port: string; channel: string }): void {
    within('error validating ICS-20 transfer packet data', () => assertMemo(t.memo));
    if (!this.params(ctx).receiveEnabled) throw ErrReceiveDisabled.error();
    let receiver: Uint8Array;
    try {
      receiver = this.addresses.toBytes(t.receiver);
    } catch {
      throw ErrInvalidAddress.wrap(`failed to decode receiver address: ${t.receiver}`);
    }
    if (this.bank.isBlocked(receiver)) throw ErrUnauthorized.wrap(`${t.receiver} is not allowed to receive funds`);
    const { amount } = t;
    if (hasPrefix(t.denom, source.port, source.channel)) {
      // It comes home.
      const denom = bankDenom({ ...t.denom, trace: t.denom.trace.slice(1) });
      this.#unescrow(ctx, escrowAddress(destination.port, destination.channel), receiver, { denom, amount });
      return;
    }
    const voucher: Denom = { base: t.denom.base, trace: [{ portId: destination.port, channelId: destination.channel }, ...t.denom.trace] };
    const hash = hashOf(voucher);
    if (!this.denoms.has(ctx, hash)) this.denoms.set(ctx, hash, voucher);
    const denom = bankDenom(voucher);
    if (!this.bank.hasMetadata(ctx, denom)) this.#setMetadata(ctx, voucher, denom);
    emitDenom(ctx, voucher);
    within('failed to mint IBC tokens', () => this.bank.mint(ctx, MODULE_NAME, [{ denom, amount }]));
    within(`failed to send coins to receiver ${t.receiver}`, () => this.bank.send(ctx, moduleAddress(MODULE_NAME), receiver, [{ denom, amount }]));
  }

  #setMetadata(ctx: Context, voucher: Denom, base: string): void {
    const path = pathOf(voucher);
    this.bank.setMetadata(ctx, {
      description: `IBC token from ${path}`,
      denomUnits: [{ denom: voucher.base, exponent: 0, aliases: [] }],
      base,
      display: path,
      name: `${path} IBC token`,
      symbol: voucher.base.toUpperCase(),
      uri: '',
      uriHash: '',
    });
  }

  /** A packet that was refused or timed out. Throws. */
  refund(ctx: Context, port: string, channel: string, t: Transfer): void {
    const sender = this.addresses.toBytes(t.sender);
    if (this.bank.isBlocked(sender)) throw ErrUnauthorized.wrap(`${t.sender} is not allowed to receive funds`);
    const coin = { denom: bankDenom(t.denom), amount: t.amount };
    if (hasPrefix(t.denom, port, channel)) this.#mint(ctx, sender, coin);
    else this.#unescrow(ctx, escrowAddress(port, channel), sender, coin);
  }
}
