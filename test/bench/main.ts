// `npm run bench -- <area> [--json FILE] [more]`: the default export of ./<area>.ts gives rows, one by one or as a list; they are printed
// as a table and, with --json, appended to FILE's place as one JSON line per row. Areas: chain, network, economy, light, ibc, device.
import { appendFileSync, writeFileSync } from 'node:fs';
import { programNames } from '../dispatch.ts';
import { type BenchRow, benchTable } from './rows.ts';

type Area = (args: readonly string[]) => AsyncIterable<BenchRow> | Promise<Iterable<BenchRow>> | Iterable<BenchRow>;

const folder = new URL('.', import.meta.url);
const args = process.argv.slice(2);
const at = args.indexOf('--json');
const jsonFile = at < 0 ? undefined : args.splice(at, 2)[1];
const [name, ...rest] = args;
const areas = programNames(folder);
if (name === undefined || !areas.includes(name) || (at >= 0 && jsonFile === undefined)) {
  console.error(`npm run bench -- ${areas.join(' | ') || '(no area yet)'} [--json FILE]`);
  process.exit(2);
}
if (jsonFile !== undefined) writeFileSync(jsonFile, '');
const area = (await import(new URL(`${name}.ts`, folder).href)) as { default: Area };
const rows: BenchRow[] = [];
try {
  for await (const row of await area.default(rest)) {
    rows.push(row);
    if (jsonFile !== undefined) appendFileSync(jsonFile, `${JSON.stringify(row)}\n`);
  }
} catch (e) {
  console.error(`bench ${name}: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`);
  process.exitCode = 1;
}
console.log(benchTable(rows));
