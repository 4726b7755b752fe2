// The economy in random operation: `npm run e2e -- economy-simulation [--seeds 20] [--seed 1] [--blocks 1000]`. No peer and no process: our
// application alone, three times over. A failing seed prints its height and what is wrong; `--seed N --seeds 1` runs it again.
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { Checks } from '../checks.ts';
import { countsText } from '../interop/engine/go-chain.ts';
import { type Count, simulateSeed } from './economy-simulation/simulate.ts';

const EXPORT_EVERY = 250;
const RESTART_CHANCE = 0.015;

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} ${text}: a whole number above 0 is needed`);
  return Number(text);
}

function countsOf(byModule: ReadonlyMap<string, Count>): { sent: number; succeeded: number; text: string } {
  let [sent, succeeded] = [0, 0];
  const parts: string[] = [];
  for (const [name, c] of [...byModule].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sent += c.sent;
    succeeded += c.succeeded;
    parts.push(`${name} ${c.succeeded} of ${c.sent}`);
  }
  return { sent, succeeded, text: parts.join(', ') };
}

export default async function economySimulation(args: readonly string[] = []): Promise<Checks> {
  const string = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({ args: [...args], options: { seeds: string('20'), seed: string('1'), blocks: string('1000') } });
  const [seeds, first, blocks] = [whole('seeds', values.seeds), whole('seed', values.seed), whole('blocks', values.blocks)];
  const checks = new Checks('economy-simulation');
  const start = performance.now();
  const total = new Map<string, Count>();
  const governed = new Map<string, number>();
  installNative();
  for (let seed = first; seed < first + seeds; seed++) {
    await checks.run(`seed ${seed}, ${blocks} blocks`, async () => {
      const r = await simulateSeed({ seed: String(seed), blocks, exportEvery: Math.min(EXPORT_EVERY, blocks), restartChance: RESTART_CHANCE });
      for (const [name, c] of r.byModule) {
        const sum = total.get(name) ?? { sent: 0, succeeded: 0 };
        total.set(name, { sent: sum.sent + c.sent, succeeded: sum.succeeded + c.succeeded });
      }
      for (const [name, n] of r.governed) governed.set(name, (governed.get(name) ?? 0) + n);
      const { sent, succeeded } = countsOf(r.byModule);
      checks.note(
        `${sent} transactions, ${succeeded} succeeded; ${r.rotations} keys changed, ${r.slashes} slashes; ${r.exports} exports, ${r.restarts} restarts, ${r.compared} app hashes compared`,
      );
    });
  }
  const { sent, succeeded, text } = countsOf(total);
  console.log(`${sent} transactions, ${succeeded} succeeded (${text}); ${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log(`messages of passed proposals: ${countsText(governed)}`);
  return checks;
}
