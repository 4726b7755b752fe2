// Metrics in the text format of Prometheus (exposition format 0.0.4). A family has a name, a type and label names; a series is one set of
// label values. Gauges that are cheap to ask are set by collectors when somebody scrapes.

export type Labels = Readonly<Record<string, string>>;

interface FamilyOptions {
  /** Without the namespace: "consensus_height". */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

type Kind = 'counter' | 'gauge' | 'histogram';

export interface Counter {
  add(n: number, labels?: Labels): void;
}
export interface Gauge extends Counter {
  set(v: number, labels?: Labels): void;
  /** Forgets all series: those of peers that have gone must not stay. */
  clear(): void;
}
export interface Histogram {
  observe(v: number, labels?: Labels): void;
}

const escapeLabel = (v: string): string => v.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
const escapeHelp = (v: string): string => v.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

/** As Go writes a float: the shortest text that gives it back. */
export function formatNumber(v: number): string {
  if (v === Number.POSITIVE_INFINITY) return '+Inf';
  if (v === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(v).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `count` bounds, the first `start`, each the `factor` of the one before. */
export const exponentialBuckets = (start: number, factor: number, count: number): number[] => Array.from({ length: count }, (_, i) => start * factor ** i);
export const linearBuckets = (start: number, width: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i * width);
/** `count` bounds from `min` to `max` (client_golang ExponentialBucketsRange). */
export function exponentialRange(min: number, max: number, count: number): number[] {
  const factor = (max / min) ** (1 / (count - 1));
  return Array.from({ length: count }, (_, i) => min * factor ** i);
}
/** client_golang DefBuckets. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

abstract class Family<S> {
  readonly #names: readonly string[];
  protected readonly series = new Map<string, { readonly values: readonly string[]; state: S }>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  protected abstract initial(): S;
  protected abstract lines(name: string, labels: string, state: S): string;

  protected at(labels: Labels): { state: S } {
    const values = this.#names.map((n) => labels[n] ?? '');
    const key = values.join('\u0000');
    let s = this.series.get(key);
    if (s === undefined) {
      s = { values, state: this.initial() };
      this.series.set(key, s);
    }
    return s;
  }

  text(name: string, constant: string): string {
    let out = '';
    for (const { values, state } of this.series.values()) {
      const own = this.#names.map((n, i) => `${n}="${escapeLabel(values[i] as string)}"`);
      out += this.lines(name, [constant, ...own].filter((l) => l !== '').join(','), state);
    }
    return out;
  }
}

class Scalar extends Family<number> implements Gauge {
  protected initial(): number {
    return 0;
  }
  add(n: number, labels: Labels = {}): void {
    this.at(labels).state += n;
  }
  set(v: number, labels: Labels = {}): void {
    this.at(labels).state = v;
  }
  clear(): void {
    this.series.clear();
  }
  protected lines(name: string, labels: string, state: number): string {
    return `${name}${labels === '' ? '' : `{${labels}}`} ${formatNumber(state)}\n`;
  }
}

interface Counts {
  readonly below: number[];
  sum: number;
  count: number;
}

class Buckets extends Family<Counts> implements Histogram {
  readonly #bounds: readonly number[];

  constructor(names: readonly string[], bounds: readonly number[]) {
    super(names);
    this.#bounds = bounds;
  }
  protected initial(): Counts {
    return { below: new Array<number>(this.#bounds.length).fill(0), sum: 0, count: 0 };
  }
  observe(v: number, labels: Labels = {}): void {
    const { state } = this.at(labels);
    const at = this.#bounds.findIndex((b) => v <= b);
    if (at >= 0) (state.below[at] as number)++;
    state.sum += v;
    state.count++;
  }
  /** Touches a series, so that it is shown before its first observation. */
  show(): void {
    this.at({});
  }
  protected lines(name: string, labels: string, { below, sum, count }: Counts): string {
    const join = labels === '' ? '' : ',';
    let out = '';
    let cumulative = 0;
    for (const [i, b] of this.#bounds.entries()) {
      cumulative += below[i] as number;
      out += `${name}_bucket{${labels}${join}le="${formatNumber(b)}"} ${cumulative}\n`;
    }
    out += `${name}_bucket{${labels}${join}le="+Inf"} ${count}\n`;
    const all = labels === '' ? '' : `{${labels}}`;
    return `${out}${name}_sum${all} ${formatNumber(sum)}\n${name}_count${all} ${count}\n`;
  }
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

export class Registry {
  readonly #families = new Map<string, { readonly kind: Kind; readonly help: string; readonly constant: string; readonly family: Scalar | Buckets }>();
  readonly #collectors: (() => void)[] = [];
  readonly #namespace: string;
  readonly #constant: Labels;

  /** `constant`: labels of every family made by `counter`, `gauge` and `histogram`. */
  constructor(namespace: string, constant: Labels) {
    this.#namespace = namespace;
    this.#constant = constant;
  }

  #add<F extends Scalar | Buckets>(kind: Kind, o: FamilyOptions, family: F): F {
    const name = this.#namespace === '' ? o.name : `${this.#namespace}_${o.name}`;
    if (!NAME.test(name)) throw new RangeError(`not a name of a metric: ${name}`);
    if (this.#families.has(name)) throw new Error(`two metrics of the name ${name}`);
    const constant = Object.entries(this.#constant)
      .map(([k, v]) => `${k}="${escapeLabel(v)}"`)
      .join(',');
    this.#families.set(name, { kind, help: o.help, constant, family });
    return family;
  }

  counter(o: FamilyOptions): Counter {
    const f = this.#add('counter', o, new Scalar(o.labels ?? []));
    if (o.labels === undefined) f.add(0);
    return f;
  }

  gauge(o: FamilyOptions): Gauge {
    const f = this.#add('gauge', o, new Scalar(o.labels ?? []));
    if (o.labels === undefined) f.set(0);
    return f;
  }

  histogram(o: FamilyOptions & { readonly buckets?: readonly number[] }): Histogram {
    const f = this.#add('histogram', o, new Buckets(o.labels ?? [], o.buckets ?? DEFAULT_BUCKETS));
    if (o.labels === undefined) f.show();
    return f;
  }

  /** Called before each scrape. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** All families that have a series, by name. */
  text(): string {
    for (const collect of this.#collectors) collect();
    let out = '';
    for (const [name, { kind, help, constant, family }] of [...this.#families].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const series = family.text(name, constant);
      if (series !== '') out += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${series}`;
    }
    return out;
  }
}
