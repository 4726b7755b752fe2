// Governance over memory: a purse of every denomination, stake as a table, and messages that do what their text says. For tests alone.
import { AddressCodec } from '../../../chain/core/address.ts';
import { type Coin, coinsToString } from '../../../chain/core/coins.ts';
import { blockInfo, Context } from '../../../chain/core/context.ts';
import { ErrInsufficientFunds, plainError, SdkError } from '../../../chain/core/errors.ts';
import { EventManager } from '../../../chain/core/events.ts';
import { Dec } from '../../../chain/core/math/dec.ts';
import type { MessagePort } from '../../../chain/core/message-port.ts';
import type { ServiceRegistrar } from '../../../chain/core/module.ts';
import { type Delegation, STATUS, type Validator } from '../../../chain/core/staking.ts';
import { MemoryStores } from '../../../chain/core/testing/memory-stores.ts';
import { moduleAddress } from '../../../chain/crypto/address.ts';
import { toHex } from '../../../chain/encoding/bytes.ts';
import type { Codec } from '../../../chain/encoding/codec.ts';
import { MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { GovKeeper } from '../keeper.ts';
import { TEXT_ROUTER } from '../legacy-content.ts';
import { registerLegacyMessages } from '../legacy-msg-server.ts';
import { registerMessages } from '../msg-server.ts';
import { defaultParams } from '../params.ts';

export const DENOM = 'utrel';
export const account = (n: number): Uint8Array => new Uint8Array(20).fill(n);

export class Purse {
  readonly #amounts = new Map<string, bigint>();
  burnt = 0n;

  get(address: Uint8Array, denom = DENOM): bigint {
    return this.#amounts.get(toHex(address) + denom) ?? 0n;
  }

  give(address: Uint8Array, amount: bigint, denom = DENOM): void {
    this.#amounts.set(toHex(address) + denom, this.get(address, denom) + amount);
  }

  move(from: Uint8Array, to: Uint8Array, coins: readonly Coin[]): void {
    for (const c of coins) {
      if (this.get(from, c.denom) < c.amount) throw ErrInsufficientFunds.wrap(`${coinsToString(coins)} is too much`);
      this.give(from, -c.amount, c.denom);
      this.give(to, c.amount, c.denom);
    }
  }

  /** Of everybody, of all denominations. */
  total(): bigint {
    return [...this.#amounts.values()].reduce((n, x) => n + x, 0n);
  }
}

export interface Stake {
  readonly validator: number;
  readonly delegator: number;
  readonly shares: Dec;
}

export interface TestGov {
  readonly keeper: GovKeeper;
  readonly purse: Purse;
  readonly addresses: AddressCodec;
  readonly stakes: Stake[];
  /** Tokens by validator; shares are the sum of the stakes. */
  readonly tokens: Map<number, bigint>;
  readonly stores: MemoryStores;
  at(height: bigint, time: bigint): Context;
  send<T>(codec: Codec<T>, msg: T, ctx: Context): unknown;
}

export function testGov(): TestGov {
  const addresses = new AddressCodec('trellis');
  const purse = new Purse();
  const stakes: Stake[] = [];
  const tokens = new Map<number, bigint>();
  const operator = (n: number): string => addresses.validators.toString(account(n));
  const handlers = new Map<string, { readonly run: (ctx: Context, msg: never) => unknown; readonly basic: ((msg: never) => void) | undefined }>();
  const messages: MessagePort = {
    has: (typeUrl) => handlers.has(typeUrl),
    validateBasic: (typeUrl, m) => handlers.get(typeUrl)?.basic?.(m as never),
    execute: (ctx, typeUrl, m) => {
      const own = ctx.with({ events: new EventManager() });
      handlers.get(typeUrl)?.run(own, m as never);
      return { response: { typeUrl: '', value: new Uint8Array(0) }, events: own.events.events };
    },
  };
  const gov = moduleAddress('gov');
  const shares = (n: number): Dec => stakes.filter((s) => s.validator === n).reduce((sum, s) => Dec.add(sum, s.shares), Dec.zero);
  const keeper = new GovKeeper({
    addresses,
    authority: addresses.toString(gov),
    accounts: { moduleAddress, moduleAccount: (_, name) => ({ address: moduleAddress(name) }) },
    bank: {
      allBalances: (_, address) => (purse.get(address) === 0n ? [] : [{ denom: DENOM, amount: purse.get(address) }]),
      sendFromModuleToAccount: (_, module, to, coins) => purse.move(moduleAddress(module), to, coins),
      sendFromAccountToModule: (_, from, module, coins) => purse.move(from, moduleAddress(module), coins),
      burn: (_, module, coins) => {
        for (const c of coins) {
          purse.give(moduleAddress(module), -c.amount, c.denom);
          purse.burnt += c.amount;
        }
      },
    },
    staking: {
      validatorAddresses: addresses.validators,
      *bondedValidatorsByPower() {
        for (const [n, t] of tokens) yield { operatorAddress: operator(n), status: STATUS.bonded, tokens: t, delegatorShares: shares(n) } as Validator;
      },
      totalBondedTokens: () => [...tokens.values()].reduce((n, x) => n + x, 0n),
      *delegationsOf(_, delegator) {
        for (const s of stakes) {
          if (toHex(account(s.delegator)) !== toHex(delegator)) continue;
          yield { delegatorAddress: addresses.toString(delegator), validatorAddress: operator(s.validator), shares: s.shares } as Delegation;
        }
      },
    },
    distribution: { fundCommunityPool: (_, coins, from) => purse.move(from, moduleAddress('distribution'), coins) },
    messages,
    legacyRouter: TEXT_ROUTER,
    legacyContents: [],
  });
  const registrar = {
    msg: (request: Codec<unknown>, _: unknown, run: never, basic: never) => handlers.set(`/${request.name}`, { run, basic }),
    query: () => undefined,
  } as unknown as ServiceRegistrar;
  registerLegacyMessages(registrar, keeper);
  registerMessages(registrar, keeper);
  // A message of another module: its recipient says what happens.
  registrar.msg(MsgSend, MsgSend, (ctx, m) => {
    ctx.store('gov').set(Uint8Array.of(250), Uint8Array.of(1));
    if (m.toAddress === 'error') throw plainError('no');
    if (m.toAddress === 'panic') throw new Error('boom');
    return m;
  });
  const stores = new MemoryStores();
  const at = (height: bigint, time: bigint): Context => new Context({ block: blockInfo('test', { height, time }), mode: 'finalize', stores });
  keeper.params.set(at(0n, 0n), defaultParams(DENOM));
  keeper.proposalId.set(at(0n, 0n), 1n);
  for (let n = 1; n <= 9; n++) purse.give(account(n), 10n ** 12n);
  const send = <T>(codec: Codec<T>, msg: T, ctx: Context): unknown => handlers.get(`/${codec.name}`)?.run(ctx, msg as never);
  return { keeper, purse, addresses, stakes, tokens, stores, at, send };
}

/** "codespace code" of what a call throws, "panic" for another exception, "ok" for none. */
export function code(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (e) {
    return e instanceof SdkError ? `${e.codespace} ${e.code}` : 'panic';
  }
}
