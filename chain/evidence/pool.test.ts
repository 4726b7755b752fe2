// Evidence against a real chain of one validator: what is true enters and is committed once, everything else is refused with its reason.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Misbehavior } from '../abci/application.ts';
import { ChainDb } from '../blockstore/durable-db.ts';
import type { Engine } from '../engine/engine.ts';
import { TestNode, untilHeight } from '../engine/test-node.ts';
import { readKeyFile } from '../privval/key-file.ts';
import { generateEd25519, type PrivateKey, publicKeyOf, signWith } from '../privval/private-key.ts';
import type { BlockId } from '../types/block-id.ts';
import { type Evidence, type LightClientAttackEvidence, newDuplicateVoteEvidence } from '../types/evidence.ts';
import { headerHash } from '../types/header.ts';
import { newValidator } from '../types/validator.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import { verifyEach } from '../types/verify-signature.ts';
import { type Vote, voteSignBytes } from '../types/vote.ts';
import { EvidencePool, type EvidencePoolDependencies, type EvidenceState } from './pool.ts';

const EMPTY = new Uint8Array(0);
const CHAIN = 'toy-1';
let n: TestNode;
let engine: Engine;
let key: PrivateKey;
const told: Misbehavior[] = [];

beforeAll(async () => {
  n = new TestNode();
  key = readKeyFile(join(n.folder, 'key.json'));
  const finalize = n.app.finalizeBlock.bind(n.app);
  n.app.finalizeBlock = (r) => {
    told.push(...r.misbehavior);
    return finalize(r);
  };
  engine = await n.start();
  await untilHeight(engine, 6n);
});
afterAll(async () => {
  await n.stop();
  n.dispose();
});

const idOf = (fill: number): BlockId => ({ hash: new Uint8Array(32).fill(fill), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(fill) } });

function vote(height: bigint, blockId: BlockId, over: Partial<Vote> = {}, signer = key): Vote {
  const v = {
    type: 2,
    height,
    round: 0,
    blockId,
    timestamp: 5n,
    validatorAddress: addressOfKey(publicKeyOf(signer)),
    validatorIndex: 0,
    signature: EMPTY,
    extension: EMPTY,
    extensionSignature: EMPTY,
    ...over,
  };
  return { ...v, signature: signWith(signer, voteSignBytes(CHAIN, v)) };
}

const blockTime = (h: bigint): bigint => engine.blockStore.loadBlockMeta(h)?.header.time ?? 0n;
const setAt = (h: bigint): ValidatorSet => engine.stateStore.loadValidators(h) ?? ValidatorSet.empty();

function duplicate(height: bigint, a = vote(height, idOf(1)), b = vote(height, idOf(2)), time = blockTime(height)): Evidence {
  return { case: 'duplicateVote', value: newDuplicateVoteEvidence(a, b, time, setAt(height)) };
}

async function freshPool(state: EvidenceState = engine.state, blockStore: EvidencePoolDependencies['blockStore'] = engine.blockStore): Promise<EvidencePool> {
  return EvidencePool.open(
    {
      db: await ChainDb.memory(),
      blockStore,
      loadValidators: (h) => engine.stateStore.loadValidators(h),
      checkSignatures: verifyEach,
      onError: () => undefined,
    },
    state,
  );
}

test('true evidence enters, is proposed, told to the application and committed once', async () => {
  const e = duplicate(2n);
  const added: Evidence[] = [];
  engine.evidence.onAdded((x) => added.push(x));
  await engine.evidence.add(e);
  await engine.evidence.add(e);
  expect(added).toHaveLength(1);
  await untilHeight(engine, engine.state.lastBlockHeight + 2n);
  const { address, pubKey } = n.privValidator;
  expect(told).toEqual([{ type: 1, validator: { address, power: 10n }, height: 2n, time: blockTime(2n), totalVotingPower: 10n }]);
  expect(pubKey.case).toBe('ed25519');
  expect(engine.evidence.size).toBe(0);
  // Committed evidence is ignored when it comes again, and refused in a block.
  await engine.evidence.add(e);
  expect(engine.evidence.size).toBe(0);
  await expect(engine.evidence.check([e])).rejects.toThrow(/already committed/);
});

describe('duplicate votes that prove nothing (F-15)', () => {
  const stranger = generateEd25519();
  test.each<[string, () => Evidence, RegExp]>([
    ['another time than its block', () => duplicate(3n, undefined, undefined, blockTime(3n) + 1n), /different time to the block/],
    [
      'a height that is not there',
      () => ({ ...duplicate(3n), value: { ...duplicate(3n).value, voteA: vote(999n, idOf(1)) } }) as Evidence,
      /don't have header #999/,
    ],
    ['different heights', () => ({ case: 'duplicateVote', value: { ...duplicate(3n).value, voteB: vote(4n, idOf(2)) } }) as Evidence, /h\/r\/s does not match/],
    ['different rounds', () => duplicate(3n, undefined, vote(3n, idOf(2), { round: 1 })), /h\/r\/s does not match/],
    ['different types', () => duplicate(3n, undefined, vote(3n, idOf(2), { type: 1 })), /h\/r\/s does not match/],
    [
      'a stranger',
      () => ({ case: 'duplicateVote', value: { ...duplicate(3n).value, voteA: vote(3n, idOf(1), {}, stranger) } }) as Evidence,
      /was not a validator/,
    ],
    [
      'two signers',
      () => ({ case: 'duplicateVote', value: { ...duplicate(3n).value, voteB: vote(3n, idOf(2), {}, stranger) } }) as Evidence,
      /addresses do not match/,
    ],
    ['a wrong power', () => ({ case: 'duplicateVote', value: { ...duplicate(3n).value, validatorPower: 9n } }) as Evidence, /validator power .*9 != 10/],
    ['a wrong total', () => ({ case: 'duplicateVote', value: { ...duplicate(3n).value, totalVotingPower: 11n } }) as Evidence, /total voting power .*11 != 10/],
    ['a bad signature', () => duplicate(3n, undefined, { ...vote(3n, idOf(2)), signature: new Uint8Array(64) }), /verifying VoteB/],
    ['one block', () => duplicate(3n, undefined, vote(3n, idOf(1), { timestamp: 9n })), /invalid order/],
  ])('%s', async (_, make, reason) => {
    const pool = await freshPool();
    await expect(pool.add(make())).rejects.toThrow(reason);
    expect(pool.size).toBe(0);
  });
});

test('a block may not carry the same evidence twice', async () => {
  const pool = await freshPool();
  const e = duplicate(3n);
  await expect(pool.check([e, e])).rejects.toThrow('duplicate evidence');
  // The valid piece was kept: it is needed to tell the application.
  expect(pool.size).toBe(1);
});

test('evidence expires only when it is too old in blocks and in time', async () => {
  const at = (maxAgeNumBlocks: bigint, maxAgeDuration: bigint): EvidenceState => ({
    ...engine.state,
    consensusParams: { evidence: { maxAgeNumBlocks, maxAgeDuration } },
  });
  const e = duplicate(2n, vote(2n, idOf(5)), vote(2n, idOf(6)));
  await (await freshPool(at(1n, 1_000_000_000_000_000n))).add(e);
  await (await freshPool(at(1000n, 1n))).add(e);
  const pool = await freshPool(at(1n, 1n));
  await expect(pool.add(e)).rejects.toThrow(/is too old/);
});

test('pending evidence survives a restart and leaves when it expires; as much as fits is proposed, oldest first', async () => {
  const db = await ChainDb.memory();
  const d = {
    db,
    blockStore: engine.blockStore,
    loadValidators: (h: bigint) => engine.stateStore.loadValidators(h),
    checkSignatures: verifyEach,
    onError: () => undefined,
  };
  const pool = await EvidencePool.open(d, engine.state);
  for (const h of [4n, 2n, 3n]) await pool.add(duplicate(h, vote(h, idOf(7)), vote(h, idOf(8))));
  const again = await EvidencePool.open(d, engine.state);
  expect(again.list().map((e) => e.case === 'duplicateVote' && e.value.voteA.height)).toEqual([2n, 3n, 4n]);
  const all = again.pending(-1n);
  expect(all.evidence).toHaveLength(3);
  expect(again.pending(all.bytes).evidence).toHaveLength(3);
  expect(again.pending(all.bytes - 1n).evidence).toHaveLength(2);
  expect(again.pending(10n)).toEqual({ evidence: [], bytes: 0n });
  const later: EvidenceState = { ...engine.state, lastBlockHeight: 1_000_000n, lastBlockTime: engine.state.lastBlockTime + 10n ** 18n };
  expect((await EvidencePool.open(d, later)).size).toBe(0);
});

test('conflicting votes that consensus saw become evidence when their height is decided', async () => {
  const { lastBlockHeight, lastBlockTime } = engine.state;
  const pool = await freshPool({ ...engine.state, lastBlockHeight: lastBlockHeight - 1n });
  pool.reportConflictingVotes(vote(lastBlockHeight, idOf(9)), vote(lastBlockHeight, idOf(8)));
  expect(pool.size).toBe(0);
  await pool.update({ ...engine.state, lastBlockHeight, lastBlockTime }, []);
  expect(pool.list()).toHaveLength(1);
  const [e] = pool.list();
  expect(e?.case === 'duplicateVote' && e.value).toMatchObject({ totalVotingPower: 10n, validatorPower: 10n, timestamp: lastBlockTime });
});

describe('light client attacks', () => {
  /** A block that contradicts ours at `height`, signed by our only validator. */
  function attack(
    height: bigint,
    commonHeight: bigint,
    change: { appHash?: Uint8Array; time?: bigint; dataHash?: Uint8Array },
    round = 0,
  ): LightClientAttackEvidence {
    const ours = engine.blockStore.loadBlockMeta(height < engine.state.lastBlockHeight ? height : 3n)?.header;
    if (ours === undefined) throw new Error('no header');
    const header = { ...ours, height, ...change };
    const blockId = { hash: headerHash(header), partSetHeader: idOf(1).partSetHeader };
    const v = vote(height, blockId, { round });
    const commit = {
      height,
      round,
      blockId,
      signatures: [{ blockIdFlag: 2, validatorAddress: v.validatorAddress, timestamp: v.timestamp, signature: v.signature }],
    };
    const validator = newValidator(publicKeyOf(key), 10n);
    return {
      conflictingBlock: { signedHeader: { header, commit }, validatorSet: ValidatorSet.create([validator]) },
      commonHeight,
      byzantineValidators: [validator],
      totalVotingPower: 10n,
      timestamp: blockTime(commonHeight),
    };
  }
  const as = (value: LightClientAttackEvidence): Evidence => ({ case: 'lightClientAttack', value });

  test('lunatic: an invented header, signed by the common validators', async () => {
    const pool = await freshPool();
    const e = attack(4n, 2n, { appHash: new Uint8Array(32).fill(9) });
    await pool.add(as(e));
    expect(pool.size).toBe(1);
    await expect(pool.check([as({ ...e, byzantineValidators: [] })])).rejects.toThrow(/expected 1 byzantine validators from evidence but got 0/);
  });

  test('equivocation: two headers of one round; amnesia: of different rounds, never taken (F-15)', async () => {
    const pool = await freshPool();
    await pool.add(as(attack(4n, 4n, { dataHash: new Uint8Array(32).fill(9) })));
    const amnesia = attack(4n, 4n, { dataHash: new Uint8Array(32).fill(8) }, 3);
    await expect(pool.check([as(amnesia)])).rejects.toThrow(/expected nil validators from an amnesia/);
    // CometBFT refuses it in blocks, so that a pool that took it would propose what no Go validator votes for.
    await expect(pool.add(as({ ...amnesia, byzantineValidators: [] }))).rejects.toThrow(/amnesia light client attack but got 0/);
  });

  test.each<[string, () => LightClientAttackEvidence, RegExp]>([
    ['the header that we have', () => attack(4n, 2n, {}), /trusted header hash matches/],
    ['an invented header at the common height', () => attack(4n, 4n, { appHash: new Uint8Array(32).fill(9) }), /correctly derived yet it wasn't/],
    ['a wrong total power', () => ({ ...attack(4n, 2n, { appHash: new Uint8Array(32) }), totalVotingPower: 11n }), /total voting power/],
    [
      'a bad signature',
      () => {
        const e = attack(4n, 2n, { appHash: new Uint8Array(32) });
        const { header, commit } = e.conflictingBlock.signedHeader;
        const signatures = commit.signatures.map((s) => ({ ...s, signature: new Uint8Array(64) }));
        return { ...e, conflictingBlock: { ...e.conflictingBlock, signedHeader: { header, commit: { ...commit, signatures } } } };
      },
      /wrong signature/,
    ],
    [
      'a future header with a later time',
      () => attack(1000n, 2n, { time: engine.state.lastBlockTime + 10n ** 15n, appHash: new Uint8Array(32) }),
      /don't have commit at height #/,
    ],
    [
      'a wrong validator to blame',
      () => {
        const other = newValidator(publicKeyOf(generateEd25519()), 10n);
        return { ...attack(4n, 2n, { appHash: new Uint8Array(32).fill(9) }), byzantineValidators: [other] };
      },
      /unexpected byzantine validator address/,
    ],
  ])('refused: %s', async (_, make, reason) => {
    const pool = await freshPool();
    await expect(pool.add(as(make()))).rejects.toThrow(reason);
  });

  // As CometBFT: the block that carries it would be refused by every Go validator, and who gossips it would be dropped.
  test('a forward lunatic attack and one at the last height need a commit that only the next block brings (F-15)', async () => {
    // The engine goes on making blocks; the pool sees the store as it was at height 5.
    const { blockStore } = engine;
    const until =
      <T>(last: bigint, load: (h: bigint) => T) =>
      (h: bigint) =>
        h <= last ? load(h) : undefined;
    const frozen: EvidencePoolDependencies['blockStore'] = {
      height: 5n,
      loadBlock: until(5n, (h) => blockStore.loadBlock(h)),
      loadBlockMeta: until(5n, (h) => blockStore.loadBlockMeta(h)),
      loadCommit: until(4n, (h) => blockStore.loadCommit(h)),
    };
    const pool = await freshPool({ ...engine.state, lastBlockHeight: 5n, lastBlockTime: blockTime(5n) }, frozen);
    const lie = { time: blockTime(5n), appHash: new Uint8Array(32) };
    for (const height of [5n, 6n, 1000n]) await expect(pool.add(as(attack(height, 2n, lie)))).rejects.toThrow("don't have commit at height #5");
    await pool.add(as(attack(4n, 2n, lie)));
  });
});
