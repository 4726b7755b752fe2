// The fewest steps by which a light client gets from a trusted height to the head: each goes as far as more than a third of the last trusted
// power still signs (light-client.md §8). A node may be wrong about it and costs its client a request, no more.
import type { Commit } from '../../types/commit.ts';
import { counts } from '../../types/counted-votes.ts';
import type { ValidatorSet } from '../../types/validator-set.ts';
import type { ChainDoor } from '../backend.ts';
import { LightAidError } from './errors.ts';

export const STEPS_MAX = 64;

/** The canonical commit, or the one that this node saw where there is no next block yet. */
export async function commitOf(chain: ChainDoor, height: bigint): Promise<Commit> {
  const commit = await (height === chain.height ? chain.seenCommit(height) : chain.commit(height));
  return commit ?? pruned(chain, height);
}

export async function validatorsOf(chain: ChainDoor, height: bigint): Promise<ValidatorSet> {
  return (await chain.validators(height)) ?? pruned(chain, height);
}

export function pruned(chain: ChainDoor, height: bigint): never {
  throw new LightAidError(410, 'pruned', `height ${height} is not here, the lowest is ${chain.base}`, chain.base);
}

function isTrusted(trusted: ValidatorSet, commit: Commit): boolean {
  let power = 0n;
  for (const s of commit.signatures) if (counts(s)) power += trusted.getByAddress(s.validatorAddress)?.validator.votingPower ?? 0n;
  return power > trusted.totalVotingPower / 3n;
}

/** Heights of the steps, at most STEPS_MAX; the last is `to` where that is enough. */
export async function skipPath(chain: ChainDoor, from: bigint, to: bigint): Promise<readonly bigint[]> {
  const path: bigint[] = [];
  for (let at = from; at < to && path.length < STEPS_MAX; at = path.at(-1) as bigint) {
    const trusted = await validatorsOf(chain, at);
    const reaches = async (h: bigint): Promise<boolean> => h === at + 1n || isTrusted(trusted, await commitOf(chain, h));
    let [low, high] = [at + 1n, to];
    if (await reaches(to)) low = to;
    else {
      // The next one is always reached, `high` never.
      while (high - low > 1n) {
        const middle = (low + high) / 2n;
        if (await reaches(middle)) low = middle;
        else high = middle;
      }
    }
    path.push(low);
  }
  return path;
}
