// oracle-cmt and code-derived: encodings, hashes, sign bytes, priorities and verdicts of the consensus types.
import { deepEqual, equal } from 'node:assert/strict';
import { merkleProofCodec } from '../../chain/crypto/merkle-codec.ts';
import { nobleSigner, nobleVerifier } from '../../chain/crypto/noble.ts';
import { fromHex, toHex, toHexUpper, utf8 } from '../../chain/encoding/bytes.ts';
import { formatTime, parseTime } from '../../chain/encoding/time.ts';
import { blockCodec, blockHash, decodeBlock, makePartSet } from '../../chain/types/block.ts';
import { validateCommit } from '../../chain/types/commit.ts';
import { commitCodec, commitHash } from '../../chain/types/commit-codec.ts';
import { type VerifySignatures, verifyCommit, verifyCommitLight } from '../../chain/types/commit-verify.ts';
import { completeConsensusParams, consensusParamsCodec, consensusParamsHash } from '../../chain/types/consensus-params.ts';
import { evidenceBytes, evidenceCodec, evidenceHash, evidenceListHash, newDuplicateVoteEvidence, validateEvidence } from '../../chain/types/evidence.ts';
import { type Header, headerHash } from '../../chain/types/header.ts';
import { headerCodec } from '../../chain/types/header-codec.ts';
import { jBlock, jEvidence, jTxProof } from '../../chain/types/json/block.ts';
import { jConsensusParams } from '../../chain/types/json/consensus-params.ts';
import { jBlockId, jHeader } from '../../chain/types/json/header.ts';
import { fromJson } from '../../chain/types/json/json-codec.ts';
import { jValidator } from '../../chain/types/json/validators.ts';
import { jCommit, jProposal } from '../../chain/types/json/votes.ts';
import { medianTime } from '../../chain/types/median-time.ts';
import { PartSet } from '../../chain/types/part-set.ts';
import { proposalCodec, proposalSignBytes } from '../../chain/types/proposal.ts';
import type { PublicKey } from '../../chain/types/public-key.ts';
import { deterministicResultCodec, lastResultsHash } from '../../chain/types/results.ts';
import { dataHash, txHash, txProof, txProofCodec, verifyTxProof } from '../../chain/types/tx.ts';
import { newValidator, type Validator, validatorBytes } from '../../chain/types/validator.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { ValidatorSet } from '../../chain/types/validator-set.ts';
import { validatorSetCodec } from '../../chain/types/validator-set-codec.ts';
import { type Vote, voteCodec, voteExtensionSignBytes, voteSignBytes } from '../../chain/types/vote.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

// biome-ignore lint/suspicious/noExplicitAny: vectors are untyped JSON
type Case = any;

/** One case per element of the file's `cases`. */
function each(run: (c: Case, index: number) => void) {
  return async (file: VectorFile, t: Cases): Promise<void> => {
    for (const [i, c] of (file.json().cases as Case[]).entries()) await t.case(`#${i} ${c.name ?? ''}`, () => run(c, i));
  };
}

const verify: VerifySignatures = (checks) =>
  checks.map((c) => c.pubKey.case === 'ed25519' && nobleVerifier.verify('ed25519', c.pubKey.value, c.message, c.signature));

/** The bytes decode to what was encoded, and encode again to the same. */
function roundTrip<T>(codec: { encode(m: T): Uint8Array; decode(b: Uint8Array): T }, m: T, hex: string): void {
  equal(toHex(codec.encode(m)), hex);
  equal(toHex(codec.encode(codec.decode(fromHex(hex)))), hex);
}

function header(c: Case): void {
  const h = fromJson(jHeader, c.header);
  roundTrip(headerCodec, h, c.proto);
  equal(toHex(headerHash(h)), c.hash ?? '');
  deepEqual(jHeader.to(h), c.header);
}

function block(c: Case): void {
  const b = fromJson(jBlock, c.block);
  roundTrip(blockCodec, b, c.proto);
  equal(toHex(blockHash(b)), c.hash);
  equal(blockCodec.encode(b).length, c.size);
  const parts = makePartSet(b);
  equal(parts.total, c.part_set_header.total);
  equal(toHexUpper(parts.hash), c.part_set_header.hash);
  const again = jBlock.to(decodeBlock(fromHex(c.proto))) as Case;
  // A list that is nil in the oracle's memory is null there and [] after decoding.
  const oracle = structuredClone(c.block);
  oracle.evidence.evidence ??= [];
  oracle.data.txs ??= [];
  if (oracle.last_commit !== null) oracle.last_commit.signatures ??= [];
  deepEqual(again, oracle);
}

function errorOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (e) {
    return (e as Error).message;
  }
}

function commit(c: Case): void {
  const cm = fromJson(jCommit, c.commit);
  const set = ValidatorSet.restore(
    c.validators.map((v: Case, i: number) => fromJson(jValidator, v, `validators[${i}]`)),
    undefined,
  );
  roundTrip(commitCodec, cm, c.proto);
  validateCommit(cm);
  equal(toHex(commitHash(cm)), c.hash);
  equal(formatTime(medianTime(cm, set)), c.median_time);
  equal(
    errorOf(() => verifyCommit(c.chain_id, set, cm.blockId, cm.height, cm, verify)),
    c.verify_commit_error,
  );
  equal(
    errorOf(() => verifyCommitLight(c.chain_id, set, cm.blockId, cm.height, cm, verify)),
    c.verify_commit_light_error,
  );
  deepEqual(jCommit.to(cm), c.commit);
}

function sign(privateKey: string, message: Uint8Array): string {
  return toHex(nobleSigner.ed25519(fromHex(privateKey).subarray(0, 32), message));
}

function vote(c: Case): void {
  const pubKey: PublicKey = { case: 'ed25519', value: fromHex(c.privkey_seed_and_pub).subarray(32) };
  const v: Vote = {
    type: c.type,
    height: BigInt(c.height),
    round: c.round,
    blockId: fromJson(jBlockId, c.block_id),
    timestamp: parseTime(c.time),
    validatorAddress: addressOfKey(pubKey),
    validatorIndex: c.validator_index,
    signature: fromHex(c.signature),
    extension: fromHex(c.extension),
    extensionSignature: fromHex(c.extension_signature ?? ''),
  };
  equal(toHex(voteSignBytes(c.chain_id, v)), c.sign_bytes);
  equal(sign(c.privkey_seed_and_pub, fromHex(c.sign_bytes)), c.signature);
  if (c.extension_sign_bytes !== undefined) equal(toHex(voteExtensionSignBytes(c.chain_id, v)), c.extension_sign_bytes);
  roundTrip(voteCodec, v, c.vote_proto);
}

function proposal(c: Case): void {
  const p = fromJson(jProposal, c.proposal);
  roundTrip(proposalCodec, p, c.proto);
  equal(toHex(proposalSignBytes(c.chain_id, p)), c.sign_bytes);
  equal(sign(c.privkey, fromHex(c.sign_bytes)), c.signature);
  deepEqual(jProposal.to(p), c.proposal);
}

function validatorOf(v: Case): Validator {
  return newValidator({ case: v.type, value: fromHex(v.pubkey) }, BigInt(v.power));
}

function checkSet(set: ValidatorSet, want: Case): void {
  equal(toHex(set.hash()), want.hash);
  equal(toHex(set.proposer?.address ?? new Uint8Array(0)), want.proposer);
  equal(set.totalVotingPower.toString(), want.total);
  deepEqual(
    set.validators.map((v) => ({ address: toHex(v.address), power: v.votingPower.toString(), priority: v.proposerPriority.toString() })),
    want.validators,
  );
}

function validatorSet(c: Case): void {
  for (const v of c.input) equal(toHex(validatorOf(v).address), v.address);
  const set = ValidatorSet.create(c.input.map(validatorOf));
  checkSet(set, c.new);
  deepEqual(
    set.validators.map((v) => toHex(validatorBytes(v))),
    c.simple_validator_bytes,
  );
  equal(toHex(validatorSetCodec.encode(set)), c.proto);
  equal(toHex(validatorSetCodec.encode(validatorSetCodec.decode(fromHex(c.proto)))), c.proto);
  const walk = set.copy();
  const proposers: string[] = [];
  for (let i = 0; i < c.proposers_after_each_of_40_increments.length; i++) {
    walk.incrementProposerPriority(1);
    proposers.push(toHex(walk.proposer?.address ?? new Uint8Array(0)));
  }
  deepEqual(proposers, c.proposers_after_each_of_40_increments);
  checkSet(walk, c.state_after_40);
  walk.incrementProposerPriority(c.increment_by);
  checkSet(walk, c.state_after_increment_by);
  for (const u of c.updates) {
    // Where the oracle's update was an error, its set stayed as it was.
    if (u.error === undefined || u.error === null) walk.updateWithChangeSet(u.changes.map(validatorOf));
    else if (errorOf(() => walk.updateWithChangeSet(u.changes.map(validatorOf))) === null) throw new Error('the update must be an error');
    walk.incrementProposerPriority(1);
    checkSet(walk, u.after_increment_1);
  }
  // The set as it was made is not touched by what its copy did.
  checkSet(set, c.new);
}

function consensusParams(c: Case): void {
  const p = fromJson(jConsensusParams, c.params);
  equal(toHex(consensusParamsHash(p)), c.hash);
  roundTrip(consensusParamsCodec, completeConsensusParams(p), c.proto);
  deepEqual(jConsensusParams.to(p), { ...c.params, authority: c.params.authority ?? { authority: '' } });
}

function results(c: Case): void {
  const list = c.results.map((r: Case) => ({
    code: r.code,
    data: r.data === null ? new Uint8Array(0) : new Uint8Array(Buffer.from(r.data, 'base64')),
    gasWanted: BigInt(r.gas_wanted),
    gasUsed: BigInt(r.gas_used),
  }));
  deepEqual(
    list.map((r: Case) => toHex(deterministicResultCodec.encode(r))),
    c.deterministic_leaf_protos,
  );
  equal(toHex(lastResultsHash(list)), c.last_results_hash);
}

function txs(c: Case): void {
  const list = c.txs.map(fromHex);
  equal(toHex(dataHash(list)), c.data_hash);
  deepEqual(
    list.map((tx: Uint8Array) => toHex(txHash(tx))),
    c.tx_hashes,
  );
  if (c.proof_index === undefined) return;
  const proof = txProof(list, c.proof_index);
  roundTrip(txProofCodec, proof, c.tx_proof_proto);
  deepEqual(jTxProof.to(proof), c.tx_proof_json);
  verifyTxProof(fromJson(jTxProof, c.tx_proof_json), fromHex(c.data_hash));
}

function partSet(c: Case): void {
  const data = new Uint8Array(c.size);
  for (let j = 0; j < data.length; j++) data[j] = (j * 131 + c.seed * 29 + (j >> 8) * 17) & 255;
  const set = PartSet.fromData(data);
  equal(set.total, c.total);
  equal(toHex(set.hash), c.hash);
  const last = set.getPart(set.total - 1);
  if (last === undefined) throw new Error('the last part is missing');
  equal(last.bytes.length, c.last_part_len);
  equal(toHex(merkleProofCodec.encode(last.proof)), c.last_part_proof_proto);
  const received = PartSet.fromHeader(set.header);
  for (let i = set.total - 1; i >= 0; i--) {
    const part = set.getPart(i);
    if (part !== undefined) received.addPart(part);
  }
  deepEqual(received.assemble(), data);
}

function duplicateVote(c: Case): void {
  const e = fromJson(jEvidence, c.evidence);
  if (e.case !== 'duplicateVote') throw new Error('not duplicate vote evidence');
  validateEvidence(e);
  equal(toHex(evidenceBytes(e)), c.bytes);
  equal(toHex(evidenceHash(e)), c.hash);
  equal(toHex(evidenceListHash([e])), c.list_hash);
  roundTrip(evidenceCodec, e, c.evidence_oneof_proto);
  deepEqual(jEvidence.to(e), c.evidence);
  const set = ValidatorSet.restore(
    c.validators.map((v: Case) => fromJson(jValidator, v)),
    undefined,
  );
  const { voteA, voteB, timestamp } = e.value;
  deepEqual(newDuplicateVoteEvidence(voteB, voteA, timestamp, set), e.value);
  for (const v of [voteA, voteB]) {
    const key = set.getByAddress(v.validatorAddress)?.validator.pubKey;
    if (key === undefined || !nobleVerifier.verify('ed25519', key.value, voteSignBytes(c.chain_id, v), v.signature)) throw new Error('a vote is not signed');
  }
}

function plainBlockId(b: Case): { hash: Uint8Array; partSetHeader: { total: number; hash: Uint8Array } } {
  return b === null || b === undefined
    ? { hash: new Uint8Array(0), partSetHeader: { total: 0, hash: new Uint8Array(0) } }
    : { hash: fromHex(b.hash), partSetHeader: { total: b.total, hash: fromHex(b.parts_hash) } };
}

function headerHashCase(c: Case): void {
  const h = c.header;
  const made: Header = {
    version: { block: BigInt(h.version.block), app: BigInt(h.version.app) },
    chainId: h.chain_id,
    height: BigInt(h.height),
    time: parseTime(h.time),
    lastBlockId: plainBlockId(h.last_block_id),
    lastCommitHash: fromHex(h.last_commit_hash),
    dataHash: fromHex(h.data_hash),
    validatorsHash: fromHex(h.validators_hash),
    nextValidatorsHash: fromHex(h.next_validators_hash),
    consensusHash: fromHex(h.consensus_hash),
    appHash: fromHex(h.app_hash),
    lastResultsHash: fromHex(h.last_results_hash),
    evidenceHash: fromHex(h.evidence_hash),
    proposerAddress: fromHex(h.proposer_address),
  };
  equal(toHex(headerHash(made)), (c.expect ?? c.hash ?? '').toLowerCase());
}

function voteSignBytesCase(c: Case): void {
  const v = { type: c.type, height: BigInt(c.height), round: c.round, blockId: plainBlockId(c.block_id), timestamp: parseTime(c.time) };
  equal(toHex(voteSignBytes(c.chain_id, v)), c.sign_bytes);
}

function proposalSignBytesCase(c: Case): void {
  const p = { height: BigInt(c.height), round: c.round, polRound: c.pol_round, blockId: plainBlockId(c.block_id), timestamp: parseTime(c.time) };
  equal(toHex(proposalSignBytes(c.chain_id, p)), c.sign_bytes);
}

function named(address: Uint8Array, power: number, priority: number): Validator {
  return { address, pubKey: { case: 'ed25519', value: address }, votingPower: BigInt(power), proposerPriority: BigInt(priority) };
}

function proposerSelection(c: Case): void {
  if (c.validators !== undefined) {
    const set = ValidatorSet.create(c.validators.map((v: Case) => named(utf8(v.address_utf8), v.power, 0)));
    const got: string[] = [];
    for (let i = 0; i < c.proposers_before_each_increment.length; i++) {
      got.push(String.fromCharCode(...(set.proposer?.address ?? [])));
      set.incrementProposerPriority(1);
    }
    deepEqual(got, c.proposers_before_each_increment);
    return;
  }
  const set = ValidatorSet.restore(
    c.initial.map(([address, power, priority]: [string, number, number]) => named(utf8(address), power, priority)),
    undefined,
  );
  set.incrementProposerPriority(c.times);
  const got = set.validators.map((v) => Number(v.proposerPriority));
  if (c.subtracted !== undefined) {
    deepEqual(
      got,
      c.initial.map(([, , priority]: [string, number, number]) => priority - c.subtracted),
    );
    return;
  }
  deepEqual(got, c.priorities);
  equal(set.proposer, set.validators[c.proposer]);
}

function valsetHash(c: Case): void {
  const given = c.validators.map(validatorOf);
  const set = ValidatorSet.create(given);
  equal(toHex(set.hash()), c.hash);
}

export const handlers: Handlers = {
  'oracle-cmt/header.json': each(header),
  'oracle-cmt/block.json': each(block),
  'oracle-cmt/commit.json': each(commit),
  'oracle-cmt/vote.json': each(vote),
  'oracle-cmt/proposal.json': each(proposal),
  'oracle-cmt/validator-set.json': each(validatorSet),
  'oracle-cmt/consensus-params.json': each(consensusParams),
  'oracle-cmt/results-hash.json': each(results),
  'oracle-cmt/txs-hash.json': each(txs),
  'oracle-cmt/part-set.json': each(partSet),
  'oracle-cmt/evidence-duplicate-vote.json': each(duplicateVote),
  'code-derived/header-hash.json': each(headerHashCase),
  'code-derived/vote-sign-bytes.json': each(voteSignBytesCase),
  'code-derived/proposal-sign-bytes.json': each(proposalSignBytesCase),
  'code-derived/proposer-selection.json': each(proposerSelection),
  'code-derived/valset-hash.json': each(valsetHash),
};
