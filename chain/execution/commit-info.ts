// What the application is told of a block's last commit and evidence (cmt:state/execution.go BuildLastCommitInfo, types/evidence.go ABCI).
import type { CommitInfo, ExtendedCommitInfo, Misbehavior } from '../abci/application.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import type { Block } from '../types/block.ts';
import { type Evidence, evidenceTime } from '../types/evidence.ts';
import type { ExtendedCommit } from '../types/extended-commit.ts';
import type { ValidatorSet } from '../types/validator-set.ts';

const NO_COMMIT: CommitInfo = { round: 0, votes: [] };

/** `lastValidators` made the last commit; at the initial height there is none. */
export function lastCommitInfo(b: Block, lastValidators: ValidatorSet, initialHeight: bigint): CommitInfo {
  const { lastCommit } = b;
  if (b.header.height === initialHeight || lastCommit === undefined) return NO_COMMIT;
  if (lastCommit.signatures.length !== lastValidators.size) {
    throw new Error(`commit size (${lastCommit.signatures.length}) doesn't match validator set length (${lastValidators.size}) at height ${b.header.height}`);
  }
  const votes = lastValidators.validators.map((v, i) => ({
    validator: { address: v.address, power: v.votingPower },
    blockIdFlag: lastCommit.signatures[i]?.blockIdFlag ?? 1,
  }));
  return { round: lastCommit.round, votes };
}

/** As lastCommitInfo, with the vote extensions: only the proposer has them. */
export function extendedCommitInfo(c: ExtendedCommit | undefined, lastValidators: ValidatorSet): ExtendedCommitInfo {
  if (c === undefined) return { round: 0, votes: [] };
  if (c.extendedSignatures.length !== lastValidators.size) {
    throw new Error(`extended commit size (${c.extendedSignatures.length}) does not match validator set length (${lastValidators.size}) at height ${c.height}`);
  }
  const votes = lastValidators.validators.map((v, i) => {
    const s = c.extendedSignatures[i];
    if (s === undefined || (s.blockIdFlag !== 1 && !bytesEqual(s.validatorAddress, v.address))) {
      throw new Error(`the extended commit of height ${c.height} has another validator at position ${i}`);
    }
    return {
      validator: { address: v.address, power: v.votingPower },
      blockIdFlag: s.blockIdFlag,
      voteExtension: s.extension,
      extensionSignature: s.extensionSignature,
    };
  });
  return { round: c.round, votes };
}

const DUPLICATE_VOTE = 1;
const LIGHT_CLIENT_ATTACK = 2;

/** One entry an offender: a light client attack names several. */
export function misbehaviors(evidence: readonly Evidence[]): readonly Misbehavior[] {
  return evidence.flatMap((e): readonly Misbehavior[] => {
    const time = evidenceTime(e);
    if (e.case === 'duplicateVote') {
      const { voteA, validatorPower, totalVotingPower } = e.value;
      const validator = { address: voteA.validatorAddress, power: validatorPower };
      return [{ type: DUPLICATE_VOTE, validator, height: voteA.height, time, totalVotingPower }];
    }
    const { byzantineValidators, commonHeight, totalVotingPower } = e.value;
    return byzantineValidators.map((v) => ({
      type: LIGHT_CLIENT_ATTACK,
      validator: { address: v.address, power: v.votingPower },
      height: commonHeight,
      time,
      totalVotingPower,
    }));
  });
}
