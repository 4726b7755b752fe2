// Refusals with the reference's codes (cosmossdk.io/x/feegrant v0.2.0), what allowances let pass, and what goes when it has ended.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressCodec } from '../../chain/core/address.ts';
import { blockInfo, Context } from '../../chain/core/context.ts';
import { GasMeter } from '../../chain/core/gas.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import type { Json, ServiceRegistrar } from '../../chain/core/module.ts';
import { codeOf } from '../../chain/core/testing/code-of.ts';
import { MemoryStores } from '../../chain/core/testing/memory-stores.ts';
import { concatBytes, fromHex, utf8 } from '../../chain/encoding/bytes.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { MsgSend } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import {
  AllowedMsgAllowance,
  BasicAllowance,
  MsgGrantAllowance,
  MsgPruneAllowances,
  MsgRevokeAllowance,
  PeriodicAllowance,
} from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { acceptFee } from './allowance.ts';
import { exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { FeegrantKeeper } from './keeper.ts';
import { registerMessages } from './msg-server.ts';

const S = 1_000_000_000n;
const NOW = 1000n * S;
const bytes = (n: number): Uint8Array => new Uint8Array(20).fill(n);
const addresses = new AddressCodec('trellis');
const text = (n: number): string => addresses.toString(bytes(n));
const coin = (amount: bigint | string, denom = 'utrel'): { denom: string; amount: string } => ({ denom, amount: String(amount) });
const pack = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const basic = (part: Partial<BasicAllowance> = {}): Any => pack(BasicAllowance, BasicAllowance.from({ spendLimit: [coin(100n)], ...part }));
const PERIODIC: PeriodicAllowance = {
  basic: { spendLimit: [coin(100n)], expiration: undefined },
  period: 10n * S,
  periodSpendLimit: [coin(10n)],
  periodCanSpend: [coin(10n)],
  periodReset: NOW,
};
const periodic = (part: Partial<PeriodicAllowance> = {}): Any => pack(PeriodicAllowance, { ...PERIODIC, ...part });
const filtered = (allowance: Any | undefined, allowedMessages = ['/a.B']): Any => pack(AllowedMsgAllowance, { allowance, allowedMessages });

const BLOCKED = 9;

function world() {
  const opened: string[] = [];
  const keeper = new FeegrantKeeper({
    addresses,
    accounts: { exists: (_, a) => (a[0] as number) < BLOCKED, open: (_, a) => void opened.push(addresses.toString(a)) },
    bank: { isBlocked: (a) => a[0] === BLOCKED },
  });
  const handlers = new Map<unknown, (ctx: Context, msg: never) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, keeper);
  const stores = new MemoryStores();
  const at = (time: bigint): Context => new Context({ block: blockInfo('test-1', { height: 5n, time }), mode: 'finalize', stores });
  const send = <T>(codec: Codec<T>, msg: T, ctx = at(NOW)): Context => {
    handlers.get(codec)?.(ctx, msg as never);
    return ctx;
  };
  const grant = (allowance: Any | undefined, from = 1, to = 2): Context => send(MsgGrantAllowance, { granter: text(from), grantee: text(to), allowance });
  const use = (fee: bigint, time = NOW, urls: readonly string[] = ['/a.B'], denom = 'utrel'): Context => {
    const ctx = at(time);
    keeper.useGrantedFees(ctx, bytes(1), bytes(2), fee === 0n ? [] : [{ denom, amount: fee }], urls);
    return ctx;
  };
  const left = (): Any | undefined => keeper.grants.get(at(NOW), [bytes(2), bytes(1)])?.allowance;
  return { keeper, at, send, grant, use, left, opened };
}
type World = ReturnType<typeof world>;

test.each<[string, string, (w: World) => unknown]>([
  ['to oneself', 'sdk 7', (w) => w.grant(basic(), 1, 1)],
  ['to oneself in capitals', 'sdk 7', (w) => w.send(MsgGrantAllowance, { granter: text(1), grantee: text(1).toUpperCase(), allowance: basic() })],
  ['no grantee', 'undefined 1', (w) => w.send(MsgGrantAllowance, { granter: text(1), grantee: '', allowance: basic() })],
  [
    'granter of another chain',
    'sdk 35',
    (w) => w.send(MsgGrantAllowance, { granter: new AddressCodec('x').toString(bytes(1)), grantee: text(2), allowance: basic() }),
  ],
  ['twice', 'sdk 18', (w) => [w.grant(basic()), w.grant(basic())]],
  ['nothing', 'panic', (w) => w.grant(undefined)],
  ['another kind', 'feegrant 5', (w) => w.grant(pack(MsgSend, MsgSend.zero()))],
  ['negative limit', 'sdk 10', (w) => w.grant(basic({ spendLimit: [coin(-1n)] }))],
  ['limit of zero', 'sdk 10', (w) => w.grant(basic({ spendLimit: [coin(0n)] }))],
  ['limits in disorder', 'sdk 10', (w) => w.grant(basic({ spendLimit: [coin(1n), coin(1n, 'abc')] }))],
  ['limit without an amount', 'sdk 10', (w) => w.grant({ typeUrl: `/${BasicAllowance.name}`, value: concatBytes(fromHex('0a070a05'), utf8('utrel')) })],
  ['expiration before 1970', 'feegrant 4', (w) => w.grant(basic({ expiration: -S }))],
  ['expired', 'sdk 18', (w) => w.grant(basic({ expiration: NOW - 1n }))],
  ['expires now', 'ok', (w) => w.grant(basic({ expiration: NOW }))],
  ['module as grantee', 'sdk 4', (w) => w.grant(basic(), 1, BLOCKED)],
  ['no limit of the period', 'sdk 10', (w) => w.grant(periodic({ periodSpendLimit: [] }))],
  ['limit of the period in disorder', 'sdk 10', (w) => w.grant(periodic({ periodSpendLimit: [coin(1n), coin(1n, 'abc')] }))],
  ['negative rest of the period', 'sdk 10', (w) => w.grant(periodic({ periodCanSpend: [coin(-1n)] }))],
  ['period of another denom', 'sdk 10', (w) => w.grant(periodic({ periodSpendLimit: [coin(1n, 'abc')] }))],
  ['negative period', 'feegrant 4', (w) => w.grant(periodic({ period: -1n }))],
  ['no messages', 'feegrant 6', (w) => w.grant(filtered(basic(), []))],
  ['no allowance inside', 'feegrant 5', (w) => w.grant(filtered(undefined))],
  ['a wrong one inside', 'sdk 10', (w) => w.grant(filtered(basic({ spendLimit: [coin(-1n)] })))],
  ['revoke from oneself', 'sdk 7', (w) => w.send(MsgRevokeAllowance, { granter: text(1), grantee: text(1) })],
  ['revoke nothing', 'sdk 38', (w) => w.send(MsgRevokeAllowance, { granter: text(1), grantee: text(2) })],
  ['revoke from no address', 'undefined 1', (w) => w.send(MsgRevokeAllowance, { granter: text(1), grantee: 'x' })],
  ['use nothing', 'sdk 38', (w) => w.use(1n)],
  ['use too much', 'feegrant 2', (w) => [w.grant(basic()), w.use(101n)]],
  ['use another denom', 'feegrant 2', (w) => [w.grant(basic()), w.use(1n, NOW, ['/a.B'], 'abc')]],
  ['use too late', 'feegrant 3', (w) => [w.grant(basic({ expiration: NOW })), w.use(1n, NOW + 1n)]],
  ['use for another message', 'feegrant 7', (w) => [w.grant(filtered(basic())), w.use(1n, NOW, ['/a.B', '/a.C'])]],
  ['use more than the period has', 'feegrant 2', (w) => [w.grant(periodic()), w.use(11n)]],
  ['use a period too late', 'feegrant 3', (w) => [w.grant(periodic({ basic: { spendLimit: [], expiration: NOW } })), w.use(1n, NOW + 1n)]],
])('%s: %s', (_, code, run) => expect(codeOf(() => run(world()))).toBe(code));

test('a limit becomes less and goes with its last coin', () => {
  const w = world();
  expect(w.grant(basic()).events.events).toEqual([
    {
      type: 'set_feegrant',
      attributes: [
        { key: 'granter', value: text(1), index: true },
        { key: 'grantee', value: text(2), index: true },
      ],
    },
  ]);
  expect(w.use(60n).events.events.map((e) => e.type)).toEqual(['use_feegrant', 'update_feegrant']);
  expect(BasicAllowance.decode(w.left()?.value as Uint8Array).spendLimit).toEqual([coin(40n)]);
  expect(w.use(40n).events.events.map((e) => e.type)).toEqual(['revoke_feegrant', 'use_feegrant']);
  expect(w.left()).toBeUndefined();
});

test('a period follows the last one, or begins with the use after a longer pause', () => {
  const w = world();
  w.grant(periodic());
  w.use(4n);
  const state = (): PeriodicAllowance => PeriodicAllowance.decode(w.left()?.value as Uint8Array);
  expect(state()).toMatchObject({ periodCanSpend: [coin(6n)], periodReset: NOW + 10n * S });
  w.use(10n, NOW + 10n * S);
  expect(state()).toMatchObject({ periodCanSpend: [], periodReset: NOW + 20n * S });
  w.use(1n, NOW + 95n * S);
  expect(state()).toMatchObject({ periodCanSpend: [coin(9n)], periodReset: NOW + 105n * S, basic: { spendLimit: [coin(85n)] } });
});

test('messages are charged for', () => {
  const w = world();
  const gas = (allowed: string[], used: string[]): bigint => {
    const ctx = w.at(NOW).with({ gasMeter: GasMeter.infinite() });
    acceptFee(ctx, { kind: 'filtered', value: { allowance: basic(), allowedMessages: allowed } }, [], used);
    return ctx.gasMeter.consumed;
  };
  expect(gas(['/a', '/b', '/c'], ['/a', '/a'])).toBe(50n);
  expect(gas(['/a'], ['/z', '/a'])).toBe(20n);
});

test('accounts are made for grantees that have none', () => {
  const w = world();
  w.grant(basic(), 1, 20);
  expect(w.opened).toEqual([text(20)]);
});

test('what ended before the block goes, so many at a time; what ends with it stays', () => {
  const w = world();
  for (let i = 2; i < 8; i++) w.grant(basic({ expiration: NOW + BigInt(i) * S }), 1, i);
  const there = (): number => [...w.keeper.grants.walk(w.at(NOW))].length;
  w.keeper.removeExpired(w.at(NOW + 4n * S), 200);
  expect(there()).toBe(4);
  w.keeper.removeExpired(w.at(NOW + 100n * S), 3);
  expect(there()).toBe(1);
  w.send(MsgPruneAllowances, { pruner: text(1) }, w.at(NOW + 100n * S));
  expect(there()).toBe(0);
  expect([...w.keeper.queue.walk(w.at(NOW))]).toEqual([]);
});

test('revoking leaves the place in the queue, as the reference does, and the time removes what stands there then', () => {
  const w = world();
  w.grant(basic({ expiration: NOW + S }));
  w.send(MsgRevokeAllowance, { granter: text(1), grantee: text(2) });
  w.grant(basic());
  w.keeper.removeExpired(w.at(NOW + 2n * S), 200);
  expect(w.left()).toBeUndefined();
});

test('never more is paid than the limit says', () => {
  const fees = fc.array(fc.record({ fee: fc.bigInt({ min: 0n, max: 40n }), wait: fc.bigInt({ min: 0n, max: 30n }) }), { maxLength: 25 });
  fc.assert(
    fc.property(fees, fc.boolean(), fc.boolean(), (steps, hasPeriod, isFiltered) => {
      const w = world();
      const inner = hasPeriod ? periodic() : basic();
      w.grant(isFiltered ? filtered(inner) : inner);
      let [paid, now, windowStart, inWindow] = [0n, NOW, NOW, 0n];
      for (const { fee, wait } of steps) {
        now += wait * S;
        if (codeOf(() => w.use(fee, now)) !== 'ok') continue;
        paid += fee;
        // Two periods may meet in any span of one, never three.
        if (now - windowStart >= 10n * S) [windowStart, inWindow] = [now, 0n];
        inWindow += fee;
        if (hasPeriod && inWindow > 20n) return false;
      }
      return paid <= 100n;
    }),
    { numRuns: 200 },
  );
});

test('an exported genesis begins again as it was', () => {
  const w = world();
  w.grant(basic({ expiration: NOW + S }), 1, 2);
  w.grant(filtered(periodic()), 3, 4);
  const json = exportGenesis(w.keeper, w.at(NOW));
  const again = world();
  initGenesis(again.keeper, again.at(NOW), json);
  expect(exportGenesis(again.keeper, again.at(NOW))).toEqual(json);
  expect([...again.keeper.queue.walk(again.at(NOW))]).toHaveLength(1);
});

const grantJson = (allowance: Json): Json => ({ allowances: [{ granter: text(1), grantee: text(2), allowance }] });
test.each<[string, Json]>([
  ['no allowance', grantJson(null)],
  ['a coin without an amount', grantJson({ '@type': `/${BasicAllowance.name}`, spend_limit: [{ denom: 'utrel' }] })],
  ['no messages', grantJson({ '@type': `/${AllowedMsgAllowance.name}`, allowance: null, allowed_messages: [] })],
  ['another kind', grantJson({ '@type': `/${MsgSend.name}` })],
  ['not a list', { allowances: 5 }],
])('a genesis with %s is refused', (_, json) => expect(() => validateGenesis(json)).toThrow(GenesisError));
