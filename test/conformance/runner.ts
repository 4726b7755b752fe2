// Runs every test vector found under a folder. Each file there must belong to a handler; a file or folder that none knows fails.
// A handler calls `t.case(id, fn)` once per case: fn returns for a pass and throws for a failure. Sets whose issue is not done yet
// are counted as pending. A case that a written rule leaves out is named by `t.leaveOut(id, reason)` and printed with its reason.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Cases {
  case(id: string, check: () => void | Promise<void>): Promise<void>;
  /** A case that does not apply, with the reason; counted apart and printed. */
  leaveOut(id: string, reason: string): void;
}

export interface VectorFile {
  /** Relative to the vectors folder, with forward slashes. */
  readonly path: string;
  readonly absolute: string;
  bytes(): Uint8Array;
  text(): string;
  // biome-ignore lint/suspicious/noExplicitAny: vectors are untyped JSON, each handler knows its set's shape
  json(): any;
}

/** Keys are paths with `*` (within a segment) and `**` (across segments). */
export type Handlers = Readonly<Record<string, (file: VectorFile, t: Cases) => void | Promise<void>>>;
/** A set of a later issue: how many cases a file of it holds. */
export type PendingSets = Readonly<Record<string, (file: VectorFile) => number>>;

export interface SetResult {
  passed: number;
  failed: number;
  leftOut: number;
  pending: number;
  readonly failures: string[];
  readonly reasons: Map<string, number>;
}

function patternToRegExp(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((p) => (p === '**' ? '.*' : p === '*' ? '[^/]*' : p.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}

function listFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? listFiles(join(dir, e.name)) : [join(dir, e.name)]))
    .sort();
}

function vectorFile(root: string, absolute: string): VectorFile {
  return {
    path: relative(root, absolute).split('\\').join('/'),
    absolute,
    bytes: () => new Uint8Array(readFileSync(absolute)),
    text: () => readFileSync(absolute, 'utf8'),
    json: () => JSON.parse(readFileSync(absolute, 'utf8')),
  };
}

const DOCUMENTATION = /(^|\/)(README\.md|SOURCE\.txt|LICENSE[^/]*)$/;

/** Results by set (first folder). Longest pattern wins, so that a file may be named more closely than its folder. */
export async function runVectors(root: string, handlers: Handlers, pending: PendingSets): Promise<Map<string, SetResult>> {
  if (!statSync(root).isDirectory()) throw new Error(`vectors: ${root} is not a folder`);
  const rules = Object.entries(handlers)
    .map(([pattern, run]) => ({ pattern, test: patternToRegExp(pattern), run }))
    .sort((a, b) => b.pattern.length - a.pattern.length);
  const later = Object.entries(pending)
    .map(([pattern, count]) => ({ pattern, test: patternToRegExp(pattern), count }))
    .sort((a, b) => b.pattern.length - a.pattern.length);
  const results = new Map<string, SetResult>();
  for (const absolute of listFiles(root)) {
    const file = vectorFile(root, absolute);
    if (DOCUMENTATION.test(file.path)) continue;
    const set = file.path.split('/')[0] as string;
    let r = results.get(set);
    if (r === undefined) {
      r = { passed: 0, failed: 0, leftOut: 0, pending: 0, failures: [], reasons: new Map() };
      results.set(set, r);
    }
    const result = r;
    const fail = (id: string, why: unknown): void => {
      result.failed++;
      result.failures.push(`${file.path} ${id}: ${why instanceof Error ? why.message : String(why)}`);
    };
    const rule = rules.find((h) => h.test.test(file.path));
    if (rule === undefined) {
      const p = later.find((h) => h.test.test(file.path));
      if (p === undefined) fail('', 'no handler knows this file');
      else result.pending += p.count(file);
      continue;
    }
    const before = result.passed + result.failed + result.leftOut;
    const cases: Cases = {
      async case(id, check) {
        try {
          await check();
          result.passed++;
        } catch (e) {
          fail(id, e);
        }
      },
      leaveOut(_id, reason) {
        result.leftOut++;
        result.reasons.set(reason, (result.reasons.get(reason) ?? 0) + 1);
      },
    };
    try {
      await rule.run(file, cases);
    } catch (e) {
      fail('(file)', e);
    }
    if (result.passed + result.failed + result.leftOut === before) fail('(file)', 'holds no case in the format of its set');
  }
  return results;
}
