// Arbitraries and small makers for the tests of these types and of what builds on them. Not imported by code.
import fc from 'fast-check';
import { nobleSigner } from '../../crypto/noble.ts';
import { GO_ZERO_TIME } from '../../encoding/time.ts';
import type { BlockId } from '../block-id.ts';
import { ABSENT_COMMIT_SIG, BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL, type Commit, type CommitSig } from '../commit.ts';
import type { Header } from '../header.ts';
import type { PublicKey } from '../public-key.ts';
import { newValidator, type Validator } from '../validator.ts';
import { ValidatorSet } from '../validator-set.ts';
import { PRECOMMIT, type Vote, voteSignBytes } from '../vote.ts';

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
export const anyHash: fc.Arbitrary<Uint8Array> = fc.oneof(bytesOf(32), fc.constant(new Uint8Array(0)));
const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
export const anyTime: fc.Arbitrary<bigint> = fc.oneof(
  fc.constant(GO_ZERO_TIME),
  fc.constant(0n),
  fc.bigInt({ min: GO_ZERO_TIME, max: 253_402_300_799_999_999_999n }),
);

export const anyBlockId: fc.Arbitrary<BlockId> = fc.record({
  hash: anyHash,
  partSetHeader: fc.record({ total: fc.nat(0xffffffff), hash: anyHash }),
});
export const completeBlockId: fc.Arbitrary<BlockId> = fc.record({
  hash: bytesOf(32),
  partSetHeader: fc.record({ total: fc.integer({ min: 1, max: 1601 }), hash: bytesOf(32) }),
});

export const anyHeader: fc.Arbitrary<Header> = fc.record({
  version: fc.record({ block: fc.constant(11n), app: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) }),
  chainId: fc.string({ maxLength: 12 }),
  height: fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }),
  time: anyTime,
  lastBlockId: anyBlockId,
  lastCommitHash: anyHash,
  dataHash: anyHash,
  validatorsHash: anyHash,
  nextValidatorsHash: anyHash,
  consensusHash: anyHash,
  appHash: fc.uint8Array({ maxLength: 40 }),
  lastResultsHash: anyHash,
  evidenceHash: anyHash,
  proposerAddress: bytesOf(20),
});

export const anyCommitSig: fc.Arbitrary<CommitSig> = fc.oneof(
  fc.constant(ABSENT_COMMIT_SIG),
  fc.record({
    blockIdFlag: fc.constantFrom(BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL),
    validatorAddress: bytesOf(20),
    timestamp: anyTime,
    signature: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  }),
);

export const anyCommit: fc.Arbitrary<Commit> = fc.record({
  height: fc.bigInt({ min: 1n, max: 1n << 40n }),
  round: fc.nat(0x7fffffff),
  blockId: completeBlockId,
  signatures: fc.array(anyCommitSig, { minLength: 1, maxLength: 6 }),
});

export const anyVote: fc.Arbitrary<Vote> = fc.record({
  type: fc.constantFrom(1, 2),
  height: int64,
  round: fc.integer(),
  blockId: anyBlockId,
  timestamp: anyTime,
  validatorAddress: bytesOf(20),
  validatorIndex: fc.integer(),
  signature: fc.uint8Array({ maxLength: 64 }),
  extension: fc.uint8Array({ maxLength: 8 }),
  extensionSignature: fc.uint8Array({ maxLength: 64 }),
});

/** Keys need not be points where nothing is verified. */
export function testKey(n: number): PublicKey {
  const value = new Uint8Array(32);
  new DataView(value.buffer).setUint32(0, n);
  return { case: 'ed25519', value };
}

export function testValidator(n: number, power: bigint): Validator {
  return newValidator(testKey(n), power);
}

export function testSet(...powers: readonly bigint[]): ValidatorSet {
  return ValidatorSet.create(powers.map((p, i) => testValidator(i, p)));
}

export interface TestSigner {
  readonly seed: Uint8Array;
  readonly pubKey: PublicKey;
}

/** A key pair that really signs. */
export function testSigner(n: number): TestSigner {
  const seed = new Uint8Array(32).fill(n + 1);
  return { seed, pubKey: { case: 'ed25519', value: nobleSigner.ed25519PublicKey(seed) } };
}

/** A commit of `set` whose entries are flagged as `flags` says, in the set's order, each really signed. */
export function signedCommit(
  chainId: string,
  set: ValidatorSet,
  signers: readonly TestSigner[],
  blockId: BlockId,
  height: bigint,
  flags: readonly number[],
): Commit {
  const signatures = set.validators.map((v, i): CommitSig => {
    const flag = flags[i] ?? BLOCK_ID_FLAG_COMMIT;
    const signer = signers.find((s) => s.pubKey.value.every((b, at) => b === v.pubKey.value[at]));
    if (signer === undefined || (flag !== BLOCK_ID_FLAG_COMMIT && flag !== BLOCK_ID_FLAG_NIL)) return ABSENT_COMMIT_SIG;
    const id = flag === BLOCK_ID_FLAG_COMMIT ? blockId : { hash: new Uint8Array(0), partSetHeader: { total: 0, hash: new Uint8Array(0) } };
    const timestamp = 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000_007n;
    const message = voteSignBytes(chainId, { type: PRECOMMIT, height, round: 0, blockId: id, timestamp });
    return { blockIdFlag: flag, validatorAddress: v.address, timestamp, signature: nobleSigner.ed25519(signer.seed, message) };
  });
  return { height, round: 0, blockId, signatures };
}
