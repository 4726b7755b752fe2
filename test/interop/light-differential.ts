// Random histories, some forged, judged by CometBFT's light client and by ours: single steps, and whole clients with a witness. Both must say the
// same. `npm run interop -- light-differential [histories] [seed]`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { toHex } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { lightBlockCodec } from '../../chain/types/light-block-codec.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { create } from '../../lightclient/client/client.ts';
import { hashOf } from '../../lightclient/client/verify.ts';
import { LightError } from '../../lightclient/errors.ts';
import { type History, SECOND, START } from '../../lightclient/testing/chain.ts';
import { HistoryProvider } from '../../lightclient/testing/provider.ts';
import { conclude } from '../../lightclient/verifier/conclude.ts';
import { plan } from '../../lightclient/verifier/plan.ts';
import { lightPeer } from '../../testnet/peers/light-peer.ts';
import { Random } from '../../testnet/simulator/random.ts';
import { Checks } from '../checks.ts';
import { attack, CHAIN_ID, randomHistory, spoiled } from '../differential/light-histories.ts';

const HISTORIES = 200;
const STEPS = 40;
const RUNS = 3;
const HOUR = 3600n * SECOND;

interface Answer {
  readonly verdict: string;
  readonly detail?: string;
  readonly hash?: string;
  readonly evidence: number;
}

class Judge {
  readonly #process;
  readonly #lines;

  constructor(program: string) {
    this.#process = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(question: object): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(question, (_, v) => (typeof v === 'bigint' ? Number(v) : v))}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the judge ended');
    return JSON.parse(value) as Answer;
  }

  stop(): void {
    this.#process.stdin.end();
  }
}

const wire = (b: LightBlock): string => toHex(lightBlockCodec.encode(b));
const LEVELS = [
  [1n, 3n],
  [1n, 2n],
  [2n, 3n],
  [1n, 1n],
] as const;

/** Exact in nanoseconds where JSON's numbers are not. */
const exact = (n: bigint): bigint => (n / 1000n) * 1000n;

interface Case {
  readonly agrees: boolean;
  readonly ours: string;
  readonly theirs: Answer;
  readonly what: string;
}

async function step(judge: Judge, random: Random, h: History): Promise<Case> {
  const trusted = h.blocks[random.between(0, h.blocks.length)] as LightBlock;
  const low = Number(trusted.signedHeader.header.height);
  const height = random.chance(0.9) ? Math.min(h.blocks.length, low + random.pick([1, 1, 2, 3, 8, 30])) : random.between(1, h.blocks.length + 1);
  const { block, what } = spoiled(random, h, height);
  const [num, den] = random.chance(0.6) ? LEVELS[0] : random.pick(LEVELS);
  const now = START + BigInt(h.blocks.length + random.between(0, 60)) * SECOND;
  const period = random.chance(0.85) ? HOUR : BigInt(random.between(1, 80)) * SECOND;
  const drift = BigInt(random.pick([1, 10])) * SECOND;
  const theirs = await judge.ask({ kind: 'step', chain_id: CHAIN_ID, trusted: wire(trusted), next: wire(block), period, now: exact(now), drift, num, den });
  const options = { trustingPeriod: period, maxClockDrift: drift, trustLevel: { numerator: num, denominator: den } };
  const p = plan({ header: trusted.signedHeader.header, validators: trusted.validatorSet }, block, options, now);
  const verdict = conclude(p, verifyEach(p.checks));
  const ours = verdict.type === 'invalid' && verdict.code === 'expired' ? 'expired' : verdict.type;
  // What Go does not even decode is not accepted here either; an expired trust may be found first.
  const agrees = theirs.verdict === 'undecodable' ? ours === 'invalid' || ours === 'expired' : ours === theirs.verdict;
  return { agrees, ours, theirs, what: `${low} → ${height}, ${what}` };
}

async function run(judge: Judge, random: Random, h: History): Promise<Case> {
  const length = h.blocks.length;
  const root = random.between(1, length + 1);
  const target = random.between(1, length + 1);
  const forged = random.chance(0.5) && target > root ? attack(random, h, random.between(root + 1, target + 1)) : undefined;
  const side = random.pick(['primary', 'witness']);
  const primary = forged !== undefined && side === 'primary' ? forged.history : h;
  const witness = forged !== undefined && side === 'witness' ? forged.history : h;
  const sequential = random.chance(0.3);
  const [num, den] = LEVELS[0];
  const now = START + BigInt(length + 5) * SECOND;
  const blocks = primary.blocks.map(wire);
  const question = { kind: 'client', chain_id: CHAIN_ID, blocks, root, target, sequential, period: HOUR, now, drift: SECOND, num, den };
  const theirs = await judge.ask({ ...question, ...(witness === primary ? {} : { witness: witness.blocks.map(wire) }) });
  const [p, w] = [new HistoryProvider('primary', primary.blocks), new HistoryProvider('witness', witness.blocks)];
  let ours: string;
  let hash = '';
  try {
    const c = await create({
      chainId: CHAIN_ID,
      checkpoint: { height: BigInt(root), hash: hashOf(primary.blocks[root - 1] as LightBlock) },
      providers: [p, w],
      verifySignatures: verifyEach,
      now: () => now,
      after: (ms, run) => {
        const t = setTimeout(run, ms);
        return () => clearTimeout(t);
      },
      policy: { trustingPeriod: HOUR, maxClockDrift: SECOND, blockLagMs: 0, sequential },
    });
    hash = toHex(hashOf(await c.sync(BigInt(target))));
    ours = 'ok';
  } catch (e) {
    if (!(e instanceof LightError)) throw e;
    ours = e.code === 'fork' ? 'attack' : 'refused';
  }
  const reports = p.evidence.length + w.evidence.length;
  // Evidence of amnesia names nobody; ours is not sent.
  const agrees =
    ours === theirs.verdict && (ours !== 'ok' || hash === theirs.hash) && (ours !== 'attack' || forged?.kind === 'amnesia' || reports === theirs.evidence);
  const what = `${root} → ${target}${sequential ? ' one by one' : ''}${forged === undefined ? '' : `, ${forged.kind} by the ${side}`}, ${reports} reports`;
  return { agrees, ours, theirs, what };
}

export default async function lightDifferential(args: readonly string[] = []): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('light-differential');
  const histories = Number(args[0] ?? HISTORIES);
  const seed = args[1] ?? '1';
  const judge = new Judge(await lightPeer());
  const root = Random.of(`light ${seed}`);
  const totals = { steps: new Map<string, number>(), runs: new Map<string, number>() };
  const count = (m: Map<string, number>, k: string): void => void m.set(k, (m.get(k) ?? 0) + 1);
  const wrong: string[] = [];
  try {
    for (let i = 0; i < histories; i++) {
      const random = root.fork(`${i}`);
      const h = randomHistory(random, random.between(3, 40));
      for (let s = 0; s < STEPS + RUNS; s++) {
        const kind = s < STEPS ? 'steps' : 'runs';
        const c = await (kind === 'steps' ? step : run)(judge, random, h);
        count(totals[kind], c.theirs.verdict);
        if (!c.agrees)
          wrong.push(
            `history ${i}, ${kind} ${s} (${c.what}): ours ${c.ours}, CometBFT ${c.theirs.verdict} ${c.theirs.detail ?? ''} ${c.theirs.evidence} reports`,
          );
      }
    }
    const shown = (m: Map<string, number>): string => [...m].map(([k, n]) => `${k} ${n}`).join(', ');
    await checks.run(`${histories} histories: every step judged alike`, () => {
      checks.note(`${[...totals.steps.values()].reduce((a, b) => a + b, 0)} steps: ${shown(totals.steps)}`);
      const of = wrong.filter((w) => w.includes(', steps '));
      checks.equal(of.slice(0, 8), [], `${of.length} differ`);
    });
    await checks.run('every whole client alike', () => {
      checks.note(`${[...totals.runs.values()].reduce((a, b) => a + b, 0)} clients: ${shown(totals.runs)}`);
      const of = wrong.filter((w) => w.includes(', runs '));
      checks.equal(of.slice(0, 8), [], `${of.length} differ`);
    });
  } finally {
    judge.stop();
  }
  return checks;
}
