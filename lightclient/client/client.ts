// A light client: it trusts a checkpoint and proofs, and no provider. A new head is taken only after it was verified and a witness had the same;
// an error never moves what is trusted; a fork stops the client for good. Source: cmt:light/client.go, detector.go; light-client.md §5, §7.
import { bytesEqual, concatBytes, fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import type { Time } from '../../chain/encoding/time.ts';
import type { LightClientAttackEvidence } from '../../chain/types/evidence.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { type Bundle, fetchBundle, type Questions } from '../bundle.ts';
import { LightError } from '../errors.ts';
import type { Provider } from '../provider.ts';
import type { Store } from '../store.ts';
import { DEFAULT_VERIFY_OPTIONS, type VerifyOptions } from '../verifier/plan.ts';
import { attackEvidence, type Comparison, compare, examine } from './detector.ts';
import { decodeTrust, encodeTrust, NO_ROOT, TRUST_BYTES, type Trust, trustOf } from './trust.ts';
import { backwards, fetchBlock, hashOf, heightOf, sequence, skip, type Verifier, type VerifySignatures } from './verify.ts';

export interface Policy extends VerifyOptions {
  /** Witnesses that must have the same header. */
  readonly quorum: number;
  /** For a device behind its own node. */
  readonly allowNoWitness: boolean;
  /** Every header instead of as few as possible. */
  readonly sequential: boolean;
  /** Trusted headers that are kept, the first and the last among them. */
  readonly keep: number;
  /** How late a block may be at an honest witness, ms, beyond twice the clock drift. */
  readonly blockLagMs: number;
  /** A provider that has not answered by then does not, ms. */
  readonly timeoutMs: number;
  /** Take the time of two providers where the clock is behind what is trusted, as without a battery. */
  readonly timeFromProviders: boolean;
}

export const DEFAULT_POLICY: Policy = {
  ...DEFAULT_VERIFY_OPTIONS,
  quorum: 1,
  allowNoWitness: false,
  sequential: false,
  keep: 1000,
  blockLagMs: 10_000,
  timeoutMs: 10_000,
  timeFromProviders: false,
};

/** What a client begins with: height and hash, or all of a checkpoint. */
export type Root = Pick<Trust, 'height' | 'hash'> & Partial<Trust>;

/** `ms` later, unless it is cancelled. */
export type After = (ms: number, run: () => void) => () => void;

export interface ClientOptions {
  readonly chainId: string;
  readonly checkpoint: Root;
  /** The first is asked, the others confirm. */
  readonly providers: readonly Provider[];
  readonly verifySignatures: VerifySignatures;
  readonly store?: Store;
  readonly now: () => Time;
  /** Runs something later; what it gives cancels that. */
  readonly after: After;
  readonly policy?: Partial<Policy>;
}

export interface Fork {
  readonly height: bigint;
  readonly primary: string;
  readonly witness: string;
  /** Against the primary, then against the witness where the primary proved its side too. */
  readonly evidence: readonly LightClientAttackEvidence[];
}

export interface Status {
  readonly first: Trust;
  readonly last: Trust;
  readonly primary: string;
  readonly witnesses: readonly string[];
  readonly alarm: string | undefined;
  readonly rollback: 'protected' | 'unprotected';
}

export interface Client {
  readonly chainId: string;
  /** Verifies the block of a height, or the latest, and trusts it. Rejects with LightError. */
  sync(height?: bigint, hints?: readonly bigint[]): Promise<LightBlock>;
  /** The verified block of a height, above or below what is trusted. */
  blockAt(height: bigint): Promise<LightBlock>;
  /** Goes to the head in one request that brings the proofs of some questions too; undefined where no provider can. See proofs/query.ts. */
  bundle(q: Questions): Promise<Bundle | undefined>;
  /** For what is proven against a verified block: the primary first, the others where it fails. */
  ask<T>(question: (p: Provider) => Promise<T>): Promise<T>;
  /** Each new verified head, in order of heights; `every` ms between questions. The result ends it. */
  subscribe(onBlock: (b: LightBlock) => void, onError: (e: unknown) => void, every?: number): () => void;
  onFork(listener: (f: Fork) => void): void;
  status(): Status;
  close(): void;
}

const STATE = 'state';
const OLDER = 'trusted';
const ALARM = 'alarm';

export async function create(o: ClientOptions): Promise<Client> {
  const policy: Policy = { ...DEFAULT_POLICY, ...o.policy };
  const { chainId, store, after } = o;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void after(ms, resolve));
  let providers = o.providers.map((p) => limited(p, policy.timeoutMs, after));
  if (providers.length < (policy.allowNoWitness ? 1 : 2)) throw new LightError('no-cross-reference', 'a primary and a witness are needed');
  /** Ascending by height; never empty once there is a root. */
  let trusted: Trust[] = [];
  /** Blocks of `trusted` that are at hand. */
  const blocks = new Map<bigint, LightBlock>();
  /** Of the last trusted height, if it is at hand. */
  let headSet: ValidatorList | undefined;
  const listeners: ((f: Fork) => void)[] = [];
  let alarm: string | undefined;
  let closed = false;
  /** Evidence that the other side did not take yet: the chain has to pass its height first. */
  let unsent: { readonly to: Provider; readonly evidence: LightClientAttackEvidence }[] = [];
  let offset = 0n;
  const now = (): Time => o.now() + offset;
  const verifier: Verifier = { chainId, options: policy, verifySignatures: o.verifySignatures, now };
  const primary = (): Provider => providers[0] as Provider;
  const last = (): Trust => trusted.at(-1) as Trust;

  async function load(): Promise<void> {
    if (store === undefined) return;
    const text = await store.get(ALARM);
    if (text !== undefined) alarm = fromUtf8(text);
    const state = await store.get(STATE);
    if (state === undefined) return;
    const head = decodeTrust(state.subarray(0, TRUST_BYTES));
    if (store.counter !== undefined) {
      const bound = new DataView(state.buffer, state.byteOffset + TRUST_BYTES);
      const ahead = state.length === TRUST_BYTES + 8 ? bound.getBigUint64(0) - (await store.counter.read()) : -1n;
      if (ahead !== 0n && ahead !== 1n) throw new LightError('store', 'the state is older than its counter says: the store was rolled back');
      // The power went between the write and the counter.
      if (ahead === 1n) await store.counter.raise();
    }
    const older = (await store.get(OLDER)) ?? new Uint8Array(0);
    if (older.length % TRUST_BYTES !== 0) throw new LightError('store', `${older.length} bytes of trusted headers`);
    for (let at = 0; at < older.length; at += TRUST_BYTES) trusted.push(decodeTrust(older.subarray(at, at + TRUST_BYTES)));
    trusted = [...trusted.filter((t) => t.height !== head.height), head].sort((a, b) => (a.height < b.height ? -1 : 1));
  }

  /** Older ones first: a cut between the two writes leaves the head from before. */
  async function save(): Promise<void> {
    if (store === undefined) return;
    await store.put(OLDER, concatBytes(...trusted.slice(0, -1).map(encodeTrust)));
    const state = encodeTrust(last());
    if (store.counter === undefined) return store.put(STATE, state);
    const bound = new Uint8Array(8);
    new DataView(bound.buffer).setBigUint64(0, (await store.counter.read()) + 1n);
    await store.put(STATE, concatBytes(state, bound));
    await store.counter.raise();
  }

  /** `b`: its block; `whole`: with every signature, so that others may have it. */
  async function trust(t: Trust, b?: LightBlock, whole = true): Promise<void> {
    const before = trusted;
    trusted = [...trusted.filter((x) => x.height !== t.height), t].sort((a, c) => (a.height < c.height ? -1 : 1));
    if (trusted.length > policy.keep) trusted.splice(1, trusted.length - policy.keep);
    try {
      await save();
    } catch (e) {
      trusted = before;
      throw e;
    }
    if (b === undefined) return;
    if (t === last()) headSet = b.validatorSet;
    if (whole) blocks.set(t.height, b);
    for (const h of blocks.keys()) if (blocks.size > 8 && h !== t.height) blocks.delete(h);
  }

  /** Tries the primary, then the others; who answered well is the primary from then on. */
  async function ask<T>(question: (p: Provider) => Promise<T>): Promise<T> {
    let first: unknown;
    for (const p of [...providers]) {
      try {
        const answer = await question(p);
        if (p !== primary()) providers = [p, ...providers.filter((x) => x !== p)];
        return answer;
      } catch (e) {
        if (!(e instanceof LightError) || e.code === 'absent' || e.code === 'undecided') throw e;
        first ??= e;
      }
    }
    throw first;
  }

  /** A trusted block with its validators; what was kept of it is checked by hash. */
  async function blockOf(t: Trust): Promise<LightBlock> {
    const known = blocks.get(t.height);
    if (known !== undefined) return known;
    const b = await ask(async (p) => {
      const found = await fetchBlock(verifier, p, t.height);
      if (!bytesEqual(hashOf(found), t.hash)) throw new LightError('invalid-header', `${p.name} has another header at the trusted height ${t.height}`);
      return found;
    });
    blocks.set(t.height, b);
    return b;
  }

  async function checkClock(): Promise<void> {
    if (now() + policy.maxClockDrift > last().time) return;
    if (policy.timeFromProviders) {
      const heads = await Promise.allSettled(providers.map((p) => fetchBlock(verifier, p)));
      const times = heads.flatMap((r) => (r.status === 'fulfilled' ? [r.value.signedHeader.header.time] : [])).sort((a, b) => (a < b ? 1 : -1));
      const second = times[1];
      if (second !== undefined) offset += second - now();
    }
    if (now() + policy.maxClockDrift <= last().time) throw new LightError('clock', 'the clock is behind the last trusted header');
  }

  function assertOpen(): void {
    if (closed) throw new LightError('transport', 'the client is closed');
    if (alarm !== undefined) throw new LightError('fork', alarm);
  }

  async function raise(f: Fork): Promise<never> {
    alarm = `two chains at height ${f.height}: ${f.primary} and ${f.witness} each prove their own`;
    await store?.put(ALARM, utf8(alarm));
    for (const l of listeners) l(f);
    throw new LightError('fork', alarm, f.height);
  }

  /**
   * Of amnesia nobody can be named, so nobody is slashed for it; and CometBFT v0.40 takes such evidence over its RPC only to propose blocks with
   * it that it refuses itself. It is kept for the alarm and not sent.
   */
  async function send(to: Provider, evidence: LightClientAttackEvidence): Promise<void> {
    if (evidence.byzantineValidators.length === 0) return;
    try {
      await to.reportEvidence(evidence);
    } catch (e) {
      if (!(e instanceof LightError)) throw e;
      unsent.push({ to, evidence });
    }
  }

  /** Whether the witness proves another chain; then it does not return. */
  async function divergence(trace: readonly LightBlock[], witness: Provider, other: LightBlock): Promise<void> {
    const mine = await examine(verifier, trace, other, witness);
    if (mine === undefined) return;
    const against = attackEvidence(mine.block, mine.sourceTrace);
    await send(witness, against);
    const evidence = [against];
    const theirs = await examine(verifier, mine.sourceTrace, mine.block, primary());
    if (theirs !== undefined) {
      const reverse = attackEvidence(theirs.block, theirs.sourceTrace);
      await send(primary(), reverse);
      evidence.push(reverse);
    }
    await raise({ height: heightOf(mine.block), primary: primary().name, witness: witness.name, evidence });
  }

  /** `trace` leads to the block from what is trusted. */
  async function crossReference(block: LightBlock, trace: () => Promise<readonly LightBlock[]>): Promise<void> {
    const witnesses = providers.slice(1);
    if (witnesses.length === 0 && policy.allowNoWitness) return;
    const wait = (): Promise<void> => pause(Number((2n * policy.maxClockDrift) / 1_000_000n) + policy.blockLagMs);
    const results = await Promise.all(witnesses.map((w) => compare(verifier, w, block, wait)));
    const drop = new Set<Provider>();
    let same = 0;
    for (const [i, r] of results.entries() as IterableIterator<[number, Comparison]>) {
      const witness = witnesses[i] as Provider;
      if (r.type === 'same') same++;
      else if (r.type === 'bad') drop.add(witness);
      else if (r.type === 'conflict') {
        await divergence(await trace(), witness, r.block);
        drop.add(witness);
      }
    }
    if (drop.size > 0) providers = providers.filter((p) => !drop.has(p));
    if (same < policy.quorum) {
      throw new LightError('no-cross-reference', `${same} of ${witnesses.length} witnesses have height ${heightOf(block)}, ${policy.quorum} are needed`);
    }
  }

  /** The one that gives a block that is wrong below a good target is replaced, as its target may be right. */
  async function verified(target: LightBlock, hints: readonly bigint[]): Promise<LightBlock> {
    const below = trusted.filter((t) => t.height < heightOf(target)).at(-1);
    if (below === undefined) return backwards(verifier, primary(), await blockOf(trusted[0] as Trust), heightOf(target));
    const from = await blockOf(below);
    const trace = await ask(async (p) => {
      const own = p === primary() ? target : await fetchBlock(verifier, p, heightOf(target));
      if (!bytesEqual(hashOf(own), hashOf(target))) throw new LightError('invalid-header', `${p.name} has another target`);
      return policy.sequential ? sequence(verifier, p, from, target) : skip(verifier, p, from, target, hints);
    });
    await crossReference(target, async () => trace);
    return target;
  }

  async function at(height: bigint | undefined, hints: readonly bigint[]): Promise<LightBlock> {
    assertOpen();
    await checkClock();
    const known = trusted.find((t) => t.height === height);
    if (known !== undefined) return blockOf(known);
    const target = await ask((p) => fetchBlock(verifier, p, height, blocks.get(last().height)?.validatorSet));
    const same = trusted.find((t) => t.height === heightOf(target));
    if (height === undefined && heightOf(target) <= last().height) return blockOf(same ?? last());
    await verified(target, hints);
    await trust(trustOf(target), target);
    const again = unsent;
    unsent = [];
    for (const { to, evidence } of again) await send(to, evidence);
    return target;
  }

  /** The same from one request. Whatever is wrong with it, the blocks themselves may still be had. */
  async function byBundle(q: Questions): Promise<Bundle | undefined> {
    assertOpen();
    await checkClock();
    const p = providers.find((x) => x.bundle !== undefined);
    if (p === undefined || policy.sequential || policy.trustLevel !== DEFAULT_POLICY.trustLevel) return undefined;
    const from = last();
    let b: Bundle;
    try {
      b = await fetchBundle(verifier, p, from, headSet, q);
    } catch (e) {
      if (e instanceof LightError && e.code !== 'undecided') return undefined;
      throw e;
    }
    const head = b.steps.at(-1);
    if (head === undefined) return b;
    providers = [p, ...providers.filter((x) => x !== p)];
    await crossReference(head, async () => {
      const rest = await Promise.all(b.steps.map((s) => fetchBlock(verifier, p, heightOf(s))));
      if (!bytesEqual(hashOf(rest.at(-1) as LightBlock), hashOf(head))) throw new LightError('invalid-header', `${p.name} has another block than it gave`);
      return [await blockOf(from), ...rest];
    });
    await trust(trustOf(head), head, false);
    return b;
  }

  let queue: Promise<unknown> = Promise.resolve();
  /** One after another: two syncs at once would each trust without the other. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  };

  await load();
  if (trusted.length === 0) {
    const { height, hash, ...rest } = o.checkpoint;
    let root: LightBlock | undefined;
    let known = wholeTrust(height, hash, rest);
    if (known === undefined) {
      root = await ask(async (p) => {
        const b = await fetchBlock(verifier, p, height);
        if (!bytesEqual(hashOf(b), hash)) throw new LightError('checkpoint', `${p.name} has another header at height ${height}`);
        return b;
      });
      known = trustOf(root);
    }
    if (known.time + policy.trustingPeriod <= now()) {
      throw new LightError('expired', `the checkpoint of height ${height} is older than the trusting period: a newer one is needed`);
    }
    await trust(known, root);
  }

  return {
    chainId,
    sync: (height, hints = []) => inTurn(() => at(height, hints)),
    bundle: (q) => inTurn(() => byBundle(q)),
    blockAt: (height) => inTurn(() => at(height, [])),
    ask: (question) => {
      assertOpen();
      return ask(question);
    },
    subscribe(onBlock, onError, every = 1000) {
      let ended = false;
      let seen = last().height;
      const run = async (): Promise<void> => {
        while (!ended && !closed) {
          try {
            const b = await inTurn(() => at(undefined, []));
            if (!ended && heightOf(b) > seen) {
              seen = heightOf(b);
              onBlock(b);
            }
          } catch (e) {
            if (!ended) onError(e);
            if (alarm !== undefined) return;
          }
          await pause(every);
        }
      };
      void run();
      return () => {
        ended = true;
      };
    },
    onFork: (l) => void listeners.push(l),
    status: () => ({
      first: trusted[0] as Trust,
      last: last(),
      primary: primary().name,
      witnesses: providers.slice(1).map((p) => p.name),
      alarm,
      rollback: store?.counter === undefined ? 'unprotected' : 'protected',
    }),
    close: () => {
      closed = true;
    },
  };
}

/** All that a step needs of a checkpoint, if it says so much: then nobody is asked for its block. */
function wholeTrust(height: bigint, hash: Uint8Array, { time, validatorsHash, nextValidatorsHash, logRoot = NO_ROOT }: Partial<Trust>): Trust | undefined {
  if (time === undefined || validatorsHash === undefined || nextValidatorsHash === undefined) return undefined;
  return { height, hash, time, validatorsHash, nextValidatorsHash, logRoot };
}

/** A provider whose silence is an answer. */
function limited(p: Provider, timeoutMs: number, after: After): Provider {
  const soon = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const late = (): void => reject(new LightError('transport', `${p.name} did not answer in ${timeoutMs} ms`));
      answer.then(resolve, reject).finally(after(timeoutMs, late));
    });
  const { bundle } = p;
  return {
    ...(bundle && { bundle: (q) => soon(bundle(q)) }),
    name: p.name,
    lightBlock: (h, known) => soon(p.lightBlock(h, known)),
    state: (s, k, h) => soon(p.state(s, k, h)),
    tx: (h) => soon(p.tx(h)),
    results: (h) => soon(p.results(h)),
    reportEvidence: (e) => soon(p.reportEvidence(e)),
  };
}
