// One flipped bit in each kind of file that holds state or identity, and a database log cut between two records: the node does not start, or ends,
// and names the file. The chain was stopped cleanly before: what a killed one had not synced is made again (chain/store/history-chain.ts).
// Left out: config.toml, app.toml and client.toml, where another valid value or a changed comment cannot be told from what the operator wrote
// (an unknown key or a bad value is refused, see chain/node/config); keyrings, dev.json and snapshots, which the node does not run on (a snapshot's chunk is checked against its hash
// where it is read); data/upgrade-info.json, which is there between two programs only; LevelDB's LOG, its
// diary; LOCK, which is empty; and files that the database no longer uses and removes at its next opening.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type FolderFiles, folderFiles } from '../../../chain/store/leveldb/folder-check.ts';
import { scanLog } from '../../../chain/store/leveldb/log-records.ts';
import { temporaryFolder, trellisd } from '../../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';

const ENDS_WITHIN_MS = 20_000;

interface FileKind {
  readonly name: string;
  readonly files: readonly string[];
  /** What the message must contain. */
  readonly named: (file: string) => string;
}

function filesUnder(home: string, folder: string): string[] {
  return readdirSync(join(home, folder), { withFileTypes: true })
    .filter((e) => e.isFile() && statSync(join(home, folder, e.name)).size > 0)
    .map((e) => join(folder, e.name));
}

/** Folders of LevelDB. */
function databases(home: string): string[] {
  return readdirSync(join(home, 'data'), { recursive: true, withFileTypes: true })
    .filter((e) => e.name === 'CURRENT')
    .map((e) => relative(home, e.parentPath));
}

function fileKinds(home: string): FileKind[] {
  const kinds: FileKind[] = [];
  for (const name of ['config/genesis.json', 'config/priv_validator_key.json', 'config/node_key.json', 'data/priv_validator_state.json']) {
    kinds.push({ name, files: [name], named: basename });
  }
  kinds.push({ name: 'data/cs.wal', files: filesUnder(home, 'data/cs.wal'), named: basename });
  const inHome = (path: string): string => relative(home, path);
  for (const db of databases(home)) {
    const live = folderFiles(join(home, db)) as FolderFiles;
    kinds.push({ name: `${db} (tables)`, files: live.tables.map((t) => inHome(t.path)), named: basename });
    // The last record of a log is known to the batch chain, which names the folder.
    const logs = live.logs.filter((f) => statSync(f).size > 0).map(inHome);
    kinds.push({ name: `${db} (log)`, files: logs, named: () => db });
    kinds.push({ name: `${db} (manifest)`, files: [inHome(live.manifest), `${db}/CURRENT`], named: basename });
    kinds.push({ name: `${db} (head)`, files: [`${db}/HEAD`], named: () => `${db}/HEAD` });
  }
  kinds.push({ name: 'data/application.db/trees', files: filesUnder(home, 'data/application.db/trees'), named: basename });
  return kinds;
}

/** Gives the changed bytes and says what was changed. */
type Damage = (bytes: Uint8Array, rand: () => number) => readonly [Uint8Array, string];

const flipBit: Damage = (bytes, rand) => {
  const bit = Math.floor(rand() * bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return [bytes, `bit ${bit}`];
};

/** LevelDB itself sees nothing wrong with what is left. */
const cutBetweenRecords: Damage = (bytes, rand) => {
  const { ends } = scanLog(bytes);
  // The loss of the last record alone is the hardest to notice.
  const cuts = rand() < 0.4 ? [ends.at(-2) ?? 0] : [0, ...ends.slice(0, -1)];
  const length = cuts[Math.floor(rand() * cuts.length)] as number;
  return [bytes.subarray(0, length), `a cut at byte ${length} of ${bytes.length}`];
};

async function harm(home: string, kind: FileKind, damage: Damage, flags: readonly string[], rand: () => number): Promise<void> {
  const copy = temporaryFolder('flip');
  cpSync(home, copy, { recursive: true });
  const file = kind.files[Math.floor(rand() * kind.files.length)] as string;
  const [bytes, what] = damage(new Uint8Array(readFileSync(join(copy, file))), rand);
  writeFileSync(join(copy, file), bytes);
  rmSync(join(copy, 'dev.json'), { force: true });
  const p = trellisd(['dev', '--home', copy, ...flags]);
  const exit = await waitFor('the node to end', () => p.exit(), ENDS_WITHIN_MS).catch(() => undefined);
  await p.kill();
  const where = `${what} of ${file} (${copy})`;
  if (exit === undefined) throw new Error(`${where}: the node runs on`);
  if (exit.code === 0 || exit.code === null) throw new Error(`${where}: exit code ${exit.code}, signal ${exit.signal}: ${p.output().slice(-600)}`);
  const name = kind.named(file);
  if (!p.output().includes(name)) throw new Error(`${where}: the message does not name ${name}: ${p.output().slice(-600)}`);
  rmSync(copy, { recursive: true, force: true });
}

export interface Flips {
  /** Of a stopped chain. */
  readonly home: string;
  readonly flags: readonly string[];
  readonly perKind: number;
  readonly rand: () => number;
  /** Kinds whose name holds this; all where it is left out. */
  readonly only?: string;
}

/** Of each kind the check is one line of its own. */
export async function flipEachKind({ home, flags, perKind, rand, only = '' }: Flips, checks: Checks): Promise<void> {
  const run = async (kind: FileKind, damage: Damage, what: string): Promise<void> => {
    await checks.run(`${what} in ${kind.name} ends the node and the file is named`, async () => {
      if (kind.files.length === 0) throw new Error('the run left no such file');
      for (let i = 0; i < perKind; i++) await harm(home, kind, damage, flags, rand);
      checks.note(`${perKind} times over ${kind.files.length} ${kind.files.length === 1 ? 'file' : 'files'}`);
    });
  };
  for (const kind of fileKinds(home).filter((k) => k.name.includes(only))) {
    await run(kind, flipBit, 'one flipped bit');
    if (kind.name.endsWith('(log)')) await run(kind, cutBetweenRecords, 'a cut between two records');
  }
}
