// Proposals (F-21): what a proposer builds, and what others vote for.
import { expect, test } from 'vitest';
import type { PrepareProposalRequest, ProcessProposalRequest } from '../abci/application.ts';
import { protoFramedSize } from '../baseapp/framed-size.ts';
import { type DevChain, devChain, sendMsg, signDirect, type TestAccount } from './testing/dev-chain.ts';

const EMPTY = new Uint8Array(0);

async function setup(maxGas = -1n): Promise<{ chain: DevChain; pay: (sequence: number, gas?: number) => Promise<Uint8Array> }> {
  const chain = await devChain({ accounts: 2, maxGas });
  await chain.block();
  const [a, b] = chain.accounts as [TestAccount, TestAccount];
  return { chain, pay: (sequence, gas = 100_000) => signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence, gas }) };
}

const common = (chain: DevChain) => ({
  misbehavior: [],
  height: chain.app.lastHeight + 1n,
  time: chain.time,
  nextValidatorsHash: EMPTY,
  proposerAddress: EMPTY,
});
const prepare = async (chain: DevChain, txs: readonly Uint8Array[], maxTxBytes = 1_000_000n): Promise<readonly Uint8Array[]> => {
  const req: PrepareProposalRequest = { ...common(chain), maxTxBytes, txs, localLastCommit: { round: 0, votes: [] } };
  return (await chain.app.prepareProposal(req)).txs;
};
const accepted = async (chain: DevChain, txs: readonly Uint8Array[]): Promise<boolean> => {
  const req: ProcessProposalRequest = { ...common(chain), txs, proposedLastCommit: { round: 0, votes: [] }, hash: EMPTY };
  return (await chain.app.processProposal(req)).status === 1;
};

test('F-21: transactions that follow each other are taken and voted for', async () => {
  const { chain, pay } = await setup();
  const txs = [await pay(0), await pay(1), await pay(2)];
  expect(await prepare(chain, txs)).toEqual(txs);
  expect(await accepted(chain, txs)).toBe(true);
  expect(await accepted(chain, [])).toBe(true);
});

test('F-21: what does not decode is left out, and a block with it refused', async () => {
  const { chain, pay } = await setup();
  const good = await pay(0);
  const bad = Uint8Array.of(1, 2, 3);
  expect(await prepare(chain, [bad, good])).toEqual([good]);
  expect(await accepted(chain, [good, bad])).toBe(false);
});

test('F-21: sequences out of order are left out, and a block with them refused', async () => {
  const { chain, pay } = await setup();
  const [zero, one, two] = [await pay(0), await pay(1), await pay(2)];
  expect(await prepare(chain, [one, zero, two, one])).toEqual([zero, one]);
  expect(await accepted(chain, [one, zero])).toBe(false);
  expect(await accepted(chain, [zero, zero])).toBe(false);
  expect(await accepted(chain, [zero, two])).toBe(false);
});

test('F-21: bytes and gas stay within the block', async () => {
  const { chain, pay } = await setup(250_000n);
  const txs = [await pay(0), await pay(1), await pay(2)];
  const [first, second] = txs as [Uint8Array, Uint8Array];
  expect(await prepare(chain, txs)).toEqual([first, second]);
  expect(await accepted(chain, txs)).toBe(false);
  expect(await prepare(chain, txs, protoFramedSize(first))).toEqual([first]);
  expect(await prepare(chain, txs, protoFramedSize(first) - 1n)).toEqual([]);
});

test('the first block is proposed on the genesis state', async () => {
  const chain = await devChain({ accounts: 2 });
  const [a, b] = chain.accounts as [TestAccount, TestAccount];
  const tx = await signDirect(a, [sendMsg(a.address, b.address, '1')], { accountNumber: 0, sequence: 0 });
  expect(await prepare(chain, [tx])).toEqual([tx]);
  expect(await accepted(chain, [tx])).toBe(true);
  // Nothing of it is kept: the block runs as if nobody had looked.
  expect((await chain.block([tx])).txResults[0]?.code).toBe(0);
});

test('framed sizes are those of protobuf', () => {
  expect([0, 127, 128, 16_384].map((n) => protoFramedSize(new Uint8Array(n)))).toEqual([2n, 129n, 131n, 16_388n]);
});
