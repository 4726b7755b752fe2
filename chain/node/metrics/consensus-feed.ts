// Consensus as it goes on, from its events and its live state (cmt:consensus/state.go recordMetrics and the calls of its metrics).
import type { VoteSet } from '../../consensus/vote-set.ts';
import { bytesEqual, toHexUpper } from '../../encoding/bytes.ts';
import type { Duration, Time } from '../../encoding/time.ts';
import type { Engine } from '../../engine/engine.ts';
import type { GossipObserver } from '../../engine/gossip/receive.ts';
import type { Block } from '../../types/block.ts';
import { BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_COMMIT } from '../../types/commit.ts';
import { addressOfKey } from '../../types/validator-address.ts';
import { PREVOTE, type Vote } from '../../types/vote.ts';
import type { ConsensusFamilies } from './families.ts';

const NANOS = 1e9;
const seconds = (d: Duration): number => Number(d) / NANOS;
const VOTE_TYPES = ['prevote', 'precommit'];
const voteType = (type: number): string => (type === PREVOTE ? 'prevote' : 'precommit');
const shortStep = (step: string): string => step.replace(/^RoundStep/, '');

/** What gossip sees, which consensus itself does not. */
export function gossipObserver(f: ConsensusFamilies): GossipObserver {
  return {
    part(peer, kind) {
      f.blockParts.add(1, { peer_id: peer });
      f.partsReceived.add(1, { matches_current: String(kind !== 'other') });
      if (kind === 'known') f.duplicateParts.add(1);
    },
    vote(vote, late, known) {
      if (late) f.lateVotes.add(1, { vote_type: voteType(vote.type) });
      if (known) f.duplicateVotes.add(1);
    },
  };
}

/** The first timestamp at which more than two thirds of the power had voted. */
function quorumTime(votes: VoteSet): Time | undefined {
  const { validators, totalVotingPower } = votes.validators;
  const given = votes.votes.filter((v): v is Vote => v !== undefined).sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
  let power = 0n;
  for (const v of given) {
    power += validators[v.validatorIndex]?.votingPower ?? 0n;
    if (power >= (totalVotingPower * 2n) / 3n + 1n) return v.timestamp;
  }
  return undefined;
}

function recordDelays(f: ConsensusFamilies, c: NonNullable<Engine['consensus']>): void {
  const { proposal, round } = c;
  if (proposal === undefined) return;
  const labels = { proposer_address: toHexUpper(c.proposer.address) };
  const prevotes = c.votes.prevotes(round.round);
  const precommits = c.votes.precommits(round.round);
  const prevoteQuorum = prevotes === undefined ? undefined : quorumTime(prevotes);
  const precommitQuorum = precommits === undefined ? undefined : quorumTime(precommits);
  if (prevoteQuorum !== undefined) f.quorumPrevoteDelay.set(seconds(prevoteQuorum - proposal.timestamp), labels);
  if (precommitQuorum !== undefined) f.quorumPrecommitDelay.set(seconds(precommitQuorum - proposal.timestamp), labels);
  if (prevotes?.hasAll() === true) {
    const last = prevotes.votes.reduce((t, v) => (v !== undefined && v.timestamp > t ? v.timestamp : t), proposal.timestamp);
    f.fullPrevoteDelay.set(seconds(last - proposal.timestamp), labels);
  }
}

function recordBlock(f: ConsensusFamilies, engine: Engine, block: Block): void {
  const { height, time } = block.header;
  const { blockStore, stateStore, state, publicKey } = engine;
  // Told between the execution of a block and the next state.
  const isBefore = state.lastBlockHeight < height;
  const validators = isBefore ? state.validators : state.lastValidators;
  const lastValidators = isBefore ? state.lastValidators : stateStore.loadValidators(height - 1n);
  f.validators.set(validators.validators.length);
  f.validatorsPower.set(Number(validators.totalVotingPower));
  const own = publicKey === undefined ? undefined : addressOfKey(publicKey);
  let missing = 0;
  let missingPower = 0n;
  if (height > state.initialHeight && lastValidators !== undefined) {
    for (const [i, v] of lastValidators.validators.entries()) {
      const flag = block.lastCommit?.signatures[i]?.blockIdFlag;
      if (flag === BLOCK_ID_FLAG_ABSENT) {
        missing++;
        missingPower += v.votingPower;
      }
      if (own === undefined || !bytesEqual(v.address, own)) continue;
      const labels = { validator_address: toHexUpper(v.address) };
      f.validatorPower.set(Number(v.votingPower), labels);
      if (flag === BLOCK_ID_FLAG_COMMIT) f.validatorLastSigned.set(Number(height), labels);
      else f.validatorMissed.add(1, labels);
    }
  }
  f.missing.set(missing);
  f.missingPower.set(Number(missingPower));
  const doubleSigners = block.evidence.flatMap((e) => {
    if (e.case !== 'duplicateVote') return [];
    const { voteA } = e.value;
    return validators.validators.filter((v) => bytesEqual(v.address, voteA.validatorAddress));
  });
  f.byzantine.set(doubleSigners.length);
  f.byzantinePower.set(Number(doubleSigners.reduce((n, v) => n + v.votingPower, 0n)));
  const last = blockStore.loadBlockMeta(height - 1n);
  if (last !== undefined) f.blockInterval.observe(seconds(time - last.header.time));
  const size = Number(blockStore.loadBlockMeta(height)?.blockSize ?? 0n);
  f.numTxs.set(block.data.txs.length);
  f.totalTxs.add(block.data.txs.length);
  f.blockSize.set(size);
  f.chainSize.add(size);
  f.latestBlockHeight.set(Number(height));
}

/** Feeds the families until the returned function is called. */
export function feedConsensus(f: ConsensusFamilies, engine: Engine, isSyncing: () => boolean): () => void {
  let round = 0;
  let step = '';
  let stepBegan = 0;
  f.height.set(Number(engine.state.lastBlockHeight + 1n));
  f.latestBlockHeight.set(Number(engine.state.lastBlockHeight));

  const onStep = (next: { readonly round: number; readonly step: string }): void => {
    const c = engine.consensus;
    if (c === undefined) return;
    f.height.set(Number(c.height));
    if (next.round !== round || (next.round === 0 && next.step === 'RoundStepNewRound')) {
      f.rounds.set(round);
      if (c.startTime > 0n) f.roundDuration.observe(Math.max(0, seconds(engine.now() - c.startTime)));
      for (const type of VOTE_TYPES) f.roundPower.set(0, { vote_type: type });
    }
    if (next.step !== step) {
      const now = performance.now();
      if (stepBegan > 0) f.stepDuration.observe((now - stepBegan) / 1000, { step: shortStep(step) });
      stepBegan = now;
    }
    if (next.step === 'RoundStepCommit') recordDelays(f, c);
    if (next.round > 0 && next.round !== round) f.roundIncrement.add(1, { step: shortStep(step) });
    round = next.round;
    step = next.step;
  };

  const onVote = (vote: Vote): void => {
    const c = engine.consensus;
    if (c === undefined || vote.height !== c.height || vote.round !== c.round.round) return;
    const power = c.context.validators.validators[vote.validatorIndex]?.votingPower ?? 0n;
    f.roundPower.add(Number(power) / Number(c.context.validators.totalVotingPower), { vote_type: voteType(vote.type) });
  };

  const onPrecommitWaitEnded = (): void => {
    const c = engine.consensus;
    const votes = c?.votes.precommits(c.round.round);
    if (c === undefined || votes === undefined) return;
    const counted = votes.votes.filter((v): v is Vote => v !== undefined);
    const power = counted.reduce((n, v) => n + (votes.validators.validators[v.validatorIndex]?.votingPower ?? 0n), 0n);
    f.precommitsCounted.set(counted.length);
    f.precommitsPercentage.set(Number(power) / Number(votes.validators.totalVotingPower));
  };

  const offEvents = engine.onConsensusEvent((e) => {
    if (e.type === 'NewRoundStep') onStep(e);
    else if (e.type === 'Vote') onVote(e.vote);
    else if (e.type === 'TimeoutWait' && e.step.startsWith('RoundStepPrecommit')) onPrecommitWaitEnded();
  });
  const offBlocks = engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
    if (data.type === 'NewBlock' && !isSyncing()) recordBlock(f, engine, data.block);
  });
  return () => {
    offEvents();
    offBlocks();
  };
}
