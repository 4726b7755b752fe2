// Follows headers from a trusted one to any height (cmt:light/client.go): by skipping, with the pure steps of lightclient/verifier; below the
// trusted height by hash links. Each new header is compared with those of the other servers before it is used.
// Invariant: `#trusted` holds only blocks that were verified from the trust root and that another server confirmed.

import { conclude } from '../../lightclient/verifier/conclude.ts';
import { plan, type VerifyOptions } from '../../lightclient/verifier/plan.ts';
import type { Verdict } from '../../lightclient/verifier/verdict.ts';
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import type { Time } from '../encoding/time.ts';
import type { CheckSignatures } from '../execution/block-executor.ts';
import { concludeCommit, planVerifyCommitLight } from '../types/commit-verify.ts';
import { headerHash } from '../types/header.ts';
import { type LightBlock, validateLightBlock } from '../types/light-block.ts';
import type { LightProvider } from './rpc-provider.ts';
import { UntrustedError } from './state-provider.ts';

export interface LightClientOptions {
  readonly chainId: string;
  readonly trust: { readonly height: bigint; readonly hash: Uint8Array };
  readonly verify: VerifyOptions;
  /** The first is asked; the others confirm. At least two. */
  readonly providers: readonly LightProvider[];
  readonly checkSignatures: CheckSignatures;
  readonly now: () => Time;
  /** Between attempts at a block that a server has not yet. */
  readonly pause: (ms: number) => Promise<void>;
}

const ATTEMPTS = 5;
const PAUSE_MS = 1000;
/** Longest walk down by hash links. */
const BACKWARDS_MAX = 10_000n;

const heightOf = (b: LightBlock): bigint => b.signedHeader.header.height;
const hashOf = (b: LightBlock): Uint8Array => headerHash(b.signedHeader.header);

/** Priorities are not in the header, yet the next proposers depend on them. */
function samePriorities(a: LightBlock, b: LightBlock): boolean {
  const [x, y] = [a.validatorSet.validators, b.validatorSet.validators];
  return x.length === y.length && x.every((v, i) => v.proposerPriority === y[i]?.proposerPriority);
}

export class LightClient {
  readonly #o: LightClientOptions;
  readonly #trusted = new Map<bigint, LightBlock>();

  private constructor(o: LightClientOptions) {
    this.#o = o;
  }

  /** Begins at the trusted height. Rejects with UntrustedError where the servers do not have that header. */
  static async open(o: LightClientOptions): Promise<LightClient> {
    if (o.providers.length < 2) throw new UntrustedError(`at least 2 RPC servers are required, got ${o.providers.length}`);
    const client = new LightClient(o);
    await client.#begin();
    return client;
  }

  get #primary(): LightProvider {
    return this.#o.providers[0] as LightProvider;
  }

  async #begin(): Promise<void> {
    const { chainId, trust, checkSignatures, verify, now } = this.#o;
    const b = await this.#fetch(trust.height);
    const hash = hashOf(b);
    if (!bytesEqual(hash, trust.hash)) {
      throw new UntrustedError(
        `the header of the trusted height ${trust.height} has hash ${toHexUpper(hash)} at ${this.#primary.name}, not ${toHexUpper(trust.hash)}`,
      );
    }
    if (b.signedHeader.header.time + verify.trustingPeriod <= now()) {
      throw new UntrustedError(`the trusted header of height ${trust.height} is older than the trust period; take a newer height and hash`);
    }
    const { commit } = b.signedHeader;
    const p = planVerifyCommitLight(chainId, b.validatorSet, commit.blockId, trust.height, commit);
    concludeCommit(p, await checkSignatures(p.checks));
    await this.#confirm(b);
    this.#trusted.set(trust.height, b);
  }

  /** From the first server; asked again where it is not there yet. */
  async #fetch(height: bigint, provider = this.#primary): Promise<LightBlock> {
    let last: unknown;
    for (let i = 0; i < ATTEMPTS; i++) {
      if (i > 0) await this.#o.pause(PAUSE_MS);
      try {
        const b = await provider.lightBlock(height);
        if (heightOf(b) !== height) throw new Error(`${provider.name} gave height ${heightOf(b)} instead of ${height}`);
        validateLightBlock(b, this.#o.chainId);
        return b;
      } catch (e) {
        last = e;
      }
    }
    throw last;
  }

  /** At least one other server has the same header, and none another one. */
  async #confirm(b: LightBlock): Promise<void> {
    const height = heightOf(b);
    const others = await Promise.allSettled(this.#o.providers.slice(1).map((p) => this.#fetch(height, p)));
    let confirmed = 0;
    for (const [i, r] of others.entries()) {
      const name = this.#o.providers[i + 1]?.name;
      if (r.status === 'rejected') continue;
      if (!bytesEqual(hashOf(r.value), hashOf(b))) {
        throw new UntrustedError(
          `two headers of height ${height}: ${toHexUpper(hashOf(b))} at ${this.#primary.name} and ${toHexUpper(hashOf(r.value))} at ${name}. One of the servers lies, or the chain was attacked`,
        );
      }
      if (!samePriorities(r.value, b)) throw new UntrustedError(`${this.#primary.name} and ${name} give different proposer priorities at height ${height}`);
      confirmed++;
    }
    if (confirmed === 0) throw new Error(`no other server confirms the header of height ${height}`);
  }

  /** A verified block. Rejects with UntrustedError where servers contradict each other, with other errors where it cannot be had now. */
  async at(height: bigint): Promise<LightBlock> {
    const known = this.#trusted.get(height);
    if (known !== undefined) return known;
    const heights = [...this.#trusted.keys()].sort((a, b) => (a < b ? -1 : 1));
    const lowest = heights[0] as bigint;
    const below = heights.filter((h) => h < height).at(-1);
    const block =
      below === undefined
        ? await this.#backwards(this.#trusted.get(lowest) as LightBlock, height)
        : await this.#skip(this.#trusted.get(below) as LightBlock, height);
    await this.#confirm(block);
    this.#trusted.set(height, block);
    return block;
  }

  async #backwards(from: LightBlock, height: bigint): Promise<LightBlock> {
    if (heightOf(from) - height > BACKWARDS_MAX) throw new Error(`height ${height} is too far below the trusted height ${heightOf(from)}`);
    let newer = from;
    while (heightOf(newer) > height) {
      const older = await this.#fetch(heightOf(newer) - 1n);
      const { header } = newer.signedHeader;
      if (!bytesEqual(hashOf(older), header.lastBlockId.hash) || older.signedHeader.header.time >= header.time) {
        throw new UntrustedError(`${this.#primary.name}: the header of height ${heightOf(older)} is not the one before height ${header.height}`);
      }
      newer = older;
    }
    return newer;
  }

  async #step(trusted: LightBlock, next: LightBlock): Promise<Verdict> {
    const { verify, now, checkSignatures } = this.#o;
    const p = plan({ header: trusted.signedHeader.header, validators: trusted.validatorSet }, next, verify, now());
    return conclude(p, p.checks.length === 0 ? [] : await checkSignatures(p.checks));
  }

  async #skip(start: LightBlock, height: bigint): Promise<LightBlock> {
    let trusted = start;
    /** Blocks on the way that could not be trusted yet, the nearest last. */
    const ahead: LightBlock[] = [await this.#fetch(height)];
    for (;;) {
      const next = ahead.at(-1) as LightBlock;
      const verdict = await this.#step(trusted, next);
      if (verdict.type === 'ok') {
        trusted = next;
        ahead.pop();
        if (ahead.length === 0) return trusted;
      } else if (verdict.type === 'not-enough-trust') {
        const [low, high] = [heightOf(trusted), heightOf(next)];
        const pivot = low + ((high - low) * 9n) / 16n;
        ahead.push(await this.#fetch(pivot > low ? pivot : low + 1n));
      } else {
        const text = `the header of height ${heightOf(next)} from ${this.#primary.name} is not valid: ${verdict.detail}`;
        throw verdict.code === 'expired' ? new UntrustedError(text) : new Error(text);
      }
    }
  }
}
