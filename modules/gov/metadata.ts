// The metadata of a proposal may be JSON with a title and a summary, which must then be those of the proposal. Whether it is such JSON decides
// whether a transaction passes, so it is read as Go's encoding/json reads it into ProposalMetadata: names without regard to case, the last of
// equal ones counting, null for nothing, and no check at all where anything has another type. Source: sdk:x/gov/types/metadata.go, Go's
// encoding/json (scanner.go, decode.go, fold.go).

export interface TitleAndSummary {
  readonly title: string;
  readonly summary: string;
}

const DEPTH_MAX = 10_000;
const TEXTS = ['title', 'summary', 'details', 'proposal_forum_url', 'vote_option_context'];

class NotJson extends Error {}

/** A value as far as it matters here: a text, null, a list of texts and nulls, or something else. */
type Value = { readonly text: string } | 'null' | 'texts' | 'other';

// Go folds the long s and the sign of Kelvin to letters of ASCII.
const folded = (name: string): string =>
  name
    .replace(/[A-Z]/g, (c) => c.toLowerCase())
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k');

class Scanner {
  readonly #s: string;
  #at = 0;

  constructor(s: string) {
    this.#s = s;
  }

  space(): void {
    while (' \t\r\n'.includes(this.#s[this.#at] ?? 'x')) this.#at++;
  }

  peek(): string | undefined {
    this.space();
    return this.#s[this.#at];
  }

  take(expected: string): void {
    if (this.peek() !== expected) throw new NotJson();
    this.#at++;
  }

  end(): void {
    if (this.peek() !== undefined) throw new NotJson();
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#s)?.[0];
    if (found === undefined) throw new NotJson();
    this.#at += found.length;
  }

  string(): string {
    const start = this.#at;
    this.take('"');
    for (;;) {
      const c = this.#s[this.#at++];
      if (c === undefined || c < ' ') throw new NotJson();
      if (c === '"') break;
      if (c === '\\') this.#skip(/["\\/bfnrt]|u[0-9a-fA-F]{4}/y);
    }
    const text = JSON.parse(this.#s.slice(this.#s.indexOf('"', start), this.#at)) as string;
    // Halves of surrogate pairs become the replacement character.
    return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  }

  #scalar(): Value {
    const c = this.peek();
    if (c === '"') return { text: this.string() };
    if (c === 'n') {
      this.#skip(/null/y);
      return 'null';
    }
    this.#skip(c === 't' || c === 'f' ? /true|false/y : /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    return 'other';
  }

  /** Without recursion: a transaction may nest as deep as it likes. `depth` counts what is open around. */
  value(depth: number): Value {
    const open: string[] = [];
    let texts = false;
    for (;;) {
      const c = this.peek();
      let value: Value = 'other';
      if (c === '[' || c === '{') {
        this.take(c);
        if (open.length === 0) texts = c === '[';
        else texts = false;
        open.push(c);
        if (open.length + depth > DEPTH_MAX) throw new NotJson();
        if (this.peek() !== (c === '[' ? ']' : '}')) {
          if (c === '{') this.#name();
          continue;
        }
      } else {
        value = this.#scalar();
        if (open.length === 0) return value;
        if (value === 'other') texts = false;
      }
      // After a value: what is open closes or goes on.
      for (;;) {
        const innermost = open.at(-1);
        if (innermost === undefined) return texts ? 'texts' : 'other';
        const next = this.peek();
        if (next === ',') {
          this.take(',');
          if (innermost === '{') this.#name();
          break;
        }
        this.take(innermost === '[' ? ']' : '}');
        open.pop();
      }
    }
  }

  #name(): string {
    if (this.peek() !== '"') throw new NotJson();
    const name = this.string();
    this.take(':');
    return name;
  }

  /** Each member of the object that begins here. */
  *members(): Generator<readonly [string, Value]> {
    this.take('{');
    if (this.peek() === '}') return this.take('}');
    for (;;) {
      const name = this.#name();
      yield [name, this.value(1)];
      if (this.peek() !== ',') return this.take('}');
      this.take(',');
    }
  }
}

/** Title and summary of metadata in the recommended form; undefined for any other, which is allowed. */
export function titleAndSummary(metadata: string): TitleAndSummary | undefined {
  const s = new Scanner(metadata);
  const found: Record<string, string> = { title: '', summary: '' };
  let fits = true;
  try {
    if (s.peek() !== '{') {
      const whole = s.value(0);
      s.end();
      return whole === 'null' ? { title: '', summary: '' } : undefined;
    }
    for (const [written, value] of s.members()) {
      const name = folded(written);
      if (value === 'null') continue;
      if (TEXTS.includes(name)) {
        if (typeof value === 'object') found[name] = value.text;
        else fits = false;
      } else if (name === 'authors' && value !== 'texts') fits = false;
    }
    s.end();
  } catch (e) {
    if (e instanceof NotJson) return undefined;
    throw e;
  }
  return fits ? { title: found.title ?? '', summary: found.summary ?? '' } : undefined;
}
