// Random histories from a seed, and what may be wrong with a block: too little power, bad signatures, other hashes, times, heights and sets.
import { sha256 } from '../../chain/crypto/sha256.ts';
import type { CommitSig } from '../../chain/types/commit.ts';
import { ABSENT_COMMIT_SIG } from '../../chain/types/commit.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { type BlockPlan, fork, type History, makeBlock, makeHistory, type Powers, SECOND, START } from '../../lightclient/testing/chain.ts';
import type { Random } from '../../testnet/simulator/random.ts';

export const CHAIN_ID = 'differential-1';

/** Validators that come, go and change their power; sometimes one alone, sometimes all equal, sometimes as Zipf has it. */
export function randomHistory(random: Random, length: number): History {
  const count = random.pick([1, 2, 3, 4, 7, 12, 25, 40]);
  const law = random.pick(['equal', 'zipf', 'any'] as const);
  const power = (i: number): bigint =>
    law === 'equal' ? 10n : law === 'zipf' ? BigInt(Math.max(1, Math.floor(10_000 / (i + 1)))) : BigInt(random.between(1, 1000));
  let next = count;
  let current: Record<number, bigint> = Object.fromEntries(Array.from({ length: count }, (_, i) => [i, power(i)]));
  const churn = random.pick([0, 0.05, 0.2, 0.5, 1]);
  const sets: Powers[] = [];
  for (let h = 1; h <= length + 1; h++) {
    sets.push(current);
    if (!random.chance(churn)) continue;
    const members = Object.entries(current);
    const changed: Record<number, bigint> = { ...current };
    for (const [n] of members) {
      if (random.chance(0.4)) delete changed[Number(n)];
      else if (random.chance(0.3)) changed[Number(n)] = power(random.between(0, 10));
    }
    while (Object.keys(changed).length < Math.max(1, members.length - 2) || random.chance(0.3)) changed[next++] = power(random.between(0, count));
    current = changed;
  }
  return makeHistory(CHAIN_ID, length, (h) => sets[h - 1] as Powers);
}

/** Another block in the place of one, and what was done. */
export function spoiled(random: Random, h: History, height: number): { readonly block: LightBlock; readonly what: string } {
  const block = h.blocks[height - 1] as LightBlock;
  const previous = h.blocks[height - 2];
  const powers = h.powers[height - 1] as Powers;
  const plan: BlockPlan = { chainId: CHAIN_ID, powers, nextPowers: h.powers[height] as Powers };
  const made = (change: Partial<BlockPlan>): LightBlock => makeBlock(BigInt(height), previous, { ...plan, ...change });
  const numbers = Object.keys(powers).map(Number);
  const some = (p: number): number[] => numbers.filter(() => random.chance(p));
  const commit = (change: (s: CommitSig[]) => CommitSig[]): LightBlock => {
    const { header, commit: c } = block.signedHeader;
    return { ...block, signedHeader: { header, commit: { ...c, signatures: change([...c.signatures]) } } };
  };
  const broken = (s: CommitSig): CommitSig => (s.signature.length === 0 ? s : { ...s, signature: s.signature.map((b, i) => (i === 5 ? b ^ 1 : b)) });
  const other = sha256(random.bytes(8));
  const makers: Record<string, () => LightBlock> = {
    nothing: () => block,
    'some absent': () => made({ absent: some(random.pick([0.1, 0.3, 0.5, 0.7])) }),
    'some for nil': () => made({ nil: some(random.pick([0.1, 0.3, 0.5])) }),
    'a bad signature': () => commit((s) => s.with(random.between(0, s.length), broken(random.pick(s)))),
    'the first signature bad': () => commit((s) => s.map((x, i) => (i === 0 ? broken(x) : x))),
    'the last signature bad': () => commit((s) => s.map((x, i) => (i === s.length - 1 ? broken(x) : x))),
    'absent and bad': () => {
      const b = made({ absent: some(0.4) });
      const { header, commit: c } = b.signedHeader;
      const at = random.between(0, c.signatures.length);
      return { ...b, signedHeader: { header, commit: { ...c, signatures: c.signatures.map((x, i) => (i === at ? broken(x) : x)) } } };
    },
    'two entries changed places': () => commit((s) => (s.length < 2 ? s : [s[1] as CommitSig, s[0] as CommitSig, ...s.slice(2)])),
    'an entry twice': () => commit((s) => (s.length < 2 ? s : [s[0] as CommitSig, s[0] as CommitSig, ...s.slice(2)])),
    'an entry less': () => commit((s) => s.slice(1)),
    'an entry more': () => commit((s) => [...s, ABSENT_COMMIT_SIG]),
    'another address': () => commit((s) => s.map((x, i) => (i === 0 && x.signature.length > 0 ? { ...x, validatorAddress: other.subarray(0, 20) } : x))),
    'another chain': () => made({ chainId: 'differential-2' }),
    'another application hash': () => made({ header: { appHash: other } }),
    'validators not of the header': () => ({ ...block, validatorSet: (h.blocks[random.between(0, h.blocks.length)] as LightBlock).validatorSet }),
    'phantom validators': () => made({ powers: { 5000: 10n, 5001: 5n }, nextPowers: { 5000: 10n } }),
    'another hash of the next validators': () => made({ header: { nextValidatorsHash: other } }),
    'time not later': () => made({ header: { time: START } }),
    'time a little too far ahead': () => made({ header: { time: START + BigInt(h.blocks.length + random.between(0, 40)) * SECOND } }),
    'another header under the commit': () => ({
      ...block,
      signedHeader: { header: { ...block.signedHeader.header, dataHash: other }, commit: block.signedHeader.commit },
    }),
    'the commit of another height': () => ({
      ...block,
      signedHeader: { header: block.signedHeader.header, commit: { ...block.signedHeader.commit, height: 3n } },
    }),
    'another round': () => ({ ...block, signedHeader: { header: block.signedHeader.header, commit: { ...block.signedHeader.commit, round: 1 } } }),
  };
  const what = random.pick(Object.keys(makers));
  return { block: (makers[what] as () => LightBlock)(), what };
}

/** A fork of a history from some height on, of a kind. */
export function attack(random: Random, h: History, from: number): { readonly history: History; readonly kind: string } {
  const other = sha256(random.bytes(8));
  const kind = random.pick(['equivocation', 'lunatic', 'amnesia', 'minority']);
  const change: Partial<BlockPlan> =
    kind === 'equivocation'
      ? { header: { dataHash: other } }
      : kind === 'lunatic'
        ? { header: { appHash: other } }
        : kind === 'amnesia'
          ? { header: { dataHash: other }, round: 1 }
          : {
              header: { dataHash: other },
              absent: Object.keys(h.powers[from - 1] as Powers)
                .map(Number)
                .slice(1),
            };
  return { history: fork(h, CHAIN_ID, from, () => change), kind };
}
