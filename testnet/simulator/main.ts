// `npm run simulate -- --seed N --nodes 4 --heights 20`: one seed or many (--seeds 300 --workers 2), or a scenario (--scenario file.json). A
// failing seed prints what was wrong, where each node stood, its faults, and the command that runs it again.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Scenario } from '../faults/fault.ts';
import { generateScenario } from '../faults/generate.ts';
import { simulate } from './simulation.ts';

const USAGE = `npm run simulate -- [--seed 1] [--seeds 1] [--workers 1] [--heights 20] [--nodes 4..7] [--peers all] [--app light|trellis]
  [--faults 10] [--no-byzantine] [--twice] [--print] [--verbose] | --scenario file.json`;

const { values: v } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    nodes: { type: 'string' },
    heights: { type: 'string', default: '20' },
    peers: { type: 'string' },
    app: { type: 'string' },
    /** At most so many in a simulation. */
    faults: { type: 'string' },
    'no-byzantine': { type: 'boolean', default: false },
    scenario: { type: 'string' },
    /** Each seed two times, whose traces must be the same. */
    twice: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    verbose: { type: 'boolean', short: 'v', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    /** Of `--workers`, for the processes that it starts. */
    worker: { type: 'string' },
  },
});

interface Totals {
  runs: number;
  failed: number;
  heights: number;
  nodeHeights: number;
  virtualMs: number;
  events: number;
  evidence: number;
  cpuSeconds: number;
  longest: { seed: number; healingMs: number };
}

function whole(name: 'seed' | 'seeds' | 'workers' | 'nodes' | 'heights' | 'peers' | 'faults'): number | undefined {
  const text = v[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: a whole number is needed`);
  return Number(text);
}

function appOf(): Scenario['app'] | undefined {
  const { app } = v;
  if (app !== undefined && app !== 'light' && app !== 'trellis') throw new Error(`--app ${app}: light or trellis`);
  return app;
}

function* scenarios(): Generator<Scenario> {
  if (v.scenario !== undefined) {
    yield JSON.parse(readFileSync(v.scenario, 'utf8')) as Scenario;
    return;
  }
  const workers = whole('workers') ?? 1;
  const first = v.worker === undefined ? 0 : Number(v.worker);
  for (let i = first; i < (whole('seeds') ?? 1); i += workers) {
    yield generateScenario({
      seed: (whole('seed') ?? 1) + i,
      heights: whole('heights') ?? 20,
      nodes: whole('nodes'),
      peers: whole('peers'),
      app: appOf(),
      faults: whole('faults'),
      byzantine: !v['no-byzantine'],
    });
  }
}

function command(s: Scenario): string {
  if (v.scenario !== undefined) return `npm run simulate -- --scenario ${v.scenario}`;
  const more = (['nodes', 'peers', 'app', 'faults'] as const).map((name) => (v[name] === undefined ? '' : ` --${name} ${v[name]}`));
  const flag = v['no-byzantine'] ? ' --no-byzantine' : '';
  return `npm run simulate -- --seed ${s.seed} --heights ${s.heights}${more.join('')}${flag}`;
}

async function runAll(): Promise<Totals> {
  const t: Totals = { runs: 0, failed: 0, heights: 0, nodeHeights: 0, virtualMs: 0, events: 0, evidence: 0, cpuSeconds: 0, longest: { seed: 0, healingMs: 0 } };
  for (const s of scenarios()) {
    if (v.print) console.log(JSON.stringify(s));
    const r = await simulate(s, v.verbose ? { log: (line) => console.log(line) } : {});
    const again = v.twice ? await simulate(s) : undefined;
    const violations = again !== undefined && again.trace !== r.trace ? [...r.violations, `not deterministic: ${r.trace}, then ${again.trace}`] : r.violations;
    t.runs++;
    t.heights += Number(r.height);
    t.nodeHeights += Number(r.height) * s.powers.length;
    t.virtualMs += r.virtualMs;
    t.events += r.events;
    t.evidence += r.evidence;
    if (s.faults.length > 0 && r.healingMs > t.longest.healingMs) t.longest = { seed: s.seed, healingMs: r.healingMs };
    if (violations.length === 0) {
      if (v.verbose || v.scenario !== undefined) console.log(r);
      continue;
    }
    t.failed++;
    const lines = [
      `FAIL seed ${s.seed}: height ${r.height} after ${(r.virtualMs / 1000).toFixed(1)} virtual s`,
      ...violations,
      ...r.states.map((line) => `| ${line}`),
      `scenario: ${JSON.stringify(s)}`,
      `again: ${command(s)}`,
    ];
    console.log(lines.join('\n  '));
  }
  const used = process.cpuUsage();
  t.cpuSeconds = (used.user + used.system) / 1e6;
  return t;
}

/** Each process takes every n-th seed. */
async function shareOut(workers: number): Promise<Totals> {
  const all = Array.from({ length: workers }, (_, i) => {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--worker', String(i)], { execArgv: process.execArgv });
    return new Promise<Totals>((resolve, reject) => {
      child.on('message', (m) => resolve(m as Totals));
      child.on('exit', (code) => reject(new Error(`a worker ended with code ${code} before it was done`)));
    });
  });
  const parts = await Promise.all(all);
  return parts.reduce((a, b) => ({
    runs: a.runs + b.runs,
    failed: a.failed + b.failed,
    heights: a.heights + b.heights,
    nodeHeights: a.nodeHeights + b.nodeHeights,
    virtualMs: a.virtualMs + b.virtualMs,
    events: a.events + b.events,
    evidence: a.evidence + b.evidence,
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    longest: a.longest.healingMs > b.longest.healingMs ? a.longest : b.longest,
  }));
}

async function main(): Promise<void> {
  if (v.help) {
    console.log(USAGE);
    return;
  }
  if (v.worker !== undefined) {
    process.send?.(await runAll());
    return;
  }
  const start = performance.now();
  const workers = whole('workers') ?? 1;
  const t = workers > 1 ? await shareOut(workers) : await runAll();
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${t.runs - t.failed} of ${t.runs} simulations without a violation: ${t.heights} heights (${t.nodeHeights} of nodes) in ${seconds.toFixed(1)} s, ${(t.heights / seconds).toFixed(1)} heights/s; ` +
      `${t.cpuSeconds.toFixed(1)} s of CPU, ${(t.heights / t.cpuSeconds).toFixed(1)} heights/s of CPU; ${(t.virtualMs / 1000).toFixed(0)} virtual s, ` +
      `${t.events} events, ${t.evidence} pieces of evidence committed; real ed25519, each signature verified once a simulation` +
      (t.longest.seed === 0 ? '' : `; longest way back after faults ${(t.longest.healingMs / 1000).toFixed(1)} virtual s (seed ${t.longest.seed})`),
  );
  process.exitCode = t.failed === 0 ? 0 : 1;
}

await main().catch((e: unknown) => {
  console.error(e instanceof Error ? e.message : String(e));
  console.error(USAGE);
  process.exitCode = 2;
});
