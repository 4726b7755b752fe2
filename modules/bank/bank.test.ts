// Supply and balances under random transfers, mints, burns and delegations; restrictions; permissions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeModules } from '../../chain/app/app.ts';
import { AddressCodec } from '../../chain/core/address.ts';
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrUnauthorized, SdkError } from '../../chain/core/errors.ts';
import { testContext } from '../../chain/core/testing/memory-stores.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { VestingKeeper } from '../auth/vesting/keeper.ts';
import type { BankKeeper } from './keeper.ts';
import { BankKeeper as Bank } from './keeper.ts';
import { SupplyKeeper } from './supply.ts';

const addresses = new AddressCodec('trellis');
const PERMISSIONS = { maker: ['minter', 'burner'], pool: ['staking'], plain: [] };

function setup(): { ctx: Context; bank: BankKeeper; supply: SupplyKeeper } {
  const accounts = new AccountKeeper({ addresses, modulePermissions: PERMISSIONS, authority: '', unorderedTransactions: true });
  const bank = new Bank({ addresses, accounts, vesting: new VestingKeeper(accounts), blocked: [], authority: '' });
  return { ctx: testContext(), bank, supply: new SupplyKeeper(bank) };
}

const account = (n: number): Uint8Array => new Uint8Array(20).fill(n + 1);
const utrel = (amount: bigint): Coin[] => [{ denom: 'utrel', amount }];

type Step = readonly ['send' | 'mint' | 'burn' | 'delegate' | 'undelegate' | 'pay', number, number, bigint];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('send', 'mint', 'burn', 'delegate', 'undelegate', 'pay'),
  fc.nat(3),
  fc.nat(3),
  fc.bigInt(1n, 1000n),
) as fc.Arbitrary<Step>;

function run(s: Step, ctx: Context, bank: BankKeeper, supply: SupplyKeeper): void {
  const [what, from, to, amount] = s;
  const does: Record<Step[0], () => void> = {
    send: () => bank.send(ctx, account(from), account(to), utrel(amount)),
    mint: () => supply.mint(ctx, 'maker', utrel(amount)),
    burn: () => supply.burn(ctx, 'maker', utrel(amount)),
    pay: () => supply.sendFromModuleToAccount(ctx, 'maker', account(to), utrel(amount)),
    delegate: () => supply.delegateFromAccountToModule(ctx, account(from), 'pool', utrel(amount)),
    undelegate: () => supply.undelegateFromModuleToAccount(ctx, 'pool', account(to), utrel(amount)),
  };
  does[what]();
}

test('balances always add up to the supply, and are never negative', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { ctx, bank, supply } = setup();
      supply.mint(ctx, 'maker', utrel(5000n));
      for (let i = 0; i < 4; i++) supply.sendFromModuleToAccount(ctx, 'maker', account(i), utrel(500n));
      for (const s of steps) {
        const branch = ctx.branch();
        try {
          run(s, branch.ctx, bank, supply);
          branch.write();
        } catch (e) {
          if (!(e instanceof SdkError)) throw e;
        }
        let sum = 0n;
        for (const [, amount] of bank.balances.walk(ctx)) {
          expect(amount).toBeGreaterThan(0n);
          sum += amount;
        }
        expect(sum).toBe(supply.supply(ctx, 'utrel'));
      }
      // The index names exactly the accounts that hold something.
      expect([...bank.byDenom.refs.walk(ctx)].length).toBe([...bank.balances.walk(ctx)].length);
    }),
    { numRuns: 60 },
  );
});

test('modules do what they are permitted to, and nothing else', () => {
  const { ctx, supply } = setup();
  expect(() => supply.mint(ctx, 'plain', utrel(1n))).toThrow('does not have permissions to mint tokens');
  expect(() => supply.burn(ctx, 'pool', utrel(1n))).toThrow('does not have permissions to burn tokens');
  expect(() => supply.mint(ctx, 'nobody', utrel(1n))).toThrow('module account nobody does not exist');
  expect(() => supply.delegateFromAccountToModule(ctx, account(0), 'maker', utrel(1n))).toThrow('to receive delegated coins');
  const restricted = new SupplyKeeper(supply.bank, () => {
    throw ErrUnauthorized.wrap('no more');
  });
  expect(() => restricted.mint(ctx, 'maker', utrel(1n))).toThrow('no more: unauthorized');
});

test('send restrictions refuse, or lead elsewhere', () => {
  const { ctx, bank, supply } = setup();
  supply.mint(ctx, 'maker', utrel(100n));
  supply.sendFromModuleToAccount(ctx, 'maker', account(0), utrel(100n));
  bank.addSendRestriction((_ctx, _from, to) => {
    if (to[0] === 9) throw ErrUnauthorized.wrap('not there');
    return to[0] === 8 ? account(2) : to;
  });
  expect(() => bank.send(ctx, account(0), account(8), utrel(1n))).toThrow('not there');
  bank.send(ctx, account(0), account(7), utrel(10n));
  expect([bank.balance(ctx, account(7), 'utrel'), bank.balance(ctx, account(2), 'utrel')]).toEqual([0n, 10n]);
});

test('events of a mint, a burn and a transfer, in the reference order', () => {
  const { ctx, bank, supply } = setup();
  supply.mint(ctx, 'maker', utrel(100n));
  supply.burn(ctx, 'maker', utrel(40n));
  supply.sendFromModuleToAccount(ctx, 'maker', account(0), utrel(5n));
  expect(ctx.events.events.map((e) => e.type)).toEqual([
    'coin_received',
    'coinbase',
    'coin_spent',
    'burn',
    'coin_spent',
    'coin_received',
    'transfer',
    'message',
  ]);
  expect(bank.balance(ctx, account(0), 'utrel')).toBe(5n);
});

test('an amount beyond 256 bits never reaches a balance', () => {
  const { ctx, supply } = setup();
  const max = (1n << 256n) - 1n;
  supply.mint(ctx, 'maker', utrel(max));
  expect(() => supply.mint(ctx, 'maker', utrel(1n))).toThrow('overflow');
});

test('the application blocks transfers to its modules, but for governance', () => {
  const { keepers } = composeModules('trellis');
  for (const name of keepers.accounts.moduleNames) {
    expect([name, keepers.bank.isBlocked(keepers.accounts.moduleAddress(name) as Uint8Array)]).toEqual([name, name !== 'gov']);
  }
});
