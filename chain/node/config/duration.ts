// Durations in configuration files: Go's notation ("500ms", "1m30s", "168h0m0s"), in milliseconds inside. Source: Go time.ParseDuration, String.

const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const WHOLE = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*$/;

/** Milliseconds, or undefined where the text is no duration. "0" needs no unit. */
export function parseDurationMs(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (text.length > 64 || !WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)([^\d.]+)/g)) ms += Number(part[1]) * (UNIT_MS[part[2] as string] as number);
  return text.startsWith('-') ? -ms : ms;
}

/** As Go prints it: "0s", "500ms", "1m0s", "168h0m0s". */
export function formatDurationMs(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const abs = Math.abs(ms);
  if (abs < 1e-3) return `${sign}${Math.round(abs * 1e6)}ns`;
  if (abs < 1) return `${sign}${round(abs * 1e3, 3)}µs`;
  if (abs < 1000) return `${sign}${round(abs, 6)}ms`;
  const hours = Math.floor(abs / 3_600_000);
  const minutes = Math.floor((abs % 3_600_000) / 60_000);
  const seconds = `${round((abs % 60_000) / 1000, 9)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function round(n: number, digits: number): string {
  return String(Number(n.toFixed(digits)));
}
