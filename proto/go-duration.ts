// Go's time.ParseDuration: "1h30m", "-1.5s", "100ms", "0". Source: Go time/format.go.

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const INT64_MAX = (1n << 63n) - 1n;

/** Nanoseconds; undefined where Go has an error, overflow of int64 included. */
export function parseGoDuration(text: string): bigint | undefined {
  const m = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+|0)$/.exec(text);
  if (m === null || text.length > 256) return undefined;
  let total = 0n;
  for (const [, number, unit] of (m[2] as string).matchAll(/([\d.]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)) {
    const [whole = '', part = ''] = (number as string).split('.');
    const scale = UNITS[unit as string] as bigint;
    total += BigInt(whole === '' ? '0' : whole) * scale + (part === '' ? 0n : (BigInt(part) * scale) / 10n ** BigInt(part.length));
  }
  const negative = m[1] === '-';
  if (total > (negative ? INT64_MAX + 1n : INT64_MAX)) return undefined;
  return negative ? -total : total;
}

/** Go's Duration.String: "1h30m0s", "1.5s", "100ms", "0s". */
export function formatGoDuration(d: bigint): string {
  if (d === 0n) return '0s';
  const sign = d < 0n ? '-' : '';
  const n = d < 0n ? -d : d;
  const decimal = (value: bigint, unit: bigint): string => {
    const fraction = (value % unit)
      .toString()
      .padStart(unit.toString().length - 1, '0')
      .replace(/0+$/, '');
    return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`;
  };
  if (n < 1_000n) return `${sign}${n}ns`;
  if (n < 1_000_000n) return `${sign}${decimal(n, 1_000n)}\u00b5s`;
  if (n < 1_000_000_000n) return `${sign}${decimal(n, 1_000_000n)}ms`;
  const minutes = n / 60_000_000_000n;
  const seconds = `${decimal(n % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}
