// Each message's every refusal, with the codespace and code of the reference (sdk:x/staking/keeper/msg_server.go and what it calls).
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { anyOfAccountKey } from '../../chain/tx/public-key.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../chain/types/consensus-params.ts';
import {
  MsgBeginRedelegate,
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgEditValidator,
  MsgUndelegate,
  MsgUpdateParams,
} from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { registerMessages } from './msg-server.ts';
import { defaultParams } from './params.ts';
import { AUTHORITY, DENOM, type TestStaking, testStaking } from './testing/keepers.ts';

const DAY = 86_400n * 1_000_000_000n;
const HEIGHT = 10n;
const account = (n: number): Uint8Array => new Uint8Array(20).fill(n);
const key = (n: number, length = 32): MsgCreateValidator['pubkey'] => anyOfAccountKey({ type: 'ed25519', bytes: new Uint8Array(length).fill(n) });
const dec = (text: string): string => Dec.toWire(Dec.parse(text));
const coin = (amount: bigint | string, denom = DENOM): { denom: string; amount: string } => ({ denom, amount: String(amount) });

interface World extends TestStaking {
  readonly ctx: Context;
  send<T>(codec: Codec<T>, msg: T, ctx?: Context): void;
  readonly owner: (n: number) => string;
  readonly operator: (n: number) => string;
}

function world(): World {
  const s = testStaking();
  const handlers = new Map<unknown, (ctx: Context, msg: never) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, s.keeper);
  for (let n = 1; n <= 9; n++) s.purse.give(account(n), 10n ** 12n);
  const ctx = s.at(HEIGHT, 2n * DAY).with({ consensusParams: DEFAULT_CONSENSUS_PARAMS });
  const send = <T>(codec: Codec<T>, msg: T, at: Context = ctx): void => void handlers.get(codec)?.(at, msg as never);
  const owner = (n: number): string => s.addresses.toString(account(n));
  const operator = (n: number): string => s.addresses.validators.toString(account(n));
  const w: World = { ...s, ctx, send, owner, operator };
  send(MsgCreateValidator, create(w, 1));
  send(MsgCreateValidator, create(w, 2));
  s.keeper.applyValidatorSetUpdates(ctx);
  send(MsgDelegate, delegate(w, 3, 1, 1000n));
  return w;
}

function create(w: Pick<World, 'operator'>, n: number, part: Partial<MsgCreateValidator> = {}): MsgCreateValidator {
  return MsgCreateValidator.from({
    description: { moniker: 'm', identity: '', website: '', securityContact: '', details: '' },
    commission: { rate: dec('0.1'), maxRate: dec('0.2'), maxChangeRate: dec('0.01') },
    minSelfDelegation: '1000',
    validatorAddress: w.operator(n),
    pubkey: key(n),
    value: coin(5_000_000n),
    ...part,
  });
}
const delegate = (w: World, from: number, to: number, amount: bigint): MsgDelegate => ({
  delegatorAddress: w.owner(from),
  validatorAddress: w.operator(to),
  amount: coin(amount),
});
const edit = (w: World, part: Partial<MsgEditValidator>, n = 1): MsgEditValidator =>
  MsgEditValidator.from({
    description: { moniker: '[do-not-modify]', identity: '', website: '', securityContact: '', details: '' },
    validatorAddress: w.operator(n),
    ...part,
  });
const redelegate = (w: World, from: number, src: number, dst: number, amount: bigint): MsgBeginRedelegate => ({
  delegatorAddress: w.owner(from),
  validatorSrcAddress: w.operator(src),
  validatorDstAddress: w.operator(dst),
  amount: coin(amount),
});
const rates = (rate: string, maxRate: string, maxChangeRate: string): MsgCreateValidator['commission'] => ({
  rate: dec(rate),
  maxRate: dec(maxRate),
  maxChangeRate: dec(maxChangeRate),
});
const params = (part: object): MsgUpdateParams => ({ authority: AUTHORITY, params: { ...defaultParams(DENOM), ...part } });
const cancel = (w: World, part: Partial<MsgCancelUnbondingDelegation>): MsgCancelUnbondingDelegation => ({
  delegatorAddress: w.owner(3),
  validatorAddress: w.operator(1),
  amount: coin(10n),
  creationHeight: HEIGHT,
  ...part,
});

/** All tokens of a validator are gone, its shares are not. */
function ruin(w: World, n: number): void {
  const v = w.keeper.existingValidator(w.ctx, account(n));
  w.keeper.setValidator(w.ctx, { ...v, tokens: 0n });
}

type Case = readonly [string, string, number, (w: World) => void];

const CASES: readonly Case[] = [
  ['create: no operator', 'sdk', 7, (w) => w.send(MsgCreateValidator, create(w, 4, { validatorAddress: w.owner(4) }))],
  ['create: no key', 'staking', 39, (w) => w.send(MsgCreateValidator, create(w, 4, { pubkey: undefined }))],
  ['create: nothing staked', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { value: coin(0n) }))],
  ['create: a negative stake', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { value: coin(-5n) }))],
  ['create: no amount at all', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { value: coin('') }))],
  [
    'create: empty description',
    'sdk',
    18,
    (w) => w.send(MsgCreateValidator, create(w, 4, { description: { moniker: '', identity: '', website: '', securityContact: '', details: '' } })),
  ],
  ['create: no commission', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: { rate: '', maxRate: '', maxChangeRate: '' } }))],
  ['create: negative largest commission', 'staking', 9, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('0', '-0.1', '0') }))],
  ['create: negative commission', 'staking', 9, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('-0.1', '0.1', '0') }))],
  ['create: commission over everything', 'staking', 10, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('0', '1.1', '0') }))],
  ['create: commission over its largest', 'staking', 11, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('0.3', '0.2', '0') }))],
  ['create: negative change', 'staking', 13, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('0.1', '0.2', '-0.1') }))],
  ['create: change over the largest', 'staking', 14, (w) => w.send(MsgCreateValidator, create(w, 4, { commission: rates('0.1', '0.2', '0.3') }))],
  ['create: no promise', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { minSelfDelegation: '0' }))],
  ['create: less than promised', 'staking', 16, (w) => w.send(MsgCreateValidator, create(w, 4, { minSelfDelegation: '9999999' }))],
  [
    'create: below the least commission',
    'staking',
    40,
    (w) => {
      w.keeper.params.set(w.ctx, { ...defaultParams(DENOM), minCommissionRate: dec('0.15') });
      w.send(MsgCreateValidator, create(w, 4));
    },
  ],
  ['create: again', 'staking', 4, (w) => w.send(MsgCreateValidator, create(w, 1))],
  ['create: with the key of another', 'staking', 5, (w) => w.send(MsgCreateValidator, create(w, 4, { pubkey: key(1) }))],
  ['create: another coin', 'sdk', 18, (w) => w.send(MsgCreateValidator, create(w, 4, { value: coin(5_000_000n, 'atom') }))],
  [
    'create: a long name',
    'sdk',
    18,
    (w) => w.send(MsgCreateValidator, create(w, 4, { description: { moniker: 'm'.repeat(71), identity: '', website: '', securityContact: '', details: '' } })),
  ],
  [
    'create: a key that signs no blocks',
    'staking',
    6,
    (w) => w.send(MsgCreateValidator, create(w, 4, { pubkey: anyOfAccountKey({ type: 'secp256k1', bytes: new Uint8Array(33).fill(2) }) })),
  ],
  ['create: more than there is', 'sdk', 5, (w) => w.send(MsgCreateValidator, create(w, 4, { value: coin(10n ** 30n) }))],
  ['edit: no operator', 'sdk', 7, (w) => w.send(MsgEditValidator, edit(w, { validatorAddress: 'x' }))],
  [
    'edit: nothing',
    'sdk',
    18,
    (w) => w.send(MsgEditValidator, edit(w, { description: { moniker: '', identity: '', website: '', securityContact: '', details: '' } })),
  ],
  ['edit: promise of nothing', 'sdk', 18, (w) => w.send(MsgEditValidator, edit(w, { minSelfDelegation: '0' }))],
  ['edit: negative commission', 'sdk', 18, (w) => w.send(MsgEditValidator, edit(w, { commissionRate: dec('-0.1') }))],
  ['edit: commission over everything', 'sdk', 18, (w) => w.send(MsgEditValidator, edit(w, { commissionRate: dec('1.1') }))],
  [
    'edit: below the least commission',
    'sdk',
    18,
    (w) => {
      w.keeper.params.set(w.ctx, { ...defaultParams(DENOM), minCommissionRate: dec('0.15') });
      w.send(MsgEditValidator, edit(w, { commissionRate: dec('0.11') }));
    },
  ],
  ['edit: of nobody', 'staking', 3, (w) => w.send(MsgEditValidator, edit(w, {}, 7))],
  [
    'edit: long details',
    'sdk',
    18,
    (w) => w.send(MsgEditValidator, edit(w, { description: { moniker: '', identity: '', website: '', securityContact: '', details: 'd'.repeat(281) } })),
  ],
  ['edit: commission twice in a day', 'staking', 12, (w) => w.send(MsgEditValidator, edit(w, { commissionRate: dec('0.1') }))],
  ['edit: commission over its largest', 'staking', 11, (w) => w.send(MsgEditValidator, edit(w, { commissionRate: dec('0.3') }), w.at(11n, 9n * DAY))],
  ['edit: commission up too fast', 'staking', 15, (w) => w.send(MsgEditValidator, edit(w, { commissionRate: dec('0.15') }), w.at(11n, 9n * DAY))],
  ['edit: a smaller promise', 'staking', 17, (w) => w.send(MsgEditValidator, edit(w, { minSelfDelegation: '1000' }))],
  ['edit: a promise of more than there is', 'staking', 16, (w) => w.send(MsgEditValidator, edit(w, { minSelfDelegation: '99000000' }))],
  ['delegate: no validator address', 'sdk', 7, (w) => w.send(MsgDelegate, { ...delegate(w, 3, 1, 5n), validatorAddress: '' })],
  ['delegate: no delegator address', 'sdk', 7, (w) => w.send(MsgDelegate, { ...delegate(w, 3, 1, 5n), delegatorAddress: w.operator(1) })],
  ['delegate: nothing', 'sdk', 18, (w) => w.send(MsgDelegate, delegate(w, 3, 1, 0n))],
  ['delegate: no denomination', 'sdk', 18, (w) => w.send(MsgDelegate, { ...delegate(w, 3, 1, 5n), amount: coin(5n, '') })],
  ['delegate: to nobody', 'staking', 3, (w) => w.send(MsgDelegate, delegate(w, 3, 7, 5n))],
  ['delegate: another coin', 'sdk', 18, (w) => w.send(MsgDelegate, { ...delegate(w, 3, 1, 5n), amount: coin(5n, 'atom') })],
  [
    'delegate: to a ruin',
    'staking',
    34,
    (w) => {
      ruin(w, 1);
      w.send(MsgDelegate, delegate(w, 3, 1, 5n));
    },
  ],
  ['delegate: more than there is', 'sdk', 5, (w) => w.send(MsgDelegate, delegate(w, 3, 1, 10n ** 30n))],
  ['undelegate: from nobody', 'staking', 3, (w) => w.send(MsgUndelegate, delegate(w, 3, 7, 5n))],
  ['undelegate: what is not there', 'staking', 19, (w) => w.send(MsgUndelegate, delegate(w, 4, 1, 5n))],
  ['undelegate: too much', 'sdk', 18, (w) => w.send(MsgUndelegate, delegate(w, 3, 1, 1001n))],
  ['undelegate: another coin', 'sdk', 18, (w) => w.send(MsgUndelegate, { ...delegate(w, 3, 1, 5n), amount: coin(5n, 'atom') })],
  ['undelegate: nothing', 'sdk', 18, (w) => w.send(MsgUndelegate, delegate(w, 3, 1, 0n))],
  [
    'undelegate: from a ruin',
    'staking',
    22,
    (w) => {
      ruin(w, 1);
      w.send(MsgUndelegate, delegate(w, 3, 1, 5n));
    },
  ],
  [
    'undelegate: too often',
    'staking',
    27,
    (w) => {
      for (let i = 0n; i < 8n; i++) w.send(MsgUndelegate, delegate(w, 3, 1, 5n), w.at(HEIGHT + i, 2n * DAY + i));
    },
  ],
  ['redelegate: to the same', 'staking', 29, (w) => w.send(MsgBeginRedelegate, redelegate(w, 3, 1, 1, 5n))],
  ['redelegate: to nobody', 'staking', 31, (w) => w.send(MsgBeginRedelegate, redelegate(w, 3, 1, 7, 5n))],
  ['redelegate: from nobody', 'staking', 3, (w) => w.send(MsgBeginRedelegate, redelegate(w, 3, 7, 1, 5n))],
  [
    'redelegate: on from where it came',
    'staking',
    32,
    (w) => {
      w.send(MsgBeginRedelegate, redelegate(w, 3, 1, 2, 5n));
      w.send(MsgBeginRedelegate, redelegate(w, 3, 2, 1, 5n));
    },
  ],
  [
    'redelegate: too often',
    'staking',
    33,
    (w) => {
      for (let i = 0; i < 8; i++) w.send(MsgBeginRedelegate, redelegate(w, 3, 1, 2, 5n));
    },
  ],
  [
    'redelegate: less than a token',
    'staking',
    30,
    (w) => {
      // Three tokens a share: a third of a share is a little less than a token.
      const v = w.keeper.existingValidator(w.ctx, account(1));
      w.keeper.setValidator(w.ctx, { ...v, tokens: v.tokens * 3n });
      w.send(MsgBeginRedelegate, redelegate(w, 3, 1, 2, 1n));
    },
  ],
  ['cancel: no height', 'sdk', 18, (w) => w.send(MsgCancelUnbondingDelegation, cancel(w, { creationHeight: 0n }))],
  ['cancel: another coin', 'sdk', 18, (w) => w.send(MsgCancelUnbondingDelegation, cancel(w, { amount: coin(1n, 'atom') }))],
  ['cancel: nothing', 'sdk', 18, (w) => w.send(MsgCancelUnbondingDelegation, cancel(w, { amount: coin(0n) }))],
  ['cancel: of nobody', 'staking', 3, (w) => w.send(MsgCancelUnbondingDelegation, cancel(w, { validatorAddress: w.operator(7) }))],
  ['cancel: what does not unbond', 'undefined', 1, (w) => w.send(MsgCancelUnbondingDelegation, cancel(w, {}))],
  [
    'cancel: to a ruin',
    'staking',
    34,
    (w) => {
      ruin(w, 1);
      w.send(MsgCancelUnbondingDelegation, cancel(w, {}));
    },
  ],
  [
    'cancel: to one in jail',
    'staking',
    7,
    (w) => {
      const v = w.keeper.existingValidator(w.ctx, account(1));
      w.keeper.setValidator(w.ctx, { ...v, jailed: true });
      w.send(MsgCancelUnbondingDelegation, cancel(w, {}));
    },
  ],
  [
    'cancel: of another height',
    'sdk',
    38,
    (w) => {
      w.send(MsgUndelegate, delegate(w, 3, 1, 100n));
      w.send(MsgCancelUnbondingDelegation, cancel(w, { creationHeight: 5n }));
    },
  ],
  [
    'cancel: more than unbonds',
    'sdk',
    18,
    (w) => {
      w.send(MsgUndelegate, delegate(w, 3, 1, 100n));
      w.send(MsgCancelUnbondingDelegation, cancel(w, { amount: coin(101n) }));
    },
  ],
  [
    'cancel: too late',
    'sdk',
    18,
    (w) => {
      w.send(MsgUndelegate, delegate(w, 3, 1, 100n));
      w.send(MsgCancelUnbondingDelegation, cancel(w, {}), w.at(20n, 90n * DAY));
    },
  ],
  ['parameters: by another', 'gov', 13, (w) => w.send(MsgUpdateParams, { ...params({}), authority: w.owner(1) })],
  ['parameters: no unbonding time', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ unbondingTime: 0n }))],
  ['parameters: no validators', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ maxValidators: 0 }))],
  ['parameters: no entries', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ maxEntries: 0 }))],
  ['parameters: no denomination', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ bondDenom: ' ' }))],
  ['parameters: a wrong denomination', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ bondDenom: '!' }))],
  ['parameters: least commission missing', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ minCommissionRate: '' }))],
  ['parameters: least commission negative', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ minCommissionRate: dec('-0.1') }))],
  ['parameters: least commission over everything', 'undefined', 1, (w) => w.send(MsgUpdateParams, params({ minCommissionRate: dec('1.1') }))],
];

test.each(CASES)('%s: %s %i', (_, codespace, code, run) => {
  const w = world();
  let got: unknown;
  try {
    run(w);
  } catch (e) {
    got = e;
  }
  expect(got).toBeInstanceOf(SdkError);
  expect([(got as SdkError).codespace, (got as SdkError).code]).toEqual([codespace, code]);
});

test('numbers that were left out are panics, as in the reference', () => {
  const w = world();
  expect(() => w.send(MsgCreateValidator, create(w, 4, { minSelfDelegation: '' }))).toThrow(/nil pointer/);
  expect(() => w.send(MsgCreateValidator, create(w, 4, { commission: { rate: dec('0.1'), maxRate: '', maxChangeRate: '' } }))).toThrow(/nil pointer/);
});
