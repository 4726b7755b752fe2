// Points in time and durations are bigint nanoseconds: exact, comparable with < and ===, and without a time zone.
// Time counts from 1970-01-01T00:00:00Z. JavaScript's Date loses nanoseconds and is never used for chain time.

export type Time = bigint;
/** Nanoseconds. */
export type Duration = bigint;

export const NANOS_PER_SECOND = 1_000_000_000n;

/** Go's time.Time{}: 0001-01-01T00:00:00Z, which CometBFT writes for an absent signature. */
export const GO_ZERO_TIME: Time = -62_135_596_800n * NANOS_PER_SECOND;
/** Largest second of a protobuf Timestamp: 9999-12-31T23:59:59Z. */
export const MAX_TIMESTAMP_SECONDS = 253_402_300_799n;
export const MIN_TIMESTAMP_SECONDS = -62_135_596_800n;

/** Seconds (floored) and nanoseconds in [0, 1e9), the parts of a protobuf Timestamp. */
export function splitTime(t: Time): { seconds: bigint; nanos: number } {
  let seconds = t / NANOS_PER_SECOND;
  let nanos = t % NANOS_PER_SECOND;
  if (nanos < 0n) {
    nanos += NANOS_PER_SECOND;
    seconds -= 1n;
  }
  return { seconds, nanos: Number(nanos) };
}

export function joinTime(seconds: bigint, nanos: number): Time {
  return seconds * NANOS_PER_SECOND + BigInt(nanos);
}

function pad(n: bigint, width: number): string {
  return n.toString().padStart(width, '0');
}

// Days since 1970-01-01 <-> proleptic Gregorian date, in integers (Hinnant's era algorithm).
function dateOfDays(days: bigint): { y: bigint; m: bigint; d: bigint } {
  const z = days + 719_468n;
  const era = (z >= 0n ? z : z - 146_096n) / 146_097n;
  const doe = z - era * 146_097n;
  const yoe = (doe - doe / 1460n + doe / 36_524n - doe / 146_096n) / 365n;
  const doy = doe - (365n * yoe + yoe / 4n - yoe / 100n);
  const mp = (5n * doy + 2n) / 153n;
  const d = doy - (153n * mp + 2n) / 5n + 1n;
  const m = mp < 10n ? mp + 3n : mp - 9n;
  return { y: yoe + era * 400n + (m <= 2n ? 1n : 0n), m, d };
}

function daysOfDate(y0: bigint, m: bigint, d: bigint): bigint {
  const y = m <= 2n ? y0 - 1n : y0;
  const era = (y >= 0n ? y : y - 399n) / 400n;
  const yoe = y - era * 400n;
  const doy = (153n * (m > 2n ? m - 3n : m + 9n) + 2n) / 5n + d - 1n;
  const doe = yoe * 365n + yoe / 4n - yoe / 100n + doy;
  return era * 146_097n + doe - 719_468n;
}

/** RFC 3339 in UTC with trailing zeros of the fraction trimmed, as Go's RFC3339Nano: 2026-01-02T03:04:05.67Z. */
export function formatTime(t: Time): string {
  const { seconds, nanos } = splitTime(t);
  let days = seconds / 86_400n;
  let rest = seconds % 86_400n;
  if (rest < 0n) {
    rest += 86_400n;
    days -= 1n;
  }
  const { y, m, d } = dateOfDays(days);
  const clock = `${pad(rest / 3600n, 2)}:${pad((rest / 60n) % 60n, 2)}:${pad(rest % 60n, 2)}`;
  const fraction = nanos === 0 ? '' : `.${pad(BigInt(nanos), 9).replace(/0+$/, '')}`;
  return `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}T${clock}${fraction}Z`;
}

/** As formatTime, in the form in which Go prints a time by default: 2026-01-02 03:04:05.67 +0000 UTC. */
export function formatTimeWithZone(t: Time): string {
  return formatTime(t).replace('T', ' ').replace('Z', ' +0000 UTC');
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Reads RFC 3339 with any offset; digits beyond nanoseconds are cut off, as Go does. Throws on anything else. */
export function parseTime(s: string): Time {
  const p = RFC3339.exec(s);
  if (p === null) throw new RangeError(`time: not RFC 3339: ${JSON.stringify(s.slice(0, 64))}`);
  const part = (i: number): bigint => BigInt(p[i] as string);
  const [y, m, d] = [part(1), part(2), part(3)];
  const days = daysOfDate(y, m, d);
  const back = dateOfDays(days);
  if (back.y !== y || back.m !== m || back.d !== d || part(4) > 23n || part(5) > 59n || part(6) > 59n) {
    throw new RangeError(`time: no such date or time: ${s}`);
  }
  let seconds = days * 86_400n + part(4) * 3600n + part(5) * 60n + part(6);
  if (p[8] !== undefined) {
    if (part(9) > 23n || part(10) > 59n) throw new RangeError(`time: no such offset: ${s}`);
    const offset = part(9) * 3600n + part(10) * 60n;
    seconds += p[8] === '+' ? -offset : offset;
  }
  const nanos = BigInt((p[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return seconds * NANOS_PER_SECOND + nanos;
}
