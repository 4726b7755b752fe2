// One configuration value: from TOML, or from the text of an environment variable or flag. Go's reader (viper) casts freely between strings
// and scalars, so files in the wild hold `chunk_fetchers = "4"` and `pruning-interval = 10` alike: both forms are read.
import { parseDurationMs } from './duration.ts';
import { ConfigError } from './errors.ts';
import type { Field } from './schema.ts';

function fail(what: string, got: unknown): never {
  const shown = JSON.stringify(got, (_, v) => (typeof v === 'bigint' ? v.toString() : v)) ?? String(got);
  throw new ConfigError(`${what}, not ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`);
}

function whole(v: unknown): bigint {
  if (typeof v === 'bigint') return v;
  if (typeof v === 'number' && Number.isSafeInteger(v)) return BigInt(v);
  if (typeof v === 'string' && /^-?\d{1,20}$/.test(v.trim())) return BigInt(v.trim());
  return fail('must be a whole number', v);
}

const list = (s: string): string[] =>
  s
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '');

function strings(v: unknown): string[] {
  if (Array.isArray(v) && v.every((s) => typeof s === 'string')) return v;
  if (typeof v === 'string')
    return list(
      v
        .trim()
        .replace(/^\[(.*)\]$/s, '$1')
        .replaceAll('"', ''),
    );
  return fail('must be a list of texts', v);
}

function convert(field: Field, v: unknown): unknown {
  switch (field.kind) {
    case 'text':
      if (typeof v === 'string') return v;
      if (typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') return String(v);
      return fail('must be a text', v);
    case 'flag':
      if (typeof v === 'boolean') return v;
      if (v === 'true' || v === '1') return true;
      if (v === 'false' || v === '0') return false;
      return fail('must be true or false', v);
    case 'integer': {
      const n = Number(whole(v));
      return Number.isSafeInteger(n) ? n : fail('is too large', v);
    }
    case 'big': {
      const n = whole(v);
      return n < 1n << 64n ? n : fail('is too large', v);
    }
    case 'duration': {
      // A bare number would be nanoseconds in Go: never what its writer meant, so it is refused.
      const ms = typeof v === 'string' ? parseDurationMs(v.trim()) : v === 0 ? 0 : undefined;
      return ms ?? fail('must be a duration such as "500ms", "3s" or "1m30s"', v);
    }
    case 'texts':
    case 'commas':
      return strings(v);
    case 'tables':
      if (!Array.isArray(v)) return fail('must be a list', v);
      return v.map((entry) => field.parse(entry));
  }
}

/** Throws ConfigError with the key's path and the source. */
export function readValue(path: string, field: Field, v: unknown, source: string): unknown {
  try {
    const value = convert(field, v);
    const wrong = (field.check as ((v: unknown) => string | undefined) | undefined)?.(value);
    if (wrong !== undefined) fail(wrong, v);
    return value;
  } catch (e) {
    if (e instanceof ConfigError || e instanceof RangeError) throw new ConfigError(`${source}: ${path} ${e.message}`);
    throw e;
  }
}
