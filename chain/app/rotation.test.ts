// Validators change their keys, through whole blocks: what the engine is told, whom votes and evidence belong to, what may not be done.
import { beforeEach, describe, expect, test } from 'vitest';
import { PubKey as Ed25519Key } from '../../proto/gen/cosmos/crypto/ed25519.ts';
import { MsgRotateConsPubKey } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { MsgUpdateParams } from '../../proto/gen/trellis/rotation/v1.ts';
import type { ExecTxResult, Misbehavior } from '../abci/application.ts';
import { type AccountKey, accountKeyAddress } from '../crypto/account-key.ts';
import { currentSigner, signSecp256k1 } from '../crypto/signatures.ts';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../encoding/time.ts';
import { installNative } from '../native/install.ts';
import { openCommitMultiStore } from '../store/multistore.ts';
import { anyOf, signDirect } from '../tx/build.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import type { PublicKey } from '../types/public-key.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { composeModules, createTrellisApp, type TrellisApp } from './app.ts';
import { exportApp } from './export.ts';
import { defaultAppState, validateAppState } from './genesis.ts';
import { addGenesisStakes } from './genesis-stake.ts';
import { checkInvariants } from './invariants/check.ts';
import { STORE_NAMES } from './store-names.ts';

installNative();
const CHAIN_ID = 'rotation-1';
const FEE = 1_000_000n;
const UNBONDING_SECONDS = 100n;
const EMPTY = new Uint8Array(0);
const { addresses, modules } = composeModules('trellis');

const engineKey = (n: number): PublicKey => ({ case: 'ed25519', value: new Uint8Array(32).fill(n) });
const anyKey = (k: PublicKey): { readonly typeUrl: string; readonly value: Uint8Array } => anyOf(Ed25519Key, { key: k.value });
const secrets = [1, 2].map((n) => new Uint8Array(32).fill(n));
const publicKeys = secrets.map((s): AccountKey => ({ type: 'secp256k1', bytes: currentSigner().secp256k1PublicKey(s) }));
const operators = publicKeys.map(accountKeyAddress);
const operatorText = (i: number): string => addresses.validators.toString(operators[i] as Uint8Array);

interface Chain {
  readonly app: TrellisApp;
  /** Of the engine, by address: what it was told so far, the last updates not yet in force. */
  block(o?: { txs?: Uint8Array[]; misbehavior?: Misbehavior[] }): Promise<{ readonly told: string[]; readonly results: readonly ExecTxResult[] }>;
  rotate(i: number, to: PublicKey): Promise<Uint8Array>;
}

/** An engine that applies updates two heights later, as CometBFT does, and votes with whom it has. */
async function chain(state: unknown): Promise<Chain> {
  const app = createTrellisApp({ store: await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES }), chainId: CHAIN_ID });
  const init = { time: 0n, chainId: CHAIN_ID, consensusParams: DEFAULT_CONSENSUS_PARAMS, validators: [], initialHeight: 1n };
  const { validators } = await app.initChain({ ...init, appStateBytes: utf8(JSON.stringify(state)) });
  const apply = (set: ReadonlyMap<string, bigint>, updates: typeof validators): Map<string, bigint> => {
    const next = new Map(set);
    for (const u of updates) {
      const key = toHex(u.pubKey.value);
      // CometBFT stops for one that it does not have.
      if (u.power === 0n && !next.delete(key)) throw new Error(`the engine has no validator ${key}`);
      if (u.power > 0n) next.set(key, u.power);
    }
    return next;
  };
  let [last, current]: ReadonlyMap<string, bigint>[] = [new Map(), apply(new Map(), validators)];
  let next = current as ReadonlyMap<string, bigint>;
  return {
    app,
    async block({ txs = [], misbehavior = [] } = {}) {
      const height = app.lastHeight + 1n;
      const votes = [...(last as ReadonlyMap<string, bigint>)].map(([key, power]) => ({
        validator: { address: addressOfKey({ case: 'ed25519', value: Uint8Array.from(Buffer.from(key, 'hex')) }), power },
        blockIdFlag: 2,
      }));
      const r = await app.finalizeBlock({
        txs,
        decidedLastCommit: { round: 0, votes },
        misbehavior,
        hash: EMPTY,
        height,
        time: height * 5n * NANOS_PER_SECOND,
        nextValidatorsHash: EMPTY,
        proposerAddress: EMPTY,
      });
      await app.commit();
      [last, current] = [current as ReadonlyMap<string, bigint>, next];
      next = apply(next, r.validatorUpdates);
      expect(checkInvariants(app.keepers, app.queryContext(0n))).toEqual([]);
      return { told: r.validatorUpdates.map((u) => `${u.pubKey.value[0]}@${u.power}`), results: r.txResults };
    },
    async rotate(i, to) {
      const base = app.keepers.accounts.get(app.queryContext(0n), operators[i] as Uint8Array)?.base;
      const message = anyOf(MsgRotateConsPubKey, { validatorAddress: operatorText(i), newPubkey: anyKey(to) });
      const signer = {
        publicKey: publicKeys[i] as AccountKey,
        chainId: CHAIN_ID,
        accountNumber: base?.accountNumber ?? 0n,
        sequence: base?.sequence ?? 0n,
        sign: (m: Uint8Array) => signSecp256k1(secrets[i] as Uint8Array, m),
      };
      return signDirect({ messages: [message], fee: [], gasLimit: 400_000n }, [signer]);
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
function genesis(): any {
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = { ...defaultAppState(modules) } as any;
  addGenesisStakes(
    state,
    'trellis',
    operators.map((operator, i) => ({ operator, pubKey: engineKey(i + 1), moniker: `v${i}`, tokens: BigInt(10 * (i + 1)) * 1_000_000n })),
  );
  state.staking.params.unbonding_time = `${UNBONDING_SECONDS}s`;
  state.slashing.params.signed_blocks_window = '20';
  Object.assign(state.mint, { minter: { inflation: '0', annual_provisions: '0' } });
  Object.assign(state.mint.params, { inflation_max: '0', inflation_min: '0' });
  for (const o of operators) state.bank.balances.push({ address: addresses.toString(o), coins: [{ denom: 'utrel', amount: '5000000' }] });
  state.bank.supply = [];
  for (const [i, o] of operators.entries()) {
    const account = { address: addresses.toString(o), pub_key: null, account_number: String(i), sequence: '0' };
    state.auth.accounts.push({ '@type': '/cosmos.auth.v1beta1.BaseAccount', ...account });
  }
  validateAppState(modules, state);
  return state;
}

let c: Chain;
beforeEach(async () => {
  c = await chain(genesis());
  await c.block();
  await c.block();
});

const codes = (r: { readonly results: readonly ExecTxResult[] }): (string | number)[][] => r.results.map((x) => (x.code === 0 ? [] : [x.codespace, x.code]));
const signingAddresses = (): string[] => [...c.app.keepers.slashing.signingInfos.walk(c.app.queryContext(0n))].map(([a]) => toHex(a)).sort();
const addressText = (n: number): string => toHex(addressOfKey(engineKey(n)));

test('the engine is told at once, the state follows when the new key signs, and power, votes and rewards go on', async () => {
  const { app } = c;
  const supply = app.keepers.supply.supply(app.queryContext(0n), 'utrel');
  const told = await c.block({ txs: [await c.rotate(0, engineKey(9))] });
  expect(codes(told)).toEqual([[]]);
  expect(told.told).toEqual(['1@0', '9@10']);
  expect(
    told.results[0]?.events
      .find((e) => e.type === 'rotate_cons_pubkey')
      ?.attributes.map((a) => a.key)
      .slice(0, 5),
  ).toEqual(['validator', 'old_cons_addr', 'new_cons_addr', 'apply_height', 'maturity_time']);
  expect(supply - app.keepers.supply.supply(app.queryContext(0n), 'utrel')).toBe(FEE);
  expect((await c.block()).told).toEqual([]);
  expect(signingAddresses()).toEqual([addressText(1), addressText(2)].sort());
  expect((await c.block()).told).toEqual([]);
  expect(signingAddresses()).toEqual([addressText(9), addressText(2)].sort());
  // The new key's votes are counted: the window goes on where it was.
  const before = app.keepers.slashing.signingInfo(app.queryContext(0n), addressOfKey(engineKey(9)))?.indexOffset ?? 0n;
  for (let i = 0; i < 3; i++) await c.block();
  const info = app.keepers.slashing.signingInfo(app.queryContext(0n), addressOfKey(engineKey(9)));
  expect(info).toMatchObject({ indexOffset: before + 3n, missedBlocksCounter: 0n });
  expect(app.keepers.staking.validatorByConsAddr(app.queryContext(0n), addressOfKey(engineKey(1)))).toBeUndefined();
  expect(app.keepers.staking.lastValidatorPower.get(app.queryContext(0n), operators[0] as Uint8Array)).toBe(10n);
});

describe('what may not be done', () => {
  test('a key that another has, or comes to, or has left; a second time; somebody else; a wrong key', async () => {
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(2))] }))).toEqual([['staking', 46]]);
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(1))] }))).toEqual([['staking', 46]]);
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(9)), await c.rotate(1, engineKey(9))] }))).toEqual([[], ['staking', 46]]);
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(8)), await c.rotate(1, engineKey(1))] }))).toEqual([
      ['staking', 47],
      ['staking', 46],
    ]);
    for (let i = 0; i < 3; i++) await c.block();
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(8)), await c.rotate(1, engineKey(1))] }))).toEqual([
      ['staking', 47],
      ['staking', 46],
    ]);
    const short = { case: 'ed25519', value: new Uint8Array(31) } as const;
    expect(codes(await c.block({ txs: [await c.rotate(1, short)] }))).toEqual([['sdk', 8]]);
  });

  test('after the unbonding time everything is free again', async () => {
    await c.block({ txs: [await c.rotate(0, engineKey(9))] });
    for (let i = 0; i < Number(UNBONDING_SECONDS) / 5; i++) await c.block();
    const ctx = c.app.queryContext(0n);
    const { rotation } = c.app.keepers;
    expect([[...rotation.queue.walk(ctx)], [...rotation.rotated.walk(ctx)], [...rotation.locked.walk(ctx)], [...rotation.pending.walk(ctx)]]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(codes(await c.block({ txs: [await c.rotate(0, engineKey(1))] }))).toEqual([[]]);
  });

  test('the fee cannot be paid', async () => {
    const { app } = c;
    const authority = addresses.toString(app.keepers.accounts.moduleAddress('gov') as Uint8Array);
    const keyRotationFee = { denom: 'utrel', amount: '5000001' };
    const ctx = app.queryContext(0n).branch().ctx;
    const execute = (name: string, m: object): unknown => app.options.messages.execute(ctx, `/${name}`, m);
    expect(() => execute(MsgUpdateParams.name, { authority: 'x', params: { keyRotationFee } })).toThrow(/invalid authority/);
    expect(() => execute(MsgUpdateParams.name, { authority, params: { keyRotationFee: { denom: 'utrel', amount: '-1' } } })).toThrow(/negative/);
    execute(MsgUpdateParams.name, { authority, params: { keyRotationFee } });
    const message = { validatorAddress: operatorText(0), newPubkey: anyKey(engineKey(9)) };
    expect(() => execute(MsgRotateConsPubKey.name, message)).toThrow(/5000000utrel is smaller than 5000001utrel: insufficient funds/);
  });

  test('nobody and no key', () => {
    const ctx = c.app.queryContext(0n).branch().ctx;
    const execute = (m: object): unknown => c.app.options.messages.execute(ctx, `/${MsgRotateConsPubKey.name}`, m);
    const newPubkey = anyKey(engineKey(9));
    expect(() => execute({ validatorAddress: 'x', newPubkey })).toThrow(/invalid validator address/);
    expect(() => execute({ validatorAddress: addresses.validators.toString(new Uint8Array(20)), newPubkey })).toThrow(/validator does not exist/);
    expect(() => execute({ validatorAddress: operatorText(0), newPubkey: undefined })).toThrow(/got <nil>/);
    const secp = { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: newPubkey.value };
    expect(() => execute({ validatorAddress: operatorText(0), newPubkey: secp })).toThrow(/validator pubkey type is not supported/);
  });
});

describe('a validator that is punished while its key is on its way', () => {
  const wrong = (n: number, height: bigint): Misbehavior => ({
    type: 1,
    validator: { address: addressOfKey(engineKey(n)), power: 10n },
    height,
    time: height * 5n * NANOS_PER_SECOND,
    totalVotingPower: 30n,
  });

  test.each([0, 1, 2, 3, 6])('%i blocks after the rotation, for what the old key signed before it', async (later) => {
    const { told } = await c.block({ txs: [await c.rotate(0, engineKey(9))], misbehavior: later === 0 ? [wrong(1, 2n)] : [] });
    // Jailed in the block that tells the engine: it never hears of the new key.
    expect(told).toEqual(later === 0 ? ['1@0'] : ['1@0', '9@10']);
    for (let i = 1; i < later; i++) await c.block();
    if (later > 0) expect((await c.block({ misbehavior: [wrong(1, 2n)] })).told).toEqual(['9@0']);
    for (let i = 0; i < 4; i++) await c.block();
    const ctx = c.app.queryContext(0n);
    const current = addressOfKey(engineKey(9));
    expect(c.app.keepers.staking.validatorByConsAddr(ctx, current)).toMatchObject({ jailed: true, tokens: 9_500_000n });
    expect(c.app.keepers.slashing.signingInfo(ctx, current)?.tombstoned).toBe(true);
    // Once is enough: the same deed under another name is known.
    await c.block({ misbehavior: [wrong(1, 2n), wrong(9, 2n)] });
    expect(c.app.keepers.staking.validatorByConsAddr(c.app.queryContext(0n), current)?.tokens).toBe(9_500_000n);
  });
});

test('a genesis that cannot be right is refused', async () => {
  const record = {
    validator_address: operatorText(0),
    old_consensus_address: addresses.consensus.toString(new Uint8Array(20)),
    maturity_time: '2030-01-01T00:00:00Z',
  };
  const key = { '@type': '/cosmos.crypto.ed25519.PubKey', key: Buffer.alloc(32, 9).toString('base64') };
  const pending = { validator_address: operatorText(0), new_pubkey: key, apply_height: '0' };
  const wrong: readonly [object, RegExp][] = [
    [{ rotations: [record, record] }, /rotates twice/],
    [{ rotations: [{ ...record, validator_address: 'x' }] }, /the rotation of x/],
    [{ rotations: [{ ...record, old_consensus_address: '' }] }, /the rotation of/],
    [{ pending: [pending] }, /has no record/],
    [{ rotations: [record], pending: [{ ...pending, apply_height: '7' }] }, /has a height/],
    [{ rotations: [record], pending: [{ ...pending, new_pubkey: null }] }, /lacks its key/],
    [{ rotations: [record], pending: [{ ...pending, new_pubkey: { ...key, key: 'AAAA' } }] }, /the new key of/],
    [{ params: { key_rotation_fee: { denom: '', amount: '1' } } }, /invalid denom/],
  ];
  for (const [part, why] of wrong) {
    const state = genesis();
    Object.assign(state.rotation, part);
    expect(() => validateAppState(modules, state)).toThrow(why);
    await expect(chain(state)).rejects.toThrow(why);
  }
});

test('an export in the midst of a rotation: the new chain tells its engine again', async () => {
  await c.block({ txs: [await c.rotate(0, engineKey(9))] });
  await c.block();
  const { appState } = exportApp(c.app);
  expect(appState.rotation).toMatchObject({ rotations: [{ validator_address: operatorText(0) }], pending: [{ apply_height: '0' }] });
  const again = await chain(appState);
  expect((await again.block()).told).toEqual(['1@0', '9@10']);
  await again.block();
  await again.block();
  const { staking, rotation } = again.app.keepers;
  const ctx = again.app.queryContext(0n);
  expect(staking.validatorByConsAddr(ctx, addressOfKey(engineKey(9)))?.operatorAddress).toBe(operatorText(0));
  expect([...rotation.pending.walk(ctx)]).toEqual([]);
  expect(toHex(rotation.currentAddress(ctx, addressOfKey(engineKey(1))))).toBe(addressText(9));
});
