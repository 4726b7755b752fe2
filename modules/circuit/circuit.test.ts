// Refusals with the reference's codes (cosmossdk.io/x/circuit v0.2.0), and who may switch what.
import { expect, test } from 'vitest';
import { AddressCodec } from '../../chain/core/address.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import type { Json, ServiceRegistrar } from '../../chain/core/module.ts';
import { testContext } from '../../chain/core/testing/memory-stores.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { MsgAuthorizeCircuitBreaker, MsgResetCircuitBreaker, MsgTripCircuitBreaker, Permissions_Level } from '../../proto/gen/cosmos/circuit/v1.ts';
import { exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { CircuitKeeper } from './keeper.ts';
import { registerMessages } from './msg-server.ts';

const addresses = new AddressCodec('trellis');
const text = (n: number): string => addresses.toString(new Uint8Array(20).fill(n));
const GOV = addresses.toString(moduleAddress('gov'));
const { LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN } = Permissions_Level;
/** Accounts 1, 2 and 3 may some messages, all messages, and permit others. */
const LEVELS = [LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN];

function world() {
  const keeper = new CircuitKeeper(addresses, moduleAddress('gov'));
  const handlers = new Map<unknown, (ctx: Context, msg: never) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, keeper);
  const ctx = testContext();
  const send = <T>(codec: Codec<T>, msg: T): unknown => handlers.get(codec)?.(ctx, msg as never);
  const trip = (from: string, ...msgTypeUrls: string[]): unknown => send(MsgTripCircuitBreaker, { authority: from, msgTypeUrls });
  const reset = (from: string, ...msgTypeUrls: string[]): unknown => send(MsgResetCircuitBreaker, { authority: from, msgTypeUrls });
  const permit = (granter: string, grantee: string, level: number): unknown =>
    send(MsgAuthorizeCircuitBreaker, { granter, grantee, permissions: { level, limitTypeUrls: ['/a', '/b'] } });
  for (const [i, level] of LEVELS.entries()) permit(GOV, text(i + 1), level);
  return { keeper, ctx, send, trip, reset, permit };
}
type World = ReturnType<typeof world>;

test.each<[string, string, (w: World) => unknown]>([
  ['permit by nobody', 'sdk 4', (w) => w.permit(text(7), text(8), LEVEL_ALL_MSGS)],
  ['permit by all messages', 'sdk 4', (w) => w.permit(text(2), text(8), LEVEL_ALL_MSGS)],
  ['permit no address', 'undefined 1', (w) => w.permit(text(3), 'x', LEVEL_ALL_MSGS)],
  ['permit nothing', 'sdk 18', (w) => w.send(MsgAuthorizeCircuitBreaker, { granter: text(3), grantee: text(8), permissions: undefined })],
  ['permit by an admin', 'ok', (w) => [w.permit(text(3), text(8), LEVEL_ALL_MSGS), w.trip(text(8), '/z')]],
  ['take a permission away', 'sdk 4', (w) => [w.permit(text(3), text(2), 0), w.trip(text(2), '/a')]],
  ['trip by nobody', 'sdk 4', (w) => w.trip(text(7), '/a')],
  ['trip nothing by nobody', 'ok', (w) => w.trip(text(7))],
  ['trip by no address', 'undefined 1', (w) => w.trip('x', '/a')],
  ['trip what one may', 'ok', (w) => w.trip(text(1), '/a', '/b')],
  ['trip what one may not', 'sdk 4', (w) => w.trip(text(1), '/a', '/z')],
  ['trip twice', 'undefined 1', (w) => w.trip(text(2), '/a', '/a')],
  ['trip by governance', 'ok', (w) => w.trip(GOV, '/z')],
  ['reset what is on', 'undefined 1', (w) => w.reset(text(2), '/a')],
  ['reset by nobody', 'sdk 4', (w) => [w.trip(text(2), '/a'), w.reset(text(7), '/a')]],
  ['reset what one may not', 'sdk 4', (w) => [w.trip(text(2), '/z'), w.reset(text(1), '/z')]],
  ['reset', 'ok', (w) => [w.trip(text(2), '/z'), w.reset(text(3), '/z'), w.trip(text(2), '/z')]],
  ['execute what is off', 'undefined 1', (w) => [w.trip(text(2), '/z'), w.keeper.assertExecutable(w.ctx, '/z')]],
  ['send what is off', 'undefined 1', (w) => [w.trip(text(2), '/z'), w.keeper.assertAdmitted(w.ctx, '/z')]],
  ['execute what is on', 'ok', (w) => [w.trip(text(2), '/z'), w.keeper.assertExecutable(w.ctx, '/y'), w.keeper.assertAdmitted(w.ctx, '/y')]],
])('%s: %s', (_, code, run) => {
  let got = 'ok';
  try {
    run(world());
  } catch (e) {
    if (!(e instanceof SdkError)) throw e;
    got = `${e.codespace} ${e.code}`;
  }
  expect(got).toBe(code);
});

test('a permission in an event is gogoproto text', () => {
  const w = world();
  expect(w.ctx.events.events[0]?.attributes.at(-1)?.value).toBe('level:LEVEL_SOME_MSGS limit_type_urls:"/a" limit_type_urls:"/b" ');
});

test('an exported genesis begins again as it was', () => {
  const w = world();
  w.trip(GOV, '/z', '/a');
  const json = exportGenesis(w.keeper, w.ctx);
  const [keeper, ctx] = [new CircuitKeeper(addresses, moduleAddress('gov')), testContext()];
  validateGenesis(json);
  initGenesis(keeper, ctx, json);
  expect(exportGenesis(keeper, ctx)).toEqual(json);
});

const account = (part: Json): Json => ({ account_permissions: [part] });
test.each<[string, Json]>([
  ['no address', account({ address: '', permissions: { level: 'LEVEL_ALL_MSGS' } })],
  ['no permission', account({ address: text(1) })],
  ['no level', account({ address: text(1), permissions: {} })],
])('a genesis with %s is refused', (_, json) => expect(() => validateGenesis(json)).toThrow(GenesisError));

test('a genesis with a bad address does not start', () =>
  expect(() => initGenesis(world().keeper, testContext(), account({ address: 'x', permissions: { level: 'LEVEL_ALL_MSGS' } }))).toThrow(GenesisError));
