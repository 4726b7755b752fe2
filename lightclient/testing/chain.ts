// Signed histories for tests: chains of headers whose validators change, and forks of them. Signed by whatever signer is installed.

import { sha256 } from '../../chain/crypto/sha256.ts';
import { currentSigner, signEd25519 } from '../../chain/crypto/signatures.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import { ABSENT_COMMIT_SIG, type Commit, type CommitSig, commitSignBytes } from '../../chain/types/commit.ts';
import { type Header, headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { compareValidators, newValidator } from '../../chain/types/validator.ts';
import { ValidatorList } from '../../chain/types/validator-list.ts';

export const SECOND = 1_000_000_000n;
export const START = 1_700_000_000n * SECOND;

export interface Key {
  readonly seed: Uint8Array;
  readonly value: Uint8Array;
}

const keys = new Map<number, Key>();
export function keyOf(n: number): Key {
  let k = keys.get(n);
  if (k === undefined) {
    const seed = sha256(utf8(`light client test key ${n}`));
    k = { seed, value: currentSigner().ed25519PublicKey(seed) };
    keys.set(n, k);
  }
  return k;
}

/** Validators by the number of their key. */
export type Powers = Readonly<Record<number, bigint>>;

export interface History {
  readonly blocks: readonly LightBlock[];
  /** By height; index 0 is of height 1. */
  readonly powers: readonly Powers[];
}

function setOf(powers: Powers): { readonly set: ValidatorList; readonly keys: readonly Key[] } {
  const members = Object.entries(powers).map(([n, power]) => ({
    key: keyOf(Number(n)),
    v: newValidator({ case: 'ed25519', value: keyOf(Number(n)).value }, power),
  }));
  members.sort((a, b) => compareValidators(a.v, b.v));
  const validators = members.map((m) => m.v);
  return { set: new ValidatorList(validators, validators[0]), keys: members.map((m) => m.key) };
}

export interface BlockPlan {
  readonly chainId: string;
  readonly powers: Powers;
  readonly nextPowers: Powers;
  readonly header?: Partial<Header>;
  readonly round?: number;
  /** Numbers of keys that do not sign. */
  readonly absent?: readonly number[];
  /** Numbers of keys that sign for nil. */
  readonly nil?: readonly number[];
}

export function signCommit(
  chainId: string,
  set: ValidatorList,
  signers: readonly (Key | undefined)[],
  header: Header,
  round: number,
  nil: readonly number[] = [],
): Commit {
  const blockId = { hash: headerHash(header), partSetHeader: { total: 1, hash: sha256(utf8('parts')) } };
  const empty: CommitSig[] = set.validators.map((v, i) =>
    signers[i] === undefined
      ? ABSENT_COMMIT_SIG
      : { blockIdFlag: nil.includes(i) ? 3 : 2, validatorAddress: v.address, timestamp: header.time + 3n + BigInt(i), signature: new Uint8Array(64) },
  );
  const draft: Commit = { height: header.height, round, blockId, signatures: empty };
  const messageOf = commitSignBytes(chainId, draft);
  return {
    ...draft,
    signatures: empty.map((s, i) => (signers[i] === undefined ? s : { ...s, signature: signEd25519((signers[i] as Key).seed, messageOf(i)) })),
  };
}

export function makeBlock(height: bigint, previous: LightBlock | undefined, p: BlockPlan): LightBlock {
  const { set, keys: own } = setOf(p.powers);
  const numbers = own.map((k) => Object.keys(p.powers).find((n) => keyOf(Number(n)) === k));
  const header: Header = {
    version: { block: 11n, app: 1n },
    chainId: p.chainId,
    height,
    time: START + height * SECOND,
    lastBlockId: previous === undefined ? ZERO_BLOCK_ID : previous.signedHeader.commit.blockId,
    lastCommitHash: sha256(utf8(`commit ${height}`)),
    dataHash: sha256(utf8(`data ${height}`)),
    validatorsHash: set.hash(),
    nextValidatorsHash: setOf(p.nextPowers).set.hash(),
    consensusHash: sha256(utf8('consensus')),
    appHash: sha256(utf8(`app ${height}`)),
    lastResultsHash: sha256(utf8(`results ${height}`)),
    evidenceHash: sha256(new Uint8Array(0)),
    proposerAddress: (set.validators[0] as { address: Uint8Array }).address,
    ...p.header,
  };
  const signers = own.map((k, i) => (p.absent?.includes(Number(numbers[i])) ? undefined : k));
  const nil = numbers.flatMap((n, i) => (p.nil?.includes(Number(n)) ? [i] : []));
  return { signedHeader: { header, commit: signCommit(p.chainId, set, signers, header, p.round ?? 0, nil) }, validatorSet: set };
}

/** `powersAt` gives the validators of each height, `headerAt` fields of its header. */
export function makeHistory(
  chainId: string,
  length: number,
  powersAt: (height: number) => Powers,
  headerAt: (height: number) => Partial<Header> = () => ({}),
): History {
  const blocks: LightBlock[] = [];
  const powers = Array.from({ length: length + 1 }, (_, i) => powersAt(i + 1));
  for (let h = 1; h <= length; h++) {
    blocks.push(makeBlock(BigInt(h), blocks.at(-1), { chainId, powers: powers[h - 1] as Powers, nextPowers: powers[h] as Powers, header: headerAt(h) }));
  }
  return { blocks, powers };
}

/** A history that is the same below `from` and other from there on, signed by the same keys. */
export function fork(h: History, chainId: string, from: number, change: (height: number) => Partial<BlockPlan>): History {
  const blocks = h.blocks.slice(0, from - 1);
  for (let height = from; height <= h.blocks.length; height++) {
    const powers = h.powers[height - 1] as Powers;
    const nextPowers = h.powers[height] as Powers;
    blocks.push(makeBlock(BigInt(height), blocks.at(-1), { chainId, powers, nextPowers, ...change(height) }));
  }
  return { blocks, powers: h.powers };
}
