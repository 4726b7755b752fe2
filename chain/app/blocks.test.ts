// Blocks and the check state: sequences in the mempool, recheck, blocks without commit, heights, unordered transactions, retention.
import { expect, test } from 'vitest';
import { blockRetentionHeight } from '../baseapp/commit.ts';
import { parseDecCoins } from '../core/dec-coins.ts';
import { toHex } from '../encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../encoding/time.ts';
import { DENOM, type DevChain, devChain, registry, sendMsg, signDirect, type TestAccount } from './testing/dev-chain.ts';

const EMPTY = new Uint8Array(0);
const pair = (chain: DevChain): [TestAccount, TestAccount] => chain.accounts as unknown as [TestAccount, TestAccount];
const request = (chain: DevChain, height: bigint, txs: readonly Uint8Array[] = []) => ({
  txs,
  decidedLastCommit: { round: 0, votes: [] },
  misbehavior: [],
  hash: EMPTY,
  height,
  time: chain.time + NANOS_PER_SECOND,
  nextValidatorsHash: EMPTY,
  proposerAddress: EMPTY,
});

test('the mempool takes transactions that follow each other, and rechecks them after a block', async () => {
  const chain = await devChain({ accounts: 2 });
  await chain.block();
  const [a, b] = pair(chain);
  const tx = (sequence: number): Promise<Uint8Array> => signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence });
  const [t0, t1] = [await tx(0), await tx(1)];
  expect((await chain.check(t1)).code).toBe(32);
  expect((await chain.check(t0)).code).toBe(0);
  expect((await chain.check(t1)).code).toBe(0);
  await chain.block([t0]);
  expect((await chain.check(t1, 1)).code).toBe(0);
  expect((await chain.check(t0, 1)).code).toBe(32);
});

test('a fee below the minimum is refused by this node, not by the chain', async () => {
  const chain = await devChain({ accounts: 2, minGasPrices: parseDecCoins(`0.025${DENOM}`) });
  await chain.block();
  const [a, b] = pair(chain);
  const tx = await signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence: 0, gas: 100_000, fee: '2499' });
  expect(await chain.check(tx)).toMatchObject({ code: 13, log: `insufficient fees; got: 2499${DENOM} required: 2500${DENOM}: insufficient fee` });
  expect((await chain.block([tx])).txResults[0]?.code).toBe(0);
});

test('a block that was executed and not committed gives way to another', async () => {
  const chain = await devChain({ accounts: 2 });
  await chain.block();
  const [a, b] = pair(chain);
  const tx = await signDirect(a, [sendMsg(a.address, b.address, '77')], { accountNumber: 0, sequence: 0 });
  const empty = await chain.app.finalizeBlock(request(chain, 2n));
  const full = await chain.app.finalizeBlock(request(chain, 2n, [tx]));
  expect(toHex(full.appHash)).not.toBe(toHex(empty.appHash));
  expect(toHex((await chain.app.finalizeBlock(request(chain, 2n))).appHash)).toBe(toHex(empty.appHash));
  await chain.app.commit();
  expect(toHex((await chain.app.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' })).lastBlockAppHash)).toBe(toHex(empty.appHash));
});

test('heights follow each other; Commit follows FinalizeBlock', async () => {
  const chain = await devChain({ accounts: 1 });
  await expect(chain.app.finalizeBlock(request(chain, 5n))).rejects.toThrow('invalid height: 5; expected: 1');
  await chain.block();
  await expect(chain.app.commit()).rejects.toThrow('before FinalizeBlock');
});

test('the same blocks give the same app hashes', async () => {
  const run = async (): Promise<string[]> => {
    const chain = await devChain({ accounts: 2 });
    const [a, b] = pair(chain);
    const hashes: string[] = [];
    for (let i = 0; i < 3; i++) {
      const tx = await signDirect(a, [sendMsg(a.address, b.address, '5')], { accountNumber: 0, sequence: i, fee: '3' });
      hashes.push(toHex((await chain.block([tx])).appHash));
    }
    return hashes;
  };
  expect(await run()).toEqual(await run());
});

test('unordered transactions: any order, once, within ten minutes', async () => {
  const chain = await devChain({ accounts: 2 });
  await chain.block();
  const [a, b] = pair(chain);
  const { encodePubkey, makeAuthInfoBytes, makeSignDoc } = await import('@cosmjs/proto-signing');
  const { TxBody, TxRaw } = await import('../../proto/gen/cosmos/tx/v1beta1.ts');
  const unordered = async (secondsAhead: bigint, sequence = 0): Promise<Uint8Array> => {
    const messages = [
      { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: registry.encode(sendMsg(a.address, b.address, '1') as Parameters<typeof registry.encode>[0]) },
    ];
    const bodyBytes = TxBody.encode(TxBody.from({ messages, unordered: true, timeoutTimestamp: chain.time + secondsAhead * NANOS_PER_SECOND }));
    const pubkey = encodePubkey({ type: 'tendermint/PubKeySecp256k1', value: Buffer.from(a.pubkey).toString('base64') });
    const auth = makeAuthInfoBytes([{ pubkey, sequence }], [], 200_000, undefined, undefined);
    const { signature } = await a.wallet.signDirect(a.address, makeSignDoc(bodyBytes, auth, chain.app.chainId, 0));
    return TxRaw.encode({ bodyBytes, authInfoBytes: auth, signatures: [Buffer.from(signature.signature, 'base64')] });
  };
  const [x, y] = [await unordered(60n), await unordered(61n)];
  const far = await unordered(700n);
  const numbered = await unordered(62n, 1);
  const { txResults } = await chain.block([y, x, x, far, numbered]);
  expect(txResults.map((r) => r.code)).toEqual([0, 0, 18, 18, 18]);
  expect(txResults[2]?.log).toMatch(/failed to add unordered nonce: sender .* has already used timeout/);
  expect(txResults[3]?.log).toBe('unordered tx ttl exceeds 10m0s: invalid request');
  // Sequences stand still, and the nonces go when their time is over.
  const account = chain.app.keepers.accounts.get(chain.app.queryContext(0n), chain.app.addresses.toBytes(a.address));
  expect(account?.base.sequence).toBe(0n);
  const nonces = (): number => [...chain.app.options.store.kvStore('acc').iterate(Uint8Array.of(90), Uint8Array.of(91))].length;
  expect(nonces()).toBe(2);
  for (let i = 0; i < 13; i++) await chain.block();
  expect(nonces()).toBe(0);
});

test('blocks to keep: the smallest of all windows, 0 where one of them reaches the beginning', () => {
  const w = (minRetainBlocks: bigint, evidenceMaxAgeNumBlocks = 0n, snapshotRetentionHeights = 0n) => ({
    minRetainBlocks,
    evidenceMaxAgeNumBlocks,
    snapshotRetentionHeights,
  });
  expect(blockRetentionHeight(1000n, w(0n, 100n))).toBe(0n);
  expect(blockRetentionHeight(1000n, w(400n))).toBe(600n);
  expect(blockRetentionHeight(1000n, w(400n, 500n))).toBe(500n);
  expect(blockRetentionHeight(1000n, w(400n, 500n, 600n))).toBe(400n);
  expect(blockRetentionHeight(1000n, w(1000n))).toBe(0n);
  expect(blockRetentionHeight(1000n, w(400n, 5000n))).toBe(0n);
});

test('simulation: gas without a limit, nothing kept, errors as they are', async () => {
  const chain = await devChain({ accounts: 2 });
  await chain.block();
  const [a, b] = pair(chain);
  const tx = await signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence: 0, gas: 1 });
  const one = chain.app.simulate(tx);
  expect([one.error, one.gas.gasWanted]).toEqual([undefined, 18446744073709551615n]);
  expect(chain.app.simulate(tx).gas).toEqual(one.gas);
  const late = await signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence: 4 });
  expect(chain.app.simulate(late).error?.message).toBe('account sequence mismatch, expected 0, got 4: incorrect account sequence');
});

test('vote extensions: refused where they are off, empty where they are on', async () => {
  const ask = {
    hash: EMPTY,
    height: 2n,
    time: 0n,
    txs: [],
    proposedLastCommit: { round: 0, votes: [] },
    misbehavior: [],
    nextValidatorsHash: EMPTY,
    proposerAddress: EMPTY,
  };
  const off = await devChain({ accounts: 1 });
  await off.block();
  await expect(off.app.extendVote(ask)).rejects.toThrow('vote extensions are not enabled; unexpected call to ExtendVote at height 2');
  const on = await devChain({ accounts: 1, extensionsFrom: 2n });
  await on.block();
  expect(await on.app.extendVote(ask)).toEqual({ voteExtension: EMPTY });
  expect(await on.app.verifyVoteExtension({ hash: EMPTY, height: 2n, validatorAddress: EMPTY, voteExtension: Uint8Array.of(1) })).toEqual({ status: 1 });
});

test('transactions are judged in the order they came, however long their signatures take', async () => {
  let calls = 0;
  // The first batch takes longest.
  const verifyBatch = async (items: readonly unknown[]): Promise<boolean[]> => {
    for (let turns = calls++ === 0 ? 20 : 0; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    return items.map(() => true);
  };
  const chain = await devChain({ accounts: 2, verifyBatch });
  await chain.block();
  const [a, b] = pair(chain);
  const txs = await Promise.all([0, 1, 2].map((sequence) => signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence })));
  const first = chain.check(txs[0] as Uint8Array);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = txs.slice(1).map((tx) => chain.check(tx));
  expect((await Promise.all([first, ...rest])).map((r) => r.code)).toEqual([0, 0, 0]);
  expect(calls).toBeGreaterThan(1);
});
