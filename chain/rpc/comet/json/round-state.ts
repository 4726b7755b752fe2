// The consensus dumps (cmt:consensus/types/round_state.go, height_vote_set.go; types/vote_set.go): meant for people, with votes as text.
import { toHexUpper } from '../../../encoding/bytes.ts';
import { formatTime } from '../../../encoding/time.ts';
import { type Block, blockHash } from '../../../types/block.ts';
import type { ValidatorSet } from '../../../types/validator-set.ts';
import { PREVOTE, type Vote } from '../../../types/vote.ts';
import type { PartSetView, RoundStateView, RoundVotesView, VoteSetView } from '../../backend.ts';
import { blockToJson, hex, proposalToJson, validatorSetToJson } from './chain.ts';

const FINGERPRINT_BYTES = 6;

/** The first six bytes, filled up with zeros. */
function fingerprint(b: Uint8Array): string {
  return toHexUpper(b.subarray(0, FINGERPRINT_BYTES)).padEnd(2 * FINGERPRINT_BYTES, '0');
}

function voteText(v: Vote | undefined): string {
  if (v === undefined) return 'nil-Vote';
  const type = v.type === PREVOTE ? 'SIGNED_MSG_TYPE_PREVOTE(Prevote)' : 'SIGNED_MSG_TYPE_PRECOMMIT(Precommit)';
  const round = v.round.toString().padStart(2, '0');
  const prints = [v.blockId.hash, v.signature, v.extension].map(fingerprint).join(' ');
  return `Vote{${v.validatorIndex}:${fingerprint(v.validatorAddress)} ${v.height}/${round}/${type} ${prints} @ ${formatTime(v.timestamp)}}`;
}

/** Marks every tenth bit with a space, every fiftieth with another, as CometBFT's BitArray prints itself. */
function bitsText(bits: readonly boolean[]): string {
  let text = '';
  bits.forEach((b, i) => {
    text += b ? 'x' : '_';
    if (i + 1 < bits.length && (i + 1) % 100 === 0) text += '\n';
    else if (i + 1 < bits.length && (i + 1) % 50 === 0) text += '  ';
    else if (i + 1 < bits.length && (i + 1) % 10 === 0) text += ' ';
  });
  return text;
}

/** sum/total rounded to hundredths, halves up. */
function share(sum: bigint, total: bigint): string {
  if (total === 0n) return 'NaN';
  const hundredths = (sum * 200n + total) / (2n * total);
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`;
}

function bitArrayText(v: VoteSetView): string {
  return `BA{${v.votes.length}:${bitsText(v.votes.map((x) => x !== undefined))}} ${v.sum}/${v.total} = ${share(v.sum, v.total)}`;
}

function emptyVotes(validators: ValidatorSet): VoteSetView {
  return { votes: new Array<undefined>(validators.size).fill(undefined), sum: 0n, total: validators.totalVotingPower, maj23: undefined };
}

function roundVotesJson(r: RoundVotesView, validators: ValidatorSet) {
  const prevotes = r.prevotes ?? emptyVotes(validators);
  const precommits = r.precommits ?? emptyVotes(validators);
  return {
    round: r.round,
    prevotes: prevotes.votes.map(voteText),
    prevotes_bit_array: bitArrayText(prevotes),
    precommits: precommits.votes.map(voteText),
    precommits_bit_array: bitArrayText(precommits),
  };
}

function partsJson(p: PartSetView | undefined) {
  if (p === undefined) return null;
  return { 'count/total': `${p.bits.filter(Boolean).length}/${p.header.total}`, parts_bit_array: p.bits.map((b) => (b ? 'x' : '_')).join('') };
}

const blockOrNull = (b: Block | undefined) => (b === undefined ? null : blockToJson(b));
const hashOf = (b: Block | undefined): string => (b === undefined ? '' : hex(blockHash(b)));

export function roundStateJson(s: RoundStateView) {
  return {
    height: s.height.toString(),
    round: s.round,
    step: s.step,
    start_time: formatTime(s.startTime),
    commit_time: formatTime(s.commitTime),
    validators: validatorSetToJson(s.validators),
    proposal: s.proposal === undefined ? null : proposalToJson(s.proposal),
    proposal_block: blockOrNull(s.proposalBlock),
    proposal_block_parts: partsJson(s.proposalBlockParts),
    locked_round: s.lockedRound,
    locked_block: blockOrNull(s.lockedBlock),
    locked_block_parts: partsJson(s.lockedBlockParts),
    valid_round: s.validRound,
    valid_block: blockOrNull(s.validBlock),
    valid_block_parts: partsJson(s.validBlockParts),
    votes: s.votes.map((r) => roundVotesJson(r, s.validators)),
    commit_round: s.commitRound,
    last_commit: s.lastCommit === undefined ? null : { votes: s.lastCommit.votes.map(voteText), votes_bit_array: bitArrayText(s.lastCommit), peer_maj_23s: {} },
    last_validators: s.lastValidators === undefined ? null : validatorSetToJson(s.lastValidators),
    triggered_timeout_precommit: s.triggeredTimeoutPrecommit,
  };
}

export function roundStateSimpleJson(s: RoundStateView) {
  const { proposer } = s.validators;
  return {
    'height/round/step': `${s.height}/${s.round}/${s.step}`,
    start_time: formatTime(s.startTime),
    proposal_block_hash: hashOf(s.proposalBlock),
    locked_block_hash: hashOf(s.lockedBlock),
    valid_block_hash: hashOf(s.validBlock),
    height_vote_set: s.votes.map((r) => roundVotesJson(r, s.validators)),
    proposer: {
      address: proposer === undefined ? '' : hex(proposer.address),
      index: proposer === undefined ? -1 : (s.validators.getByAddress(proposer.address)?.index ?? -1),
    },
  };
}
