// Evidence made with the validators' own keys against a running chain: what a real offence, or a forgery of one, looks like.
import { join } from 'node:path';
import { readKeyFile } from '../../../chain/privval/key-file.ts';
import { type PrivateKey, publicKeyOf, signWith } from '../../../chain/privval/private-key.ts';
import type { BlockId } from '../../../chain/types/block-id.ts';
import { PRECOMMIT } from '../../../chain/types/canonical.ts';
import { BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_COMMIT, type Commit, ABSENT_COMMIT_SIG as NOT_SIGNED } from '../../../chain/types/commit.ts';
import { type DuplicateVoteEvidence, type LightClientAttackEvidence, newDuplicateVoteEvidence } from '../../../chain/types/evidence.ts';
import { type Header, headerHash } from '../../../chain/types/header.ts';
import { jSignedHeader, jValidator } from '../../../chain/types/json/validators.ts';
import type { SignedHeader } from '../../../chain/types/light-block.ts';
import { compareValidators, type Validator } from '../../../chain/types/validator.ts';
import { addressOfKey } from '../../../chain/types/validator-address.ts';
import { ValidatorSet } from '../../../chain/types/validator-set.ts';
import { type Vote, voteSignBytes } from '../../../chain/types/vote.ts';
import type { TestNode } from '../../../testnet/launcher/network.ts';

const EMPTY = new Uint8Array(0);
export const idOf = (fill: number): BlockId => ({ hash: new Uint8Array(32).fill(fill), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(fill) } });

export const keyOf = (n: TestNode): PrivateKey => readKeyFile(join(n.home, 'config/priv_validator_key.json'));

export class Forge {
  readonly chainId: string;
  readonly #node: TestNode;
  /** By address in hex. */
  readonly #keys: ReadonlyMap<string, PrivateKey>;

  constructor(chainId: string, node: TestNode, keys: readonly PrivateKey[]) {
    this.chainId = chainId;
    this.#node = node;
    this.#keys = new Map(keys.map((k) => [String(addressOfKey(publicKeyOf(k))), k]));
  }

  async signedHeader(height: number): Promise<SignedHeader> {
    const reply = await this.#node.result<{ signed_header: unknown }>(`commit?height=${height}`);
    return jSignedHeader.from(reply.signed_header, 'signed_header');
  }

  async validators(height: number): Promise<ValidatorSet> {
    const reply = await this.#node.result<{ validators: readonly unknown[] }>(`validators?height=${height}&per_page=100`);
    return ValidatorSet.fromExisting(reply.validators.map((v) => jValidator.from(v, 'validator')));
  }

  vote(height: number, key: PrivateKey, set: ValidatorSet, blockId: BlockId, over: Partial<Vote> = {}): Vote {
    const validatorAddress = addressOfKey(publicKeyOf(key));
    const v: Vote = {
      type: PRECOMMIT,
      height: BigInt(height),
      round: 0,
      blockId,
      timestamp: 1_700_000_000_123_456_789n,
      validatorAddress,
      validatorIndex: set.getByAddress(validatorAddress)?.index ?? 0,
      signature: EMPTY,
      extension: EMPTY,
      extensionSignature: EMPTY,
      ...over,
    };
    return { ...v, signature: over.signature ?? signWith(key, voteSignBytes(this.chainId, v)) };
  }

  async duplicateVote(height: number, key: PrivateKey, fill: number, over: Partial<Vote> = {}): Promise<DuplicateVoteEvidence> {
    const set = await this.validators(height);
    const { header } = await this.signedHeader(height);
    const votes = [idOf(fill), idOf(fill + 1)].map((id) => this.vote(height, key, set, id, over)) as [Vote, Vote];
    return newDuplicateVoteEvidence(...votes, header.time, set);
  }

  /** A commit of `set` for the block of `header`, signed by the validators of which `signs` is true. */
  commit(header: Header, set: ValidatorSet, round: number, signs: (index: number) => boolean = () => true): Commit {
    const blockId = { hash: headerHash(header), partSetHeader: idOf(7).partSetHeader };
    const signatures = set.validators.map((v, i) => {
      const key = this.#keys.get(String(v.address));
      if (key === undefined || !signs(i)) return NOT_SIGNED;
      const { timestamp, signature } = this.vote(Number(header.height), key, set, blockId, { round });
      return { blockIdFlag: BLOCK_ID_FLAG_COMMIT, validatorAddress: v.address, timestamp, signature };
    });
    return { height: header.height, round, blockId, signatures };
  }

  /** A block that contradicts the chain's at `height`: the header with `change`. `round` is that of the forged commit; absent: the chain's. */
  async attack(
    height: number,
    commonHeight: number,
    change: Partial<Header>,
    o: { readonly round?: number; readonly signs?: (index: number) => boolean; readonly copyOf?: number } = {},
  ): Promise<LightClientAttackEvidence> {
    const trusted = await this.signedHeader(o.copyOf ?? height);
    const common = await this.signedHeader(commonHeight);
    const set = await this.validators(commonHeight);
    const header = { ...trusted.header, height: BigInt(height), ...change };
    const commit = this.commit(header, set, o.round ?? trusted.commit.round, o.signs);
    const signed = (c: Commit, i: number): boolean => (c.signatures[i]?.blockIdFlag ?? BLOCK_ID_FLAG_ABSENT) === BLOCK_ID_FLAG_COMMIT;
    // An invented header blames all who signed it, a second valid one those who signed both.
    const invented = change.appHash !== undefined || change.lastResultsHash !== undefined || change.consensusHash !== undefined;
    const byzantine: Validator[] = set.validators.filter((_, i) => signed(commit, i) && (invented || signed(trusted.commit, i)));
    return {
      conflictingBlock: { signedHeader: { header, commit }, validatorSet: set },
      commonHeight: BigInt(commonHeight),
      byzantineValidators: [...byzantine].sort(compareValidators),
      totalVotingPower: set.totalVotingPower,
      timestamp: common.header.time,
    };
  }
}
