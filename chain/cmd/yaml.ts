// JSON values as YAML, the text form of simd's answers: keys sorted, texts quoted only where they would read as something else.

const PLAIN = /^[A-Za-z0-9_./@+-][A-Za-z0-9_./@+:()<>*=,;^~ -]*$/;
const READS_AS_OTHER =
  /^(?:[-+]?[0-9._]+|[-+]?0x[0-9a-f_]+|[-+]?0o[0-7_]+|[-+]?0b[01_]+|[-+]?\.(?:inf|nan)|true|false|yes|no|on|off|null|y|n|~|[0-9]{4}-.*|[-.]+)$/i;
/** A float only where it has a value: beyond the range of a double the reader takes it for a text. */
const EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)e[-+]?[0-9]+$/i;

function scalar(v: unknown): string {
  if (v === null || v === undefined) return 'null';
  if (typeof v !== 'string') return String(v);
  if (v === '') return '""';
  if (/[\n\t\p{Cc}]/u.test(v)) return JSON.stringify(v);
  if (READS_AS_OTHER.test(v) || (EXPONENT.test(v) && Number.isFinite(Number(v)))) return `"${v}"`;
  if (PLAIN.test(v) && !v.startsWith('- ') && !v.startsWith('@') && !v.endsWith(' ') && !v.includes(': ') && !v.endsWith(':')) return v;
  return `'${v.replaceAll("'", "''")}'`;
}

const isEmpty = (v: unknown): boolean => (Array.isArray(v) ? v.length === 0 : typeof v === 'object' && v !== null && Object.keys(v).length === 0);

function lines(v: unknown): string[] {
  if (Array.isArray(v)) {
    if (v.length === 0) return ['[]'];
    return v.flatMap((item) => lines(item).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)));
  }
  if (typeof v !== 'object' || v === null) return [scalar(v)];
  const entries = Object.entries(v)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return ['{}'];
  return entries.flatMap(([key, value]) => {
    const name = scalar(key);
    if (typeof value !== 'object' || value === null || isEmpty(value)) return [`${name}: ${lines(value)[0] as string}`];
    const indent = Array.isArray(value) ? '' : '  ';
    return [`${name}:`, ...lines(value).map((line) => indent + line)];
  });
}

/** Ends with a newline. */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`;
}
