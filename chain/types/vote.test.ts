import { expect, test } from 'vitest';
import { type Proposal, validateProposal, validateProposalBlockSize } from './proposal.ts';
import { ensureVoteExtension, type Vote, validateVote, voteCodec } from './vote.ts';

const blockId = { hash: new Uint8Array(32).fill(1), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(2) } };
const nil = { hash: new Uint8Array(0), partSetHeader: { total: 0, hash: new Uint8Array(0) } };
const bytes = (n: number): Uint8Array => new Uint8Array(n).fill(7);
const good: Vote = {
  type: 2,
  height: 5n,
  round: 0,
  blockId,
  timestamp: 0n,
  validatorAddress: bytes(20),
  validatorIndex: 0,
  signature: bytes(64),
  extension: bytes(0),
  extensionSignature: bytes(0),
};

test('form of votes', () => {
  for (const v of [
    good,
    { ...good, type: 1, blockId: nil },
    { ...good, extension: bytes(3), extensionSignature: bytes(64) },
    { ...good, signature: bytes(3309) },
  ])
    validateVote(v);
  const bad: [Partial<Vote>, RegExp][] = [
    [{ type: 0 }, /invalid Type/],
    [{ type: 32 }, /invalid Type/],
    [{ height: 0n }, /Height/],
    [{ round: -1 }, /Round/],
    [{ blockId: { ...blockId, hash: bytes(31) } }, /BlockID/],
    [{ blockId: { ...blockId, hash: bytes(0) } }, /either empty or complete/],
    [{ validatorAddress: bytes(19) }, /ValidatorAddress/],
    [{ validatorIndex: -1 }, /ValidatorIndex/],
    [{ signature: bytes(0) }, /missing/],
    [{ signature: bytes(3310) }, /too big/],
    [{ type: 1, extension: bytes(1) }, /unexpected vote extension/],
    [{ blockId: nil, extensionSignature: bytes(1) }, /unexpected vote extension signature/],
    [{ extension: bytes(1) }, /signature absent/],
    [{ extensionSignature: bytes(3310) }, /too big/],
  ];
  for (const [part, why] of bad) expect(() => validateVote({ ...good, ...part })).toThrow(why);
});

test('F-4: an index of 2^31 on the wire is negative and refused', () => {
  const v = voteCodec.decode(voteCodec.encode({ ...good, validatorIndex: 2 ** 31 }));
  expect(v.validatorIndex).toBe(-(2 ** 31));
  expect(() => validateVote(v)).toThrow(/negative ValidatorIndex/);
});

test('extensions are there exactly where they are on', () => {
  ensureVoteExtension({ ...good, extensionSignature: bytes(64) }, true);
  ensureVoteExtension({ ...good, type: 1 }, true);
  ensureVoteExtension(good, false);
  expect(() => ensureVoteExtension(good, true)).toThrow(/absent/);
  expect(() => ensureVoteExtension({ ...good, extensionSignature: bytes(64) }, false)).toThrow(/disabled/);
});

test('form of proposals', () => {
  const p: Proposal = { type: 32, height: 5n, round: 1, polRound: -1, blockId, timestamp: 0n, signature: bytes(64) };
  validateProposal(p);
  const bad: Partial<Proposal>[] = [
    { type: 2 },
    { height: -1n },
    { round: -1 },
    { polRound: -2 },
    { blockId: nil },
    { signature: bytes(0) },
    { signature: bytes(3310) },
  ];
  for (const part of bad) expect(() => validateProposal({ ...p, ...part })).toThrow(expect.objectContaining({ code: 'proposal' }));
  const parts = (total: number): Proposal => ({ ...p, blockId: { ...blockId, partSetHeader: { total, hash: bytes(32) } } });
  validateProposalBlockSize(parts(2), 65_537n);
  expect(() => validateProposalBlockSize(parts(2), 65_536n)).toThrow(/too many parts/);
  validateProposalBlockSize(parts(1600), -1n);
  expect(() => validateProposalBlockSize(parts(1601), -1n)).toThrow(/too many parts/);
});
