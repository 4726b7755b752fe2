// Evidence that proves nothing, or is not even well-formed: what CometBFT answers to each is what this repository's node must answer.
import { generateEd25519, type PrivateKey, publicKeyOf } from '../../../chain/privval/private-key.ts';
import { ZERO_BLOCK_ID } from '../../../chain/types/block-id.ts';
import type { DuplicateVoteEvidence, LightClientAttackEvidence } from '../../../chain/types/evidence.ts';
import { jEvidence } from '../../../chain/types/json/block.ts';
import { newValidator } from '../../../chain/types/validator.ts';
import { addressOfKey } from '../../../chain/types/validator-address.ts';
import type { Vote } from '../../../chain/types/vote.ts';
import { type Forge, idOf } from './forge.ts';

/** The `evidence` parameter as JSON. */
export type Cases = readonly (readonly [name: string, evidence: unknown])[];

const dup = (value: DuplicateVoteEvidence): unknown => jEvidence.to({ case: 'duplicateVote', value });
const lca = (value: LightClientAttackEvidence): unknown => jEvidence.to({ case: 'lightClientAttack', value });

/** The JSON with the member at `path` set, or without it: what no codec would write. */
function edited(json: unknown, path: readonly string[], value?: unknown): unknown {
  const copy = structuredClone(json) as object;
  let at = copy as Record<string, object>;
  for (const name of ['value', ...path.slice(0, -1)]) at = at[name] as Record<string, object>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else Object.assign(at, { [last]: value });
  return copy;
}

/** `height` is a recent one, `old` an expired one. */
export async function duplicateVoteCases(forge: Forge, key: PrivateKey, other: PrivateKey, height: number, old: number): Promise<Cases> {
  const set = await forge.validators(height);
  const good = await forge.duplicateVote(height, key, 20);
  const { voteA, voteB } = good;
  const vote = (id: number, over: Partial<Vote> = {}, signer = key, at = height): Vote => forge.vote(at, signer, set, idOf(id), over);
  const stranger = generateEd25519();
  const address = addressOfKey(publicKeyOf(key));
  const both = (over: Partial<Vote>, signer = key): DuplicateVoteEvidence => ({ ...good, voteA: vote(20, over, signer), voteB: vote(21, over, signer) });
  const raw = (path: readonly string[], value?: unknown): unknown => edited(dup(good), path, value);
  return [
    ['expired', dup(await forge.duplicateVote(old, key, 20))],
    ['signature of vote A is another', dup({ ...good, voteA: { ...voteA, signature: voteB.signature } })],
    ['signature of vote B is zeros', dup({ ...good, voteB: { ...voteB, signature: new Uint8Array(64) } })],
    ['signature of 63 bytes', dup({ ...good, voteB: { ...voteB, signature: new Uint8Array(63).fill(1) } })],
    ['power of the validator too low', dup({ ...good, validatorPower: good.validatorPower - 1n })],
    ['total power too high', dup({ ...good, totalVotingPower: good.totalVotingPower + 1n })],
    ['total power zero', dup({ ...good, totalVotingPower: 0n })],
    ['no validator', dup(both({}, stranger))],
    ["a stranger's signature under the validator's address", dup(both({ validatorAddress: address }, stranger))],
    ['two signers', dup({ ...good, voteB: vote(21, {}, other) })],
    ['two heights', dup({ ...good, voteB: vote(21, {}, key, height - 1) })],
    ['two rounds', dup({ ...good, voteB: vote(21, { round: 1 }) })],
    ['two types', dup({ ...good, voteB: vote(21, { type: 1 }) })],
    ['wrong order', dup({ ...good, voteA: voteB, voteB: voteA })],
    ['one block', dup({ ...good, voteB: vote(20, { timestamp: 1n }) })],
    ['both for nil', dup({ ...good, voteA: { ...voteA, blockId: ZERO_BLOCK_ID }, voteB: { ...voteB, blockId: ZERO_BLOCK_ID } })],
    ['another time than its block', dup({ ...good, timestamp: good.timestamp + 1n })],
    ['no time', raw(['Timestamp'])],
    ['a height that is not there', dup({ ...good, voteA: vote(20, {}, key, 999_999), voteB: vote(21, {}, key, 999_999) })],
    ['height 0', dup(both({ height: 0n }))],
    ['height below zero', dup(both({ height: -1n }))],
    ['round below zero', dup(both({ round: -1 }))],
    ['index below zero', dup(both({ validatorIndex: -1 }))],
    ['address of 19 bytes', dup(both({ validatorAddress: address.subarray(1) }))],
    ['no signature', dup({ ...good, voteA: { ...voteA, signature: new Uint8Array(0) } })],
    ['signature too long', dup({ ...good, voteA: { ...voteA, signature: new Uint8Array(5000) } })],
    ['type of a proposal', dup({ ...good, voteA: { ...voteA, type: 32 } })],
    ['type 0', dup({ ...good, voteA: { ...voteA, type: 0 } })],
    ['hash of 31 bytes', dup({ ...good, voteA: { ...voteA, blockId: { ...voteA.blockId, hash: voteA.blockId.hash.subarray(1) } } })],
    ['parts hash of 31 bytes', dup({ ...good, voteA: { ...voteA, blockId: { ...voteA.blockId, partSetHeader: { total: 1, hash: new Uint8Array(31) } } } })],
    ['half a block id', dup({ ...good, voteA: { ...voteA, blockId: { ...voteA.blockId, partSetHeader: { total: 0, hash: new Uint8Array(0) } } } })],
    ['an extension on a prevote', dup(both({ type: 1, extension: new Uint8Array(3) }))],
    ['an extension signature on a prevote', dup(both({ type: 1, extensionSignature: new Uint8Array(64) }))],
    ['an extension without signature', dup(both({ extension: new Uint8Array(3) }))],
    ['an extension signature too long', dup(both({ extensionSignature: new Uint8Array(5000) }))],
    ['vote B missing', raw(['vote_b'])],
    ['vote A null', raw(['vote_a'], null)],
    ['empty value', { type: 'tendermint/DuplicateVoteEvidence', value: {} }],
  ];
}

/** `height` and `common` are heights of the chain below the latest, `latest` is its last. */
export async function attackCases(forge: Forge, height: number, common: number, old: number, latest: number): Promise<Cases> {
  const lunatic = await forge.attack(height, common, { appHash: new Uint8Array(32).fill(5) });
  const twice = await forge.attack(height, height, { dataHash: new Uint8Array(32).fill(5) });
  const [first] = lunatic.byzantineValidators;
  if (first === undefined) throw new Error('a lunatic attack without offenders');
  const rest = lunatic.byzantineValidators.slice(1);
  const stranger = newValidator(publicKeyOf(generateEd25519()), first.votingPower);
  const { header, commit } = lunatic.conflictingBlock.signedHeader;
  const block = lunatic.conflictingBlock;
  const withCommit = (c: Partial<typeof commit>): LightClientAttackEvidence => ({
    ...lunatic,
    conflictingBlock: { ...block, signedHeader: { header, commit: { ...commit, ...c } } },
  });
  const signature = (i: number, over: object): readonly (typeof commit.signatures)[number][] =>
    commit.signatures.map((s, j) => (i === j ? { ...s, ...over } : s));
  const raw = (path: readonly string[], value?: unknown): unknown => edited(lca(lunatic), path, value);
  const latestTime = (await forge.signedHeader(latest)).header.time;
  const amnesia = await forge.attack(height, height, { dataHash: new Uint8Array(32).fill(5) }, { round: 3 });
  return [
    ['attack: expired', lca(await forge.attack(height, old, { appHash: new Uint8Array(32).fill(5) }))],
    ['attack: another time', lca({ ...lunatic, timestamp: lunatic.timestamp + 1n })],
    [
      'attack: a common height that is not there',
      lca({
        ...lunatic,
        commonHeight: 888_888n,
        conflictingBlock: { ...block, signedHeader: { header: { ...header, height: 999_999n }, commit: { ...commit, height: 999_999n } } },
      }),
    ],
    ['attack: common height ahead', lca({ ...lunatic, commonHeight: BigInt(height + 1) })],
    ['attack: common height zero', lca({ ...lunatic, commonHeight: 0n })],
    ['attack: total power zero', lca({ ...lunatic, totalVotingPower: 0n })],
    ['attack: total power of another set', lca({ ...lunatic, totalVotingPower: lunatic.totalVotingPower - 1n })],
    ['attack: the header that is there', lca(await forge.attack(height, common, {}))],
    ['attack: an invented header at the common height', lca(await forge.attack(height, height, { appHash: new Uint8Array(32).fill(5) }))],
    ['attack: signature of zeros', lca(withCommit({ signatures: signature(1, { signature: new Uint8Array(64) }) }))],
    ['attack: the same signer twice', lca(withCommit({ signatures: [...commit.signatures.slice(0, -1), commit.signatures[0] as never] }))],
    ['attack: commit of another block', lca(withCommit({ blockId: idOf(9) }))],
    ['attack: commit of another height', lca(withCommit({ height: BigInt(height + 1) }))],
    ['attack: commit without signatures', lca(withCommit({ signatures: [] }))],
    ['attack: commit for nil', lca(withCommit({ blockId: ZERO_BLOCK_ID }))],
    ['attack: one signature missing from the commit', lca(withCommit({ signatures: commit.signatures.slice(1) }))],
    ['attack: unknown flag', lca(withCommit({ signatures: signature(0, { blockIdFlag: 4 }) }))],
    ['attack: an absent signature that is there', lca(withCommit({ signatures: signature(0, { blockIdFlag: 1 }) }))],
    ['attack: nobody signed', lca(await forge.attack(height, common, { appHash: new Uint8Array(32).fill(5) }, { signs: () => false }))],
    ['attack: less than a third signed', lca(await forge.attack(height, common, { appHash: new Uint8Array(32).fill(5) }, { signs: (i) => i === 0 }))],
    ['attack: less than two thirds signed', lca(await forge.attack(height, common, { appHash: new Uint8Array(32).fill(5) }, { signs: (i) => i < 2 }))],
    ['attack: nobody named', lca({ ...lunatic, byzantineValidators: [] })],
    ['attack: one left out', lca({ ...lunatic, byzantineValidators: rest })],
    ['attack: one too many', lca({ ...lunatic, byzantineValidators: [...lunatic.byzantineValidators, stranger] })],
    ['attack: an innocent named', lca({ ...lunatic, byzantineValidators: [stranger, ...rest] })],
    ['attack: wrong order', lca({ ...lunatic, byzantineValidators: [...lunatic.byzantineValidators].reverse() })],
    ['attack: wrong power', lca({ ...lunatic, byzantineValidators: [{ ...first, votingPower: 1n }, ...rest] })],
    ['attack: the key of another', lca({ ...lunatic, byzantineValidators: [{ ...first, pubKey: stranger.pubKey }, ...rest] })],
    ['attack: two blocks in one round, one signer left out', lca({ ...twice, byzantineValidators: twice.byzantineValidators.slice(1) })],
    ['attack: amnesia that blames', lca(amnesia)],
    ['attack: at the last height', lca(await forge.attack(latest, common, { appHash: new Uint8Array(32).fill(5) }))],
    ['attack: two blocks at the last height', lca(await forge.attack(latest, latest, { dataHash: new Uint8Array(32).fill(5) }))],
    ['attack: a header of the future', lca(await forge.attack(latest + 50, common, { appHash: new Uint8Array(32).fill(5) }, { copyOf: height }))],
    [
      'attack: a later header of the future',
      lca(await forge.attack(latest + 50, common, { appHash: new Uint8Array(32).fill(5), time: latestTime + 10n ** 12n }, { copyOf: height })),
    ],
    ['attack: another block protocol', lca(await forge.attack(height, common, { version: { block: 10n, app: 0n } }))],
    ['attack: other validators than the header names', lca(await forge.attack(height, common, { validatorsHash: new Uint8Array(32).fill(5) }))],
    ['attack: no proposer address', lca(await forge.attack(height, common, { proposerAddress: new Uint8Array(0) }))],
    ['attack: hash of 31 bytes', lca(await forge.attack(height, common, { appHash: new Uint8Array(31), lastResultsHash: new Uint8Array(31) }))],
    ['attack: block missing', raw(['ConflictingBlock'])],
    ['attack: signed header missing', raw(['ConflictingBlock', 'signed_header'])],
    ['attack: header missing', raw(['ConflictingBlock', 'signed_header', 'header'])],
    ['attack: commit missing', raw(['ConflictingBlock', 'signed_header', 'commit'])],
    ['attack: validator set missing', raw(['ConflictingBlock', 'validator_set'])],
    ['attack: empty validator set', raw(['ConflictingBlock', 'validator_set', 'validators'], [])],
    ['attack: empty value', { type: 'tendermint/LightClientAttackEvidence', value: {} }],
  ];
}

/**
 * What Go's RPC takes, though its own rule for blocks refuses it: read from its own database the absent offenders are an empty list. A Go
 * node that is given this proposes invalid blocks until it expires, so only our node is asked.
 */
export async function amnesiaThatBlamesNobody(forge: Forge, height: number): Promise<unknown> {
  return lca({ ...(await forge.attack(height, height, { dataHash: new Uint8Array(32).fill(5) }, { round: 3 })), byzantineValidators: [] });
}

/** A header that names another chain, signed for this one: Go holds only the signatures against its own chain id. */
export async function attackOfAnotherName(forge: Forge, height: number, common: number): Promise<unknown> {
  return lca(await forge.attack(height, common, { chainId: 'another-chain' }));
}

export const malformedCases: Cases = [
  ['null', null],
  ['unknown type', { type: 'tendermint/Unknown', value: {} }],
  ['no type', { value: {} }],
  ['a string', 'evidence'],
  ['a list', []],
];
