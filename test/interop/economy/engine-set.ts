// The engine's side of the comparison: which validators each block has, who signed the last one, who proposes. Updates of block H count from
// H + 2 on, as in CometBFT.
import type { FinalizeBlockRequest, Misbehavior, ValidatorUpdate } from '../../../chain/abci/application.ts';
import { toHex } from '../../../chain/encoding/bytes.ts';
import { addressOfKey } from '../../../chain/types/validator-address.ts';
import type { Random } from '../../../testnet/simulator/random.ts';

export interface EngineValidator {
  readonly address: Uint8Array;
  readonly power: bigint;
}

type ValidatorMap = ReadonlyMap<string, EngineValidator>;

function changed(set: ValidatorMap, updates: readonly ValidatorUpdate[]): ValidatorMap {
  const next = new Map(set);
  for (const { pubKey, power } of updates) {
    const address = addressOfKey(pubKey);
    // CometBFT stops for one that it does not have, and where nobody is left.
    if (power === 0n && !next.delete(toHex(address))) throw new Error(`the engine is told to remove ${toHex(address)}, which it does not have`);
    if (power === 0n) continue;
    next.set(toHex(address), { address, power });
  }
  if (next.size === 0 && updates.length > 0) throw new Error('the engine has no validator left');
  return next;
}

/** What is remembered of a block for evidence of it. */
interface Past {
  readonly height: bigint;
  readonly time: bigint;
  readonly set: readonly EngineValidator[];
}

/** Blocks that evidence is of. */
const RECENT = 8;

export class EngineSet {
  #last: ValidatorMap = new Map();
  #current: ValidatorMap;
  #next: ValidatorMap;
  #past: Past[] = [];

  constructor(genesis: readonly ValidatorUpdate[]) {
    this.#current = changed(new Map(), genesis);
    this.#next = this.#current;
  }

  /** Those of the block that is executed now. */
  get current(): readonly EngineValidator[] {
    return [...this.#current.values()];
  }

  /** Hex of the address with the most power. Nothing is done to it, as a chain without validators is at its end. */
  get strongest(): string | undefined {
    let best: EngineValidator | undefined;
    for (const v of this.#current.values()) if (best === undefined || v.power > best.power) best = v;
    return best && toHex(best.address);
  }

  /** A block's request but for its transactions. `misses` says who was absent from the last commit. */
  request(
    height: bigint,
    time: bigint,
    random: Random,
    misses: (v: EngineValidator) => boolean,
    evidence: readonly Misbehavior[],
  ): Omit<FinalizeBlockRequest, 'txs'> {
    const votes = [...this.#last.values()]
      .sort((a, b) => (a.power === b.power ? (toHex(a.address) < toHex(b.address) ? -1 : 1) : a.power > b.power ? -1 : 1))
      .map((validator) => ({ validator, blockIdFlag: misses(validator) ? 1 : random.chance(0.05) ? 3 : 2 }));
    const proposerAddress = random.pick(this.current).address;
    const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => random.between(0, 256));
    return {
      decidedLastCommit: { round: 0, votes },
      misbehavior: evidence,
      hash: bytes(32),
      height,
      time,
      nextValidatorsHash: bytes(32),
      proposerAddress,
    };
  }

  /** Somebody of a recent block signed twice. */
  equivocation(random: Random): Misbehavior | undefined {
    if (this.#past.length === 0) return undefined;
    const { height, time, set } = random.pick(this.#past.slice(-RECENT));
    const strongest = this.strongest;
    const others = set.filter((v) => toHex(v.address) !== strongest);
    if (others.length === 0) return undefined;
    const validator = random.pick(others);
    const totalVotingPower = set.reduce((n, v) => n + v.power, 0n);
    return { type: random.chance(0.8) ? 1 : 2, validator, height, time, totalVotingPower };
  }

  advance(height: bigint, time: bigint, updates: readonly ValidatorUpdate[]): void {
    this.#past = [...this.#past.slice(-RECENT), { height, time, set: this.current }];
    this.#last = this.#current;
    this.#current = this.#next;
    this.#next = changed(this.#next, updates);
  }
}
