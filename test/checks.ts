// Counted checks of the interop and e2e programs: each prints its line when it is done; the caller prints the sum.
import { isDeepStrictEqual } from 'node:util';

export class Checks {
  readonly name: string;
  passed = 0;
  failed = 0;
  #notes: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async run(what: string, check: () => void | Promise<void>): Promise<void> {
    const start = performance.now();
    try {
      await check();
      this.passed++;
      this.#print('ok  ', what, start);
    } catch (e) {
      this.failed++;
      this.#print('FAIL', what, start);
      console.log(`       ${(e instanceof Error ? (e.stack ?? e.message) : String(e)).split('\n').slice(0, 6).join('\n       ')}`);
    }
  }

  #print(mark: string, what: string, start: number): void {
    const ms = performance.now() - start;
    console.log(`  ${mark} ${this.name}: ${what} (${ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`})`);
    for (const n of this.#notes.splice(0)) console.log(`       ${n}`);
  }

  /** A figure printed under the current check. */
  note(text: string): void {
    this.#notes.push(text);
  }

  fail(why: string): never {
    throw new Error(why);
  }

  that(condition: boolean, what: string): void {
    if (!condition) throw new Error(`not true: ${what}`);
  }

  equal<T>(got: T, want: T, what = ''): void {
    const difference = firstDifference(got, want);
    if (difference !== undefined) throw new Error(`${what} ${difference}`.trim());
  }
}

/** Where two JSON-like values first differ, as a path; undefined where they are equal. */
export function firstDifference(a: unknown, b: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(a, b)) return undefined;
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = firstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`);
      if (inner !== undefined) return inner;
    }
  }
  return `${path === '' ? '(root)' : path}: got ${show(a)}, want ${show(b)}`;
}

function show(v: unknown): string {
  return JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? `${x}n` : x))?.slice(0, 400) ?? String(v);
}
