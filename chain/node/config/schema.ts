// Configuration as tables: a section is a record of fields and sections; one table gives the defaults, the commented file, the parser, the
// environment's and the flags' names, and the TypeScript type. Keys are the file's; in code they are camelCase, durations end in Ms.

interface FieldBase<Kind extends string, V> {
  readonly kind: Kind;
  readonly initial: V;
  /** Written as a comment above the key; lines split at newlines. */
  readonly doc: string;
  /** What is wrong with a value of the right type, or undefined. */
  readonly check?: ((v: V) => string | undefined) | undefined;
}
export type TextField = FieldBase<'text', string>;
export type FlagField = FieldBase<'flag', boolean>;
/** A safe integer. `quoted`: the SDK writes it as a string. */
export type IntegerField = FieldBase<'integer', number> & { readonly quoted: boolean };
/** Heights and Unix times. */
export type BigIntegerField = FieldBase<'big', bigint>;
/** Milliseconds in code. */
export type DurationField = FieldBase<'duration', number>;
/** A TOML array of strings. */
export type TextsField = FieldBase<'texts', readonly string[]>;
/** Strings joined by commas in the file. */
export type CommaTextsField = FieldBase<'commas', readonly string[]>;
/** An array of tables or of arrays, read by `parse`, which throws a text without the key's name. */
export interface TablesField<V> {
  readonly kind: 'tables';
  readonly initial: readonly V[];
  readonly doc: string;
  readonly check?: undefined;
  parse(entry: unknown): V;
  /** One entry as TOML. */
  write(v: V): string;
}
// biome-ignore lint/suspicious/noExplicitAny: the entry type of a table is only known to its field
export type Field = TextField | FlagField | IntegerField | BigIntegerField | DurationField | TextsField | CommaTextsField | TablesField<any>;

export interface Section {
  readonly [key: string]: Field | Section;
}

type Camel<K extends string> = K extends `${infer A}_${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : K extends `${infer A}-${infer B}`
    ? `${A}${Capitalize<Camel<B>>}`
    : K;
type Name<K, F> = K extends string ? (F extends DurationField ? `${Camel<K>}Ms` : Camel<K>) : never;
/** The values of a section, as code reads them. */
export type Values<S> = { readonly [K in keyof S as Name<K, S[K]>]: S[K] extends { readonly kind: string; readonly initial: infer V } ? V : Values<S[K]> };

export function isField(entry: Field | Section): entry is Field {
  return typeof (entry as Field).kind === 'string' && 'initial' in entry;
}

export function codeName(key: string, entry: Field | Section): string {
  const camel = key.replace(/[-_](.)/g, (_, c: string) => c.toUpperCase());
  return isField(entry) && entry.kind === 'duration' ? `${camel}Ms` : camel;
}

const notNegative = (v: number | bigint): string | undefined => (v < 0 ? 'must not be negative' : undefined);

export const text = (initial: string, doc: string, check?: (v: string) => string | undefined): TextField => ({ kind: 'text', initial, doc, check });
export const oneOf = (initial: string, choices: readonly string[], doc: string): TextField =>
  text(initial, doc, (v) => (choices.includes(v) ? undefined : `must be one of ${choices.map((c) => JSON.stringify(c)).join(', ')}`));
export const flag = (initial: boolean, doc: string): FlagField => ({ kind: 'flag', initial, doc });
/** Not negative. */
export const integer = (initial: number, doc: string, check: (v: number) => string | undefined = notNegative): IntegerField => ({
  kind: 'integer',
  initial,
  doc,
  check,
  quoted: false,
});
export const anyInteger = (initial: number, doc: string): IntegerField => integer(initial, doc, () => undefined);
export const quotedInteger = (initial: number, doc: string): IntegerField => ({ ...integer(initial, doc), quoted: true });
export const bigInteger = (initial: bigint, doc: string): BigIntegerField => ({ kind: 'big', initial, doc, check: notNegative });
/** Milliseconds, not negative. */
export const duration = (initialMs: number, doc: string): DurationField => ({ kind: 'duration', initial: initialMs, doc, check: notNegative });
export const texts = (initial: readonly string[], doc: string): TextsField => ({ kind: 'texts', initial, doc });
export const commaTexts = (initial: readonly string[], doc: string): CommaTextsField => ({ kind: 'commas', initial, doc });
export const tables = <V>(initial: readonly V[], doc: string, parse: (entry: unknown) => V, write: (v: V) => string): TablesField<V> => ({
  kind: 'tables',
  initial,
  doc,
  parse,
  write,
});

/** All fields with their paths in file notation, e.g. "p2p.libp2p.enabled"; a section's own fields come before its sections. */
export function* fieldsOf(section: Section, path = ''): Generator<readonly [string, Field]> {
  const entries = Object.entries(section);
  const join = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const [key, entry] of entries) if (isField(entry)) yield [join(key), entry];
  for (const [key, entry] of entries) if (!isField(entry)) yield* fieldsOf(entry, join(key));
}

/** The defaults, with some values replaced: `set` gives a path's value or undefined. */
export function buildValues<S extends Section>(section: S, set: (path: string, field: Field) => unknown = () => undefined, path = ''): Values<S> {
  const out: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(section)) {
    const at = path === '' ? key : `${path}.${key}`;
    out[codeName(key, entry)] = isField(entry) ? (set(at, entry) ?? entry.initial) : buildValues(entry, set, at);
  }
  return out as Values<S>;
}
