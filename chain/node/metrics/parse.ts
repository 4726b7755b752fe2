// Reads the text format of Prometheus, as far as a comparison of two nodes needs it: families with their types and label names.

export interface ParsedFamily {
  readonly type: string;
  /** Names of all labels of all series, sorted; without `le` and `quantile`. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in order of appearance. */
  readonly bounds: readonly string[];
  /** Series name with labels as written, to the value. */
  readonly samples: ReadonlyMap<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Throws RangeError on a line that is no sample, or one of a family without a type. */
export function parseMetrics(text: string): Map<string, ParsedFamily> {
  const families = new Map<string, { type: string; labels: Set<string>; bounds: Set<string>; samples: Map<string, number> }>();
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) families.set(type[1] as string, { type: type[2] as string, labels: new Set(), bounds: new Set(), samples: new Map() });
    if (line === '' || line.startsWith('#')) continue;
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new RangeError(`not a sample: ${line}`);
    const name = sample[1] as string;
    const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|sum|count)$/, ''));
    if (family === undefined) throw new RangeError(`no type for ${name}`);
    for (const [, label, value] of (sample[2] ?? '').matchAll(LABEL)) {
      if (label === 'le') family.bounds.add(value as string);
      else if (label !== 'quantile') family.labels.add(label as string);
    }
    family.samples.set(`${name}{${sample[2] ?? ''}}`, Number((sample[3] as string).replace('Inf', 'Infinity')));
  }
  return new Map([...families].map(([n, f]) => [n, { type: f.type, labels: [...f.labels].sort(), bounds: [...f.bounds], samples: f.samples }]));
}
