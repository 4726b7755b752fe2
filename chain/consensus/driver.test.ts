// One core among four validators; the test plays the other three. Each test is one rule of the paper or of CometBFT v0.40.0.
import { describe, expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import type { Candidate } from './effects.ts';
import { STEP_COMMIT, STEP_NEW_HEIGHT, STEP_NEW_ROUND, STEP_PRECOMMIT, STEP_PRECOMMIT_WAIT, STEP_PREVOTE, STEP_PREVOTE_WAIT, STEP_PROPOSE } from './step.ts';
import { GENESIS_TIME, type HostOptions, Lone, testBlock, testValidators } from './test-harness.ts';

const EQUAL = [1n, 1n, 1n, 1n];
const short = (c: Candidate): string => toHex(c.id.hash).slice(0, 8);

/** A core that proposes in neither round 0 nor 1, in step Propose of round 0. */
function lone(options: HostOptions = {}, powers = EQUAL): Lone {
  const validators = testValidators(powers);
  const probe = new Lone(0, validators);
  const index = [0, 1, 2].find((i) => i !== probe.proposerOf(0) && i !== probe.proposerOf(1)) ?? 0;
  const n = new Lone(index, validators, options);
  n.start();
  n.fire();
  return n;
}
const where = (n: Lone): string => `${n.driver.state.height}/${n.driver.state.round.round}/${n.driver.state.round.step}`;

/** Polka and lock on `c` in round 0, then on to round 1 by nil precommits. */
function lockedInRound1(n: Lone, c: Candidate): void {
  n.propose(c, 0);
  n.others(1, 0, c.id, 2);
  expect(n.lastVote()).toBe(`precommit/0/${short(c)}`);
  n.others(2, 0, undefined);
  n.fire();
  expect(n.driver.state.round.round).toBe(1);
}

describe('propose', () => {
  test('L14: the proposer of the round proposes a new block and prevotes it', () => {
    const validators = testValidators(EQUAL);
    const proposer = new Lone(new Lone(0, validators).proposerOf(0), validators);
    proposer.start();
    proposer.fire();
    expect(proposer.sent.map((m) => m.type)).toEqual(['proposal', 'blockPart', 'vote']);
    expect(where(proposer)).toBe(`1/0/${STEP_PREVOTE}`);
  });

  test('L21, L57: without a proposal the timeout leads to a prevote for nil', () => {
    const n = lone();
    expect(n.timeouts.at(-1)?.step).toBe(STEP_PROPOSE);
    n.fire();
    expect(n.lastVote()).toBe('prevote/0/nil');
    expect(n.eventTypes()).toContain('TimeoutPropose');
  });

  test('L22: a complete valid proposal is prevoted', () => {
    const n = lone();
    const c = n.block('a');
    n.propose(c, 0);
    expect(n.lastVote()).toBe(`prevote/0/${short(c)}`);
    expect(n.eventTypes()).toContain('CompleteProposal');
  });

  test('L26: an invalid block, or one that the application rejects, is prevoted nil', () => {
    for (const options of [{ invalid: () => 'bad' }, { rejected: () => true }]) {
      const n = lone(options);
      n.propose(n.block('a'), 0);
      expect(n.lastVote()).toBe('prevote/0/nil');
    }
  });

  test('a proposal of another round, signer or with a wrong POL round is not taken', () => {
    const n = lone();
    const c = n.block('a');
    n.propose(c, 1);
    expect(n.driver.state.proposal).toBeUndefined();
    n.propose(c, 0, 0, false);
    expect(n.refused.at(-1)?.code).toBe('invalid-proposal');
    const proposal = { type: 32, height: 1n, round: 0, polRound: -1, blockId: c.id, timestamp: 0n, signature: new Uint8Array(3) };
    n.input({ type: 'proposal', proposal, peer: 'p' });
    expect(n.refused.at(-1)?.message).toMatch(/signature/);
    expect(n.driver.state.proposal).toBeUndefined();
  });

  test('F-8: a proposal with more parts than block.max_bytes allows is refused', () => {
    const n = lone();
    const c = n.block('a');
    const id = { ...c.id, partSetHeader: { ...c.id.partSetHeader, total: 17 } };
    n.propose({ ...c, id }, 0, -1, false);
    expect(n.refused.at(-1)?.message).toMatch(/too many parts/);
  });

  test('F-6: parts that do not belong to the set are refused and the set stays clean', () => {
    const n = lone();
    const c = n.block('a');
    const other = n.block('b');
    n.propose(c, 0, -1, false);
    n.parts(other, 0);
    expect(n.refused.at(-1)?.code).toBe('invalid-part');
    n.parts(c, 0);
    expect(n.lastVote()).toBe(`prevote/0/${short(c)}`);
  });

  test('parts that come before the proposal are dropped, a late proposal is completed by them again', () => {
    const n = lone();
    const c = n.block('a');
    n.parts(c, 0);
    expect(n.driver.state.proposalBlock).toBeUndefined();
    n.propose(c, 0);
    expect(n.lastVote()).toBe(`prevote/0/${short(c)}`);
  });

  test('a complete block of another height is refused', () => {
    const n = lone();
    const c = n.block('a');
    const wrong = testBlock(n.context(2n), n.address, undefined, 'x', GENESIS_TIME);
    n.propose({ ...c, id: wrong.id }, 0, -1, false);
    n.parts(wrong, 0);
    expect(n.refused.at(-1)?.message).toMatch(/height mismatch/);
    expect(n.driver.state.proposalBlock).toBeUndefined();
  });
});

describe('prevotes', () => {
  test('L34: +2/3 of any prevotes start the prevote timeout once; at exactly 2/3 nothing happens', () => {
    const n = lone({}, [1n, 1n, 1n]);
    n.fire();
    n.others(1, 0, n.block('a').id, 1);
    expect(n.driver.state.round.step).toBe(STEP_PREVOTE);
    const m = lone();
    m.fire();
    m.voteFrom(m.other(0), 1, 0, m.block('a').id);
    m.voteFrom(m.other(1), 1, 0, m.block('b').id);
    expect(m.driver.state.round.step).toBe(STEP_PREVOTE_WAIT);
    expect(m.timeouts.at(-1)?.step).toBe(STEP_PREVOTE_WAIT);
  });

  test('L61: the prevote timeout without a polka leads to a precommit for nil', () => {
    const n = lone();
    n.fire();
    n.voteFrom(n.other(0), 1, 0, n.block('a').id);
    n.voteFrom(n.other(1), 1, 0, n.block('b').id);
    n.fire();
    expect(n.lastVote()).toBe('precommit/0/nil');
  });

  test('L36: a polka for the proposal locks and precommits it, and makes it the valid value', () => {
    const n = lone();
    const c = n.block('a');
    n.propose(c, 0);
    n.others(1, 0, c.id, 2);
    expect(n.lastVote()).toBe(`precommit/0/${short(c)}`);
    const { lockedRound, validRound, locked, valid } = n.driver.state.round;
    expect([lockedRound, validRound, locked?.id, valid?.id]).toEqual([0, 0, c.id, c.id]);
    expect(n.eventTypes().filter((t) => ['Polka', 'Lock', 'ValidBlock'].includes(t))).toEqual(['ValidBlock', 'Polka', 'Lock']);
  });

  test('L44: a polka for nil precommits nil', () => {
    const n = lone();
    n.propose(n.block('a'), 0);
    n.others(1, 0, undefined);
    expect(n.lastVote()).toBe('precommit/0/nil');
  });

  test('a polka for a block that is not here precommits nil only after the timeout and then waits for its parts', () => {
    const n = lone();
    const c = n.block('a');
    n.fire();
    n.others(1, 0, c.id);
    expect(n.driver.state.proposalParts?.header).toEqual(c.id.partSetHeader);
    expect(n.driver.state.round.step).toBe(STEP_PREVOTE_WAIT);
    n.fire();
    expect(n.lastVote()).toBe('precommit/0/nil');
    n.parts(c, 0);
    expect(n.driver.state.round.valid?.id).toEqual(c.id);
  });
});

describe('locking', () => {
  test('defaultDoPrevote: a locked validator prevotes its locked block whatever is proposed', () => {
    const n = lone();
    const [a, b] = [n.block('a'), n.block('b')];
    lockedInRound1(n, a);
    n.propose(b, 1);
    expect(n.lastVote()).toBe(`prevote/1/${short(a)}`);
  });

  test('enterPrecommit: a polka for the locked block relocks in the new round', () => {
    const n = lone();
    const a = n.block('a');
    lockedInRound1(n, a);
    n.propose(a, 1, 0);
    n.others(1, 1, a.id, 2);
    expect(n.lastVote()).toBe(`precommit/1/${short(a)}`);
    expect(n.driver.state.round.lockedRound).toBe(1);
    expect(n.eventTypes()).toContain('Relock');
  });

  test('enterPrecommit: a polka for nil unlocks', () => {
    const n = lone();
    const a = n.block('a');
    lockedInRound1(n, a);
    n.fire();
    n.others(1, 1, undefined);
    expect(n.lastVote()).toBe('precommit/1/nil');
    expect(n.driver.state.round.locked).toBeUndefined();
    expect(n.driver.state.round.valid?.id).toEqual(a.id);
    expect(n.eventTypes()).toContain('Unlock');
  });

  test('addVote: a polka of the current round for another block unlocks; the block is locked if it is here', () => {
    const n = lone();
    const [a, b] = [n.block('a'), n.block('b')];
    lockedInRound1(n, a);
    n.propose(b, 1);
    n.others(1, 1, b.id);
    expect(n.lastVote()).toBe(`precommit/1/${short(b)}`);
    expect(n.driver.state.round.locked?.id).toEqual(b.id);
    expect(n.eventTypes()).toContain('Unlock');
  });

  test('addVote: a polka of a round at or before the locked one does not unlock', () => {
    const n = lone();
    const [a, b] = [n.block('a'), n.block('b')];
    lockedInRound1(n, a);
    n.voteFrom(n.other(2), 1, 0, b.id);
    expect(n.driver.state.round.locked?.id).toEqual(a.id);
  });

  test('L15, L42: the proposer proposes its valid value again with the round of its polka', () => {
    const validators = testValidators(EQUAL);
    const index = new Lone(0, validators).proposerOf(1);
    const n = new Lone(index, validators);
    n.start();
    n.fire();
    const a = n.block('a');
    n.propose(a, 0);
    n.others(1, 0, a.id, 2);
    n.others(2, 0, undefined);
    n.fire();
    const proposal = n.sent.flatMap((m) => (m.type === 'proposal' ? [m.proposal] : [])).at(-1);
    expect(proposal).toMatchObject({ round: 1, polRound: 0, blockId: a.id });
  });

  test('L28: a proposal with a polka of an earlier round is complete only when the polka is here', () => {
    const n = lone();
    const a = n.block('a');
    n.fire();
    n.others(2, 0, undefined);
    n.fire();
    expect(where(n)).toBe(`1/1/${STEP_PROPOSE}`);
    n.propose(a, 1, 0);
    expect(n.lastVote()).not.toMatch(/^prevote\/1/);
    n.others(1, 0, a.id);
    expect(n.lastVote()).toBe(`prevote/1/${short(a)}`);
  });
});

describe('precommits and rounds', () => {
  test('L47: +2/3 of any precommits start the precommit timeout once; L65: it leads to the next round', () => {
    const n = lone();
    n.propose(n.block('a'), 0);
    n.others(2, 0, undefined, 2);
    n.voteFrom(n.other(2), 2, 0, n.block('a').id);
    expect(n.driver.state.round.precommitWait).toBe(true);
    expect(n.timeouts.filter((t) => t.step === STEP_PRECOMMIT_WAIT)).toHaveLength(1);
    n.fire();
    expect(n.driver.state.round.round).toBe(1);
    expect(n.lastVote()).toBe('precommit/0/nil');
  });

  test('+2/3 precommits for nil wait for the timeout as well', () => {
    const n = lone();
    n.others(2, 0, undefined);
    expect(where(n)).toBe(`1/0/${STEP_PRECOMMIT}`);
    expect(n.driver.state.round.precommitWait).toBe(true);
  });

  test("L55: +2/3 of prevotes of a later round skip to it; the paper's f+1 does not", () => {
    const n = lone();
    n.others(1, 1, undefined, 2);
    expect(n.driver.state.round.round).toBe(0);
    n.others(1, 1, undefined);
    expect(n.driver.state.round.round).toBe(1);
  });

  test('+2/3 precommits of a later round for a block commit it', () => {
    const n = lone();
    const a = n.block('a');
    n.others(2, 1, a.id);
    expect(where(n)).toBe(`1/1/${STEP_COMMIT}`);
    n.parts(a, 1);
    expect(n.decided.map((d) => d.candidate.id)).toEqual([a.id]);
    expect(n.decided[0]?.commit.round).toBe(1);
  });

  test('L49: the commit waits for the block, tells peers which parts are missing, and then decides', () => {
    const n = lone();
    const a = n.block('a');
    n.others(2, 0, a.id);
    expect(n.driver.state.round.step).toBe(STEP_COMMIT);
    expect(n.eventTypes()).toContain('ValidBlock');
    n.parts(a, 0);
    expect(where(n)).toBe(`2/0/${STEP_NEW_HEIGHT}`);
    expect(n.timeouts.at(-1)).toMatchObject({ height: 2n, round: 0, step: STEP_NEW_HEIGHT });
  });

  test('an invalid block with +2/3 precommits stops consensus', () => {
    const n = lone({ invalid: () => 'bad' });
    const a = n.block('a');
    n.others(2, 0, a.id);
    expect(() => n.parts(a, 0)).toThrow(/committed an invalid block/);
  });

  test('late precommits go to the last commit while the step is NewHeight, and not later', () => {
    const n = lone();
    const a = n.block('a');
    n.propose(a, 0);
    n.others(1, 0, a.id, 2);
    n.others(2, 0, a.id, 2);
    expect(n.driver.state.height).toBe(2n);
    expect(n.driver.state.lastCommit?.sum).toBe(3n);
    const late = n.other(2);
    n.voteFrom(late, 2, 0, a.id, 'p', 1n);
    expect(n.driver.state.lastCommit?.sum).toBe(4n);
    const m = lone();
    m.propose(a, 0);
    m.others(1, 0, a.id, 2);
    m.others(2, 0, a.id, 2);
    m.fire();
    m.voteFrom(m.other(2), 2, 0, a.id, 'p', 1n);
    expect(m.driver.state.lastCommit?.sum).toBe(3n);
  });

  test('skip_timeout_commit: with all precommits the next round starts at once', () => {
    const n = lone({ config: { skipTimeoutCommit: true } });
    const a = n.block('a');
    n.propose(a, 0);
    n.others(1, 0, a.id);
    n.others(2, 0, a.id, 2);
    expect(where(n)).toBe(`2/0/${STEP_NEW_HEIGHT}`);
    n.voteFrom(n.other(2), 2, 0, a.id, 'p', 1n);
    expect(n.driver.state.round.step).toBeGreaterThan(STEP_NEW_HEIGHT);
  });

  test('a timeout of a step or round that is over does nothing', () => {
    const n = lone();
    const old = n.timeouts.at(-1);
    n.propose(n.block('a'), 0);
    const before = where(n);
    if (old !== undefined) n.input({ type: 'timeout', timeout: old });
    expect(where(n)).toBe(before);
  });
});

describe('waiting for transactions', () => {
  test('create_empty_blocks false: the first height does not wait, the second does until there are transactions', () => {
    const n = lone({ config: { createEmptyBlocks: false } });
    expect(where(n)).toBe(`1/0/${STEP_PROPOSE}`);
    const a = n.block('a');
    n.propose(a, 0);
    n.others(1, 0, a.id);
    n.others(2, 0, a.id);
    n.fire();
    expect(where(n)).toBe(`2/0/${STEP_NEW_ROUND}`);
    n.input({ type: 'txsAvailable' });
    expect(n.driver.state.round.step).toBeGreaterThanOrEqual(STEP_PROPOSE);
  });

  test('transactions that come before the round count; create_empty_blocks_interval ends the wait', () => {
    for (const early of [true, false]) {
      const n = lone({ config: { createEmptyBlocksInterval: 5n } });
      const a = n.block('a');
      n.propose(a, 0);
      n.others(1, 0, a.id);
      n.others(2, 0, a.id);
      if (early) n.input({ type: 'txsAvailable' });
      n.fire();
      if (!early) {
        expect(where(n)).toBe(`2/0/${STEP_NEW_ROUND}`);
        n.fire();
      }
      expect(n.driver.state.round.step).toBeGreaterThanOrEqual(STEP_PROPOSE);
    }
  });
});

describe('bad votes', () => {
  test('F-4: an index outside the set, a wrong address and a bad signature are refused', () => {
    const n = lone();
    const template = n.votes;
    expect(template).toEqual([]);
    n.voteFrom(7, 1, 0, undefined);
    const v = {
      type: 1 as const,
      height: 1n,
      round: 0,
      blockId: n.block('a').id,
      timestamp: 0n,
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    };
    const address = n.driver.state.context.validators.validators[2]?.address ?? new Uint8Array(20);
    for (const validatorIndex of [-1, 4, 2 ** 31, 1.5]) {
      n.input({ type: 'vote', vote: { ...v, validatorIndex, validatorAddress: address, signature: new Uint8Array(64) }, peer: 'x' });
      expect(n.refused.at(-1)?.code).toBe('invalid-validator-index');
    }
    n.input({ type: 'vote', vote: { ...v, validatorIndex: 1, validatorAddress: address, signature: new Uint8Array(64) }, peer: 'x' });
    expect(n.refused.at(-1)?.code).toBe('invalid-validator-address');
    n.input({ type: 'vote', vote: { ...v, validatorIndex: 2, validatorAddress: address, signature: new Uint8Array(64) }, peer: 'x' });
    expect(n.refused.at(-1)?.code).toBe('invalid-signature');
    expect(n.driver.state.votes.prevotes(0)?.sum).toBe(0n);
  });

  test('two verified votes for different blocks become evidence, the first stays', () => {
    const n = lone();
    const [a, b] = [n.block('a'), n.block('b')];
    const other = n.other(0);
    n.voteFrom(other, 1, 0, a.id);
    n.voteFrom(other, 1, 0, b.id);
    expect(n.evidence).toHaveLength(1);
    expect(n.evidence[0]?.map((v) => v.blockId)).toEqual([a.id, b.id]);
    expect(n.driver.state.votes.prevotes(0)?.getByIndex(other)?.blockId).toEqual(a.id);
  });

  test('a peer may open two catch-up rounds, not three', () => {
    const n = lone();
    const other = n.other(0);
    n.voteFrom(other, 2, 5, undefined, 'p');
    n.voteFrom(other, 2, 7, undefined, 'p');
    n.voteFrom(other, 2, 9, undefined, 'p');
    expect(n.refused.at(-1)?.code).toBe('unwanted-round');
    n.voteFrom(other, 2, 9, undefined, 'q');
    expect(n.driver.state.votes.precommits(9)?.sum).toBe(1n);
  });

  test('a vote with an extension is refused while extensions are off', () => {
    const n = lone();
    const other = n.other(0);
    const address = n.driver.state.context.validators.validators[other]?.address ?? new Uint8Array(20);
    const vote = { type: 2, height: 1n, round: 0, blockId: n.block('a').id, timestamp: 0n, validatorAddress: address, validatorIndex: other };
    n.input({ type: 'vote', vote: { ...vote, signature: new Uint8Array(1), extension: new Uint8Array(1), extensionSignature: new Uint8Array(1) }, peer: 'x' });
    expect(n.refused.at(-1)?.code).toBe('unexpected-extension');
  });
});

test('voteTime: at least a millisecond after the block that is voted on', () => {
  const n = lone();
  const c = n.block('a', GENESIS_TIME + 5_000_000_000n);
  n.propose(c, 0);
  expect(n.votes.at(-1)?.timestamp).toBe(GENESIS_TIME + 5_001_000_000n);
});

test('moveTo: goes on where another source of blocks has come to, and ignores what is behind', () => {
  const n = lone();
  const a = n.block('a');
  n.propose(a, 0);
  n.others(1, 0, a.id);
  n.others(2, 0, a.id, 2);
  expect(n.driver.state.height).toBe(2n);
  const commit = n.driver.state.lastCommit;
  if (commit === undefined) throw new Error('no last commit');
  n.drive(n.driver.moveTo(n.context(2n), commit));
  expect(n.driver.state.height).toBe(2n);
  n.drive(n.driver.moveTo(n.context(9n), commit));
  expect(where(n)).toBe(`9/0/${STEP_NEW_HEIGHT}`);
  expect(n.timeouts.at(-1)).toMatchObject({ height: 9n, round: 0, step: STEP_NEW_HEIGHT });
});
