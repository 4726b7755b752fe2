// `npm run simulate -- --seed N --nodes 4 --heights 20`: one seed or many (--seeds 300), or a scenario (--scenario file.json). A failing seed
// prints what was wrong, its faults, and the command that runs it again.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Scenario } from '../faults/fault.ts';
import { generateScenario } from '../faults/generate.ts';
import { simulate } from './simulation.ts';

const { values: v } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    nodes: { type: 'string' },
    heights: { type: 'string', default: '20' },
    peers: { type: 'string' },
    app: { type: 'string', default: 'light' },
    'no-faults': { type: 'boolean', default: false },
    'no-byzantine': { type: 'boolean', default: false },
    scenario: { type: 'string' },
    twice: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
});
const optional = (s: string | undefined): number | undefined => (s === undefined ? undefined : Number(s));

function* scenarios(): Generator<Scenario> {
  if (v.scenario !== undefined) {
    yield JSON.parse(readFileSync(v.scenario, 'utf8')) as Scenario;
    return;
  }
  if (v.app !== 'light' && v.app !== 'trellis') throw new Error(`--app ${v.app}: light or trellis`);
  for (let i = 0; i < Number(v.seeds); i++) {
    yield generateScenario({
      seed: Number(v.seed) + i,
      heights: Number(v.heights),
      nodes: optional(v.nodes),
      peers: optional(v.peers),
      app: v.app,
      faults: !v['no-faults'],
      byzantine: !v['no-byzantine'],
    });
  }
}

function command(s: Scenario): string {
  if (v.scenario !== undefined) return `npm run simulate -- --scenario ${v.scenario}`;
  const more = [
    v.nodes === undefined ? '' : ` --nodes ${v.nodes}`,
    v.peers === undefined ? '' : ` --peers ${v.peers}`,
    v.app === 'light' ? '' : ` --app ${v.app}`,
    v['no-faults'] ? ' --no-faults' : '',
    v['no-byzantine'] ? ' --no-byzantine' : '',
  ];
  return `npm run simulate -- --seed ${s.seed} --heights ${s.heights}${more.join('')}`;
}

const start = performance.now();
const cpu = process.cpuUsage();
let runs = 0;
let failed = 0;
let heights = 0;
let nodeHeights = 0;
let virtualMs = 0;
let events = 0;
let evidence = 0;
for (const s of scenarios()) {
  if (v.print) console.log(JSON.stringify(s));
  const r = await simulate(s, v.verbose ? { log: (line) => console.log(line) } : {});
  const again = v.twice ? await simulate(s) : undefined;
  const violations = again !== undefined && again.trace !== r.trace ? [...r.violations, `not deterministic: ${r.trace}, then ${again.trace}`] : r.violations;
  runs++;
  heights += Number(r.height);
  nodeHeights += Number(r.height) * s.powers.length;
  virtualMs += r.virtualMs;
  events += r.events;
  evidence += r.evidence;
  if (violations.length === 0) {
    if (v.verbose || v.scenario !== undefined) console.log(r);
    continue;
  }
  failed++;
  console.log(`FAIL seed ${s.seed}: height ${r.height} after ${(r.virtualMs / 1000).toFixed(1)} virtual s`);
  for (const violation of violations) console.log(`  ${violation}`);
  for (const line of r.states) console.log(`  | ${line}`);
  console.log(`  scenario: ${JSON.stringify(s)}`);
  console.log(`  again: ${command(s)}`);
}
const seconds = (performance.now() - start) / 1000;
const used = process.cpuUsage(cpu);
const cpuSeconds = (used.user + used.system) / 1e6;
console.log(
  `${runs - failed} of ${runs} simulations without a violation: ${heights} heights (${nodeHeights} node-heights) in ${seconds.toFixed(1)} s, ` +
    `${cpuSeconds.toFixed(1)} s of CPU: ${(heights / cpuSeconds).toFixed(0)} heights/s of CPU; ${(virtualMs / 1000).toFixed(0)} virtual s, ${events} events, ` +
    `${evidence} pieces of evidence committed; signatures ed25519, each verified once`,
);
process.exitCode = failed === 0 ? 0 : 1;
