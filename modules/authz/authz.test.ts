// Refusals with the reference's codes (sdk:x/authz), what authorizations let pass and what is left of them, and grants that end.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressCodec } from '../../chain/core/address.ts';
import { blockInfo, Context } from '../../chain/core/context.ts';
import { ErrInsufficientFunds } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import type { Json, ServiceRegistrar } from '../../chain/core/module.ts';
import { codeOf } from '../../chain/core/testing/code-of.ts';
import { MemoryStores } from '../../chain/core/testing/memory-stores.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { GenericAuthorization, MsgExec, MsgGrant, MsgRevoke } from '../../proto/gen/cosmos/authz/v1beta1.ts';
import { MsgMultiSend, MsgSend, MsgSendResponse, SendAuthorization } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgBeginRedelegate, MsgDelegate, StakeAuthorization } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { sendAuthorizationKind } from '../bank/send-authorization.ts';
import { stakeAuthorizationKind } from '../staking/stake-authorization.ts';
import { genericAuthorizationKind } from './generic-authorization.ts';
import { exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { AuthzKeeper } from './keeper.ts';
import { registerMessages } from './msg-server.ts';

const S = 1_000_000_000n;
const NOW = 1000n * S;
const bytes = (n: number): Uint8Array => new Uint8Array(20).fill(n);
const addresses = new AddressCodec('trellis');
const text = (n: number): string => addresses.toString(bytes(n));
const operator = (n: number): string => addresses.validators.toString(bytes(n));
const coin = (amount: bigint | string, denom = 'utrel'): { denom: string; amount: string } => ({ denom, amount: String(amount) });
const pack = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const SEND = `/${MsgSend.name}`;
const DELEGATE = `/${MsgDelegate.name}`;
const generic = (msg: string): Any => pack(GenericAuthorization, { msg });
const sendUpTo = (amount: bigint | string, allowList: readonly string[] = []): Any => pack(SendAuthorization, { spendLimit: [coin(amount)], allowList });
const stake = (part: Partial<StakeAuthorization> = {}): Any =>
  pack(StakeAuthorization, { maxTokens: coin(100n), validators: undefined, authorizationType: 1, ...part });
const send = (from: number, amount: bigint, to = text(5)): Any => pack(MsgSend, { fromAddress: text(from), toAddress: to, amount: [coin(amount)] });
const delegate = (from: number, amount: bigint, to = operator(1), denom = 'utrel'): Any =>
  pack(MsgDelegate, { delegatorAddress: text(from), validatorAddress: to, amount: coin(amount, denom) });

const BLOCKED = 9;
/** Messages that the application has a handler for; what runs emits the type's name. */
const HANDLED = [SEND, DELEGATE, `/${MsgBeginRedelegate.name}`, `/${MsgMultiSend.name}`];

function world() {
  const executed: string[] = [];
  const opened: string[] = [];
  const keeper = new AuthzKeeper({
    addresses,
    accounts: { exists: (_, a) => (a[0] as number) < BLOCKED, open: (_, a) => void opened.push(addresses.toString(a)) },
    bank: { isBlocked: (a) => a[0] === BLOCKED },
    messages: {
      has: (url) => HANDLED.includes(url),
      validateBasic: () => undefined,
      execute: (_, url, message) => {
        if (url === SEND && (message as MsgSend).amount[0]?.amount === '13') throw ErrInsufficientFunds.wrap('unlucky');
        executed.push(url);
        return { response: pack(MsgSendResponse, {}), events: [event('done', 'what', url)] };
      },
    },
    kinds: [genericAuthorizationKind, sendAuthorizationKind, stakeAuthorizationKind],
  });
  const handlers = new Map<unknown, (ctx: Context, msg: never) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, keeper);
  const stores = new MemoryStores();
  const at = (time: bigint): Context => new Context({ block: blockInfo('test-1', { height: 5n, time }), mode: 'finalize', stores });
  const call = <T>(codec: Codec<T>, msg: T, ctx = at(NOW)): Context => {
    handlers.get(codec)?.(ctx, msg as never);
    return ctx;
  };
  const grant = (authorization: Any | undefined, expiration?: bigint, to = 2, from = 1): Context =>
    call(MsgGrant, { granter: text(from), grantee: text(to), grant: { authorization, expiration } });
  const revoke = (msgTypeUrl: string, to = 2): Context => call(MsgRevoke, { granter: text(1), grantee: text(to), msgTypeUrl });
  const exec = (msgs: readonly Any[], time = NOW): Context => call(MsgExec, { grantee: text(2), msgs }, at(time));
  const left = (url: string): Any | undefined => keeper.grants.get(at(NOW), [bytes(1), bytes(2), url])?.authorization;
  return { keeper, at, call, grant, revoke, exec, left, executed, opened };
}
type World = ReturnType<typeof world>;

test.each<[string, string, (w: World) => unknown]>([
  ['grant to oneself', 'authz 7', (w) => w.grant(generic(SEND), undefined, 1)],
  ['grant to no address', 'sdk 7', (w) => w.call(MsgGrant, { granter: text(1), grantee: 'x', grant: { authorization: generic(SEND), expiration: undefined } })],
  ['grant by no address', 'sdk 7', (w) => w.call(MsgGrant, { granter: '', grantee: text(1), grant: { authorization: generic(SEND), expiration: undefined } })],
  ['grant of nothing', 'sdk 29', (w) => w.grant(undefined)],
  ['grant of no authorization', 'sdk 29', (w) => w.grant(send(1, 1n))],
  ['grant to a module', 'sdk 4', (w) => w.grant(generic(SEND), undefined, BLOCKED)],
  ['grant of an empty type', 'undefined 1', (w) => w.grant(generic(''))],
  ['grant of an unknown type', 'sdk 29', (w) => w.grant(generic('/nothing'))],
  ['grant that ends now', 'authz 3', (w) => w.grant(generic(SEND), NOW)],
  ['grant without a limit', 'sdk 10', (w) => w.grant(pack(SendAuthorization, { spendLimit: [], allowList: [] }))],
  ['grant with a negative limit', 'sdk 10', (w) => w.grant(sendUpTo(-1n))],
  ['grant with a name twice', 'bank 8', (w) => w.grant(sendUpTo(1n, [text(3), text(3)]))],
  ['grant of negative stake', 'authz 12', (w) => w.grant(stake({ maxTokens: coin(-1n) }))],
  ['grant of no kind of stake', 'authz 4', (w) => w.grant(stake({ authorizationType: 0 }))],
  ['grant of an unknown kind of stake', 'panic', (w) => w.grant(stake({ authorizationType: 7 }))],
  ['revoke from oneself', 'authz 7', (w) => w.revoke(SEND, 1)],
  ['revoke no type', 'sdk 18', (w) => w.revoke('')],
  ['revoke what is not there', 'authz 2', (w) => w.revoke(SEND)],
  ['execute for nobody', 'undefined 1', (w) => w.call(MsgExec, { grantee: '', msgs: [send(1, 1n)] })],
  ['execute for no address', 'sdk 7', (w) => w.call(MsgExec, { grantee: 'x', msgs: [send(1, 1n)] })],
  ['execute nothing', 'sdk 18', (w) => w.exec([])],
  ['execute without a grant', 'authz 2', (w) => w.exec([send(1, 1n)])],
  ['execute what one may oneself', 'ok', (w) => w.exec([send(2, 1n)])],
  ['execute after the end', 'authz 6', (w) => [w.grant(generic(SEND), NOW + S), w.exec([send(1, 1n)], NOW + 2n * S)]],
  ['execute with two signers', 'authz 9', (w) => w.exec([pack(MsgMultiSend, { inputs: [1, 2].map((n) => ({ address: text(n), coins: [] })), outputs: [] })])],
  ['execute without a handler', 'sdk 6', (w) => w.exec([pack(MsgRevoke, { granter: text(2), grantee: text(1), msgTypeUrl: SEND })])],
  ['execute what fails', 'sdk 5', (w) => [w.grant(generic(SEND)), w.exec([send(1, 13n)])]],
  ['send too much', 'sdk 5', (w) => [w.grant(sendUpTo(10n)), w.exec([send(1, 11n)])]],
  ['send to another', 'sdk 4', (w) => [w.grant(sendUpTo(10n, [text(3)])), w.exec([send(1, 1n)])]],
  ['send to one of the list', 'ok', (w) => [w.grant(sendUpTo(10n, [text(3), text(5)])), w.exec([send(1, 1n)])]],
  ['stake too much', 'undefined 1', (w) => [w.grant(stake()), w.exec([delegate(1, 101n)])]],
  ['stake another denom', 'undefined 1', (w) => [w.grant(stake()), w.exec([delegate(1, 1n, operator(1), 'abc')])]],
  [
    'stake with a denied one',
    'sdk 4',
    (w) => [w.grant(stake({ validators: { case: 'denyList', value: { address: [operator(1)] } } })), w.exec([delegate(1, 1n)])],
  ],
  [
    'stake with one not allowed',
    'sdk 4',
    (w) => [w.grant(stake({ validators: { case: 'allowList', value: { address: [operator(3)] } } })), w.exec([delegate(1, 1n)])],
  ],
  [
    'stake with one allowed',
    'ok',
    (w) => [w.grant(stake({ validators: { case: 'allowList', value: { address: [operator(1)] } } })), w.exec([delegate(1, 1n)])],
  ],
])('%s: %s', (_, code, run) => expect(codeOf(() => run(world()))).toBe(code));

test('events name the message, the parties and the place in the list', () => {
  const w = world();
  const quoted = (key: string, value: string) => ({ key, value: JSON.stringify(value), index: true });
  const parties = [quoted('grantee', text(2)), quoted('granter', text(1)), quoted('msg_type_url', SEND)];
  expect(w.grant(sendUpTo(10n)).events.events).toEqual([{ type: 'cosmos.authz.v1beta1.EventGrant', attributes: parties }]);
  const { events } = w.exec([send(1, 4n), send(1, 6n)]).events;
  const done = (i: string) => ({
    type: 'done',
    attributes: [
      { key: 'what', value: SEND, index: true },
      { key: 'authz_msg_index', value: i, index: true },
    ],
  });
  expect(events).toEqual([done('0'), { type: 'cosmos.authz.v1beta1.EventRevoke', attributes: parties }, done('1')]);
  expect(w.left(SEND)).toBeUndefined();
});

test('a failure says which message failed', () => {
  const w = world();
  w.grant(generic(SEND));
  expect(() => w.exec([send(1, 13n)])).toThrow(
    `failed to execute message; message from_address:"${text(1)}" to_address:"${text(5)}" amount:<denom:"utrel" amount:"13" > : unlucky: insufficient funds`,
  );
});

test('a grant takes the place of the one before, in the queue too', () => {
  const w = world();
  const queue = (): string[][] => [...w.keeper.queue.walk(w.at(NOW))].map(([, item]) => [...item.msgTypeUrls]);
  w.grant(generic(SEND), NOW + S);
  w.grant(stake(), NOW + S);
  w.grant(generic(`/${MsgBeginRedelegate.name}`), NOW + S);
  w.grant(sendUpTo(5n), NOW + S);
  expect(queue()).toEqual([[SEND, DELEGATE, `/${MsgBeginRedelegate.name}`]]);
  w.grant(generic(SEND), NOW + 2n * S);
  expect(queue()).toEqual([[`/${MsgBeginRedelegate.name}`, DELEGATE], [SEND]]);
  w.grant(generic(SEND));
  expect(queue()).toEqual([[`/${MsgBeginRedelegate.name}`, DELEGATE], []]);
  w.keeper.removeExpired(w.at(NOW + S));
  expect(queue()).toHaveLength(2);
  w.keeper.removeExpired(w.at(NOW + S + 1n));
  expect(queue()).toEqual([[]]);
  expect([...w.keeper.grants.walk(w.at(NOW))]).toHaveLength(1);
});

test('never more is sent or staked than was granted', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 60n }), { maxLength: 12 }), fc.boolean(), (amounts, isStake) => {
      const w = world();
      w.grant(isStake ? stake() : sendUpTo(100n));
      let spent = 0n;
      for (const amount of amounts) {
        if (amount !== 13n && codeOf(() => w.exec([isStake ? delegate(1, amount) : send(1, amount)])) === 'ok') spent += amount;
      }
      const any = w.left(isStake ? DELEGATE : SEND);
      const rest =
        any === undefined ? '0' : isStake ? StakeAuthorization.decode(any.value).maxTokens?.amount : SendAuthorization.decode(any.value).spendLimit[0]?.amount;
      return spent + BigInt(rest ?? 'none') === 100n;
    }),
    { numRuns: 200 },
  );
});

test('an exported genesis begins again as it was, without what has ended', () => {
  const w = world();
  w.grant(generic(SEND), NOW + S);
  w.grant(stake(), undefined, 4);
  const json = exportGenesis(w.keeper, w.at(NOW));
  const [again, late] = [world(), world()];
  initGenesis(again.keeper, again.at(NOW), json);
  expect(exportGenesis(again.keeper, again.at(NOW))).toEqual(json);
  expect([...again.keeper.queue.walk(again.at(NOW))]).toHaveLength(1);
  initGenesis(late.keeper, late.at(NOW + 5n * S), json);
  expect([...late.keeper.grants.walk(late.at(NOW))]).toHaveLength(1);
});

const entry = (part: Record<string, Json>): Json => ({
  authorization: [{ granter: text(1), grantee: text(2), authorization: { '@type': `/${GenericAuthorization.name}`, msg: SEND }, ...part }],
});
test.each<[string, Json]>([
  ['no granter', entry({ granter: '' })],
  ['no grantee', entry({ grantee: '' })],
  ['no authorization', entry({ authorization: null })],
  ['another kind', entry({ authorization: { '@type': SEND } })],
  ['an unknown kind of stake', entry({ authorization: { '@type': `/${StakeAuthorization.name}`, authorization_type: 7 } })],
])('a genesis with %s is refused', (_, json) => expect(() => validateGenesis(world().keeper, json)).toThrow(GenesisError));
