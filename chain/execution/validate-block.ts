// Whether a block may follow a state (cmt:state/validation.go). Signatures of the last commit are planned here and verified by the caller.
// Errors are TypesError with the text of CometBFT.
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { type Duration, formatTime, type Time } from '../encoding/time.ts';
import { type Block, validateBlock as validateBlockForm } from '../types/block.ts';
import { blockIdsEqual, formatBlockId } from '../types/block-id.ts';
import { type CommitPlan, planVerifyCommit } from '../types/commit-verify.ts';
import { consensusParamsHash } from '../types/consensus-params.ts';
import { TypesError } from '../types/errors.ts';
import { evidenceListCodec } from '../types/evidence.ts';
import { ADDRESS_SIZE } from '../types/limits.ts';
import { medianTime } from '../types/median-time.ts';
import { nextHeight, type State } from './state.ts';

export interface ValidateBlockOptions {
  /** The form and the hashes of the body were checked when the block was decoded or made. */
  readonly formChecked?: boolean;
  /** The last commit was verified elsewhere. */
  readonly skipLastCommit?: boolean;
  /** A block later than `now` + `tolerance` is refused. */
  readonly clock?: { readonly now: Time; readonly tolerance: Duration };
}

function fail(why: string): never {
  throw new TypesError('block', why);
}

function same(field: string, expected: Uint8Array, got: Uint8Array): void {
  if (!bytesEqual(expected, got)) fail(`wrong Block.Header.${field}.  Expected ${toHexUpper(expected)}, got ${toHexUpper(got)}`);
}

/** All checks but the signatures of the plan it gives; undefined: there are none. */
export function planBlockValidation(s: State, b: Block, options: ValidateBlockOptions = {}): CommitPlan | undefined {
  const h = b.header;
  if (options.formChecked !== true) validateBlockForm(b);
  if (h.version.app !== s.version.app || h.version.block !== s.version.block) {
    fail(`wrong Block.Header.Version. Expected {${s.version.block} ${s.version.app}}, got {${h.version.block} ${h.version.app}}`);
  }
  if (h.chainId !== s.chainId) fail(`wrong Block.Header.ChainID. Expected ${s.chainId}, got ${h.chainId}`);
  const height = nextHeight(s);
  if (h.height !== height) fail(`wrong Block.Header.Height. Expected ${height}, got ${h.height}`);
  if (!blockIdsEqual(h.lastBlockId, s.lastBlockId)) {
    fail(`wrong Block.Header.LastBlockID.  Expected ${formatBlockId(s.lastBlockId)}, got ${formatBlockId(h.lastBlockId)}`);
  }
  same('AppHash', s.appHash, h.appHash);
  same('ConsensusHash', consensusParamsHash(s.consensusParams), h.consensusHash);
  same('LastResultsHash', s.lastResultsHash, h.lastResultsHash);
  same('ValidatorsHash', s.validators.hash(), h.validatorsHash);
  same('NextValidatorsHash', s.nextValidators.hash(), h.nextValidatorsHash);

  const { lastCommit } = b;
  if (lastCommit === undefined) return fail('nil LastCommit');
  const initial = h.height === s.initialHeight;
  let plan: CommitPlan | undefined;
  if (initial) {
    if (lastCommit.signatures.length !== 0) fail("initial block can't have LastCommit signatures");
  } else if (options.skipLastCommit !== true) {
    plan = planVerifyCommit(s.chainId, s.lastValidators, s.lastBlockId, h.height - 1n, lastCommit);
  }

  if (h.proposerAddress.length !== ADDRESS_SIZE) fail(`expected ProposerAddress size ${ADDRESS_SIZE}, got ${h.proposerAddress.length}`);
  // Which round it was first proposed in is not known here, so only that the proposer is a validator.
  if (!s.validators.hasAddress(h.proposerAddress)) fail(`block.Header.ProposerAddress ${toHexUpper(h.proposerAddress)} is not a validator`);

  const { clock } = options;
  if (clock !== undefined && clock.tolerance > 0n && h.time >= clock.now + clock.tolerance) {
    fail(`block time ${formatTime(h.time)} is too far in the future (wall clock ${formatTime(clock.now)} + tolerance ${clock.tolerance} ns)`);
  }
  if (initial) {
    if (h.time !== s.lastBlockTime) fail(`block time ${formatTime(h.time)} is not equal to genesis time ${formatTime(s.lastBlockTime)}`);
  } else {
    if (h.time <= s.lastBlockTime) fail(`block time ${formatTime(h.time)} not greater than last block time ${formatTime(s.lastBlockTime)}`);
    const median = medianTime(lastCommit, s.lastValidators);
    if (h.time !== median) fail(`invalid block time. Expected ${formatTime(median)}, got ${formatTime(h.time)}`);
  }

  const evidenceBytes = b.evidence.length === 0 ? 0n : BigInt(evidenceListCodec.encode(b.evidence).length);
  const { maxBytes } = s.consensusParams.evidence;
  if (evidenceBytes > maxBytes) fail(`Too much evidence: Max ${maxBytes}, got ${evidenceBytes}`);
  return plan;
}
