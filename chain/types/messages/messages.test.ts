import { expect, test } from 'vitest';
import { concatBytes } from '../../encoding/bytes.ts';
import { Writer } from '../../encoding/proto-wire.ts';
import { BitArray } from '../bit-array.ts';
import { commitCodec } from '../commit-codec.ts';
import { evidenceListCodec } from '../evidence.ts';
import { decodeBlocksyncMessage } from './blocksync.ts';
import { type ConsensusMessage, decodeConsensusMessage, encodeConsensusMessage, validateNewRoundStepHeight } from './consensus.ts';
import { decodeTxs, encodeTxs } from './mempool.ts';
import { decodeStatesyncMessage, encodeStatesyncMessage } from './statesync.ts';

const limits = { maxTxBytes: 100, maxBatchBytes: 1000 };
const bytes = (n: number): Uint8Array => new Uint8Array(n).fill(7);
const refused = expect.objectContaining({ name: 'TypesError' });

test('transactions come out one by one', () => {
  const txs = [bytes(1), bytes(100), bytes(3)];
  expect([...decodeTxs(encodeTxs(txs), limits)]).toEqual(txs);
  // Two Txs fields merge, as protobuf has it.
  expect([...decodeTxs(concatBytes(encodeTxs(txs), encodeTxs(txs)), limits)]).toEqual([...txs, ...txs]);
  expect(() => decodeTxs(encodeTxs([]), limits)).toThrow(/empty txs/);
  expect(() => decodeTxs(new Uint8Array(0), limits)).toThrow(/empty txs/);
  expect(() => decodeTxs(encodeTxs([bytes(1), bytes(0)]), limits)).toThrow(/empty transaction/);
  expect(() => decodeTxs(encodeTxs([bytes(101)]), limits)).toThrow(/max_tx_bytes/);
  expect(() => decodeTxs(encodeTxs(Array.from({ length: 11 }, () => bytes(100))), limits)).toThrow(/byte budget/);
  expect(() => decodeTxs(Uint8Array.of(10, 200, 1), limits)).toThrow(refused);
  expect(() => decodeTxs(Uint8Array.of(8, 1), limits)).toThrow(/wire type/);
});

test('F-16: a million transactions of one byte cost no memory before they are asked for', () => {
  const w = new Writer(3_000_100);
  const at = w.tag(1, 2).begin();
  for (let i = 0; i < 1_000_000; i++) w.tag(1, 2).bytes(Uint8Array.of(1));
  w.end(at);
  const message = w.finish();
  const before = process.memoryUsage().heapUsed;
  const all = decodeTxs(message, { maxTxBytes: 4_194_304, maxBatchBytes: 0 });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * message.length);
  let n = 0;
  for (const tx of all) n += tx.length;
  expect(n).toBe(1_000_000);
});

test('lists of tiny entries end at their limit', () => {
  const list = (field: number, n: number): Uint8Array => {
    const w = new Writer(2 * n);
    for (let i = 0; i < n; i++) w.tag(field, 2).bytes(new Uint8Array(0));
    return w.finish();
  };
  expect(() => commitCodec.decode(list(4, 10_001))).toThrow(/more than 10000/);
  expect(commitCodec.decode(list(4, 10_000)).signatures.length).toBe(10_000);
  expect(() => evidenceListCodec.decode(list(1, 1_000_000))).toThrow(/not recognized at byte 2/);
});

test('messages that no honest peer sends are refused', () => {
  const at = { height: 5n, round: 0 };
  const hash = bytes(32);
  const bad: [ConsensusMessage, RegExp][] = [
    [{ case: 'newRoundStep', value: { ...at, step: 9, secondsSinceStartTime: 0n, lastCommitRound: 0 } }, /Step/],
    [{ case: 'newRoundStep', value: { ...at, step: 0, secondsSinceStartTime: 0n, lastCommitRound: 0 } }, /Step/],
    [{ case: 'newRoundStep', value: { ...at, step: 1, secondsSinceStartTime: 0n, lastCommitRound: -2 } }, /LastCommitRound/],
    [{ case: 'newValidBlock', value: { ...at, blockPartSetHeader: { total: 2, hash }, blockParts: undefined, isCommit: false } }, /required/],
    [{ case: 'newValidBlock', value: { ...at, blockPartSetHeader: { total: 2, hash }, blockParts: new BitArray(3), isCommit: false } }, /not equal/],
    [{ case: 'newValidBlock', value: { ...at, blockPartSetHeader: { total: 1602, hash }, blockParts: new BitArray(1602), isCommit: false } }, /too big/],
    [{ case: 'proposalPol', value: { height: 5n, proposalPolRound: 0, proposalPol: new BitArray(0) } }, /required/],
    [{ case: 'proposalPol', value: { height: 5n, proposalPolRound: 0, proposalPol: new BitArray(10_001) } }, /too big/],
    [{ case: 'hasVote', value: { ...at, type: 1, index: -1 } }, /Index/],
    [{ case: 'hasVote', value: { ...at, type: 32, index: 0 } }, /Type/],
    [{ case: 'hasVote', value: { ...at, height: -1n, type: 1, index: 0 } }, /Height/],
    [{ case: 'voteSetMaj23', value: { ...at, type: 1, blockId: { hash: bytes(5), partSetHeader: { total: 1, hash } } } }, /Hash/],
  ];
  for (const [m, why] of bad) expect(() => decodeConsensusMessage(encodeConsensusMessage(m))).toThrow(why);
  expect(() => decodeConsensusMessage(new Uint8Array(0))).toThrow(/not recognized/);
  expect(() => decodeConsensusMessage(new Uint8Array(1_048_577))).toThrow(/too many/);
  expect(() => decodeBlocksyncMessage(Uint8Array.of(0x1a, 0))).toThrow(/without a block/);
});

test('round steps fit the first height', () => {
  const m = { height: 5n, round: 0, step: 1, secondsSinceStartTime: 0n, lastCommitRound: -1 };
  validateNewRoundStepHeight(m, 5n);
  expect(() => validateNewRoundStepHeight(m, 4n)).toThrow(/only be negative/);
  expect(() => validateNewRoundStepHeight(m, 6n)).toThrow(/below the initial height/);
  expect(() => validateNewRoundStepHeight({ ...m, lastCommitRound: 0 }, 5n)).toThrow(/must be -1/);
});

test('F-10: a snapshot of more chunks than allowed is refused', () => {
  const offer = (chunks: number): Uint8Array =>
    encodeStatesyncMessage({ case: 'snapshotsResponse', value: { height: 1n, format: 1, chunks, hash: bytes(32), metadata: bytes(0) } });
  expect(decodeStatesyncMessage(offer(100), 4_000_000, 100).case).toBe('snapshotsResponse');
  for (const n of [0, 101, 2 ** 32 - 1]) expect(() => decodeStatesyncMessage(offer(n), 4_000_000, 100)).toThrow(refused);
});
