// `light doctor`: whether a light client of this chain is as safe as it can be, each finding with what to do (light-client.md §10). Sound means
// trusting period ≤ evidence age ≤ unbonding period: an attack that is seen can still be punished.
import { get, LightError, type Provider } from '../../../lightclient/index.ts';
import { message } from '../../../lightclient/wire.ts';
import { formatTime } from '../../encoding/time.ts';
import type { Finding } from '../doctor/finding.ts';
import type { CliClient } from './client.ts';

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
/** How late a head may be before it is told. */
const LAG = 60n * SECOND;
const STAKING_PARAMS = { store: 'staking', key: Uint8Array.of(0x51) };

const hours = (d: bigint): string => (d >= 48n * HOUR ? `${d / (24n * HOUR)} days` : d >= HOUR ? `${d / HOUR} hours` : `${d / SECOND} s`);

/** x/staking Params: 1 unbonding_time, a Duration of 1 seconds and 2 nanoseconds. */
function unbondingTime(params: Uint8Array): bigint {
  const duration = message(message(params).bytes(1));
  return duration.int64(1) * SECOND + duration.int64(2);
}

/** As the node says it: nothing but advice hangs on it. */
async function evidenceAge(url: string): Promise<bigint | undefined> {
  const r = (await (await fetch(`${url}/consensus_params`)).json()) as { result?: { consensus_params?: { evidence?: { max_age_duration?: string } } } };
  const text = r.result?.consensus_params?.evidence?.max_age_duration;
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/** The heads of all, and whether they show one chain. */
async function* providerFindings(providers: readonly Provider[], chainId: string, now: bigint, ok: (line: string) => void): AsyncGenerator<Finding> {
  for (const p of providers) {
    try {
      const { header } = (await p.lightBlock()).signedHeader;
      if (header.chainId !== chainId) {
        yield { code: 'chain-id', level: 'error', reason: `${p.name} is of chain ${header.chainId}`, fix: `name a node of ${chainId}` };
        continue;
      }
      const lag = now - header.time;
      ok(`${p.name}: height ${header.height}, ${formatTime(header.time)}`);
      if (lag > LAG) {
        yield {
          code: 'lag',
          level: 'warning',
          reason: `${p.name} is ${hours(lag)} behind the clock`,
          fix: 'wait until it follows, or set the clock of this machine',
        };
      } else if (lag < -10n * SECOND) {
        yield { code: 'clock', level: 'error', reason: `the clock is ${hours(-lag)} behind ${p.name}`, fix: 'set the clock of this machine' };
      }
    } catch (e) {
      if (!(e instanceof LightError)) throw e;
      yield { code: e.code, level: 'error', reason: `${p.name}: ${e.message}`, fix: 'is the node up, and is the address right?' };
    }
  }
}

function* clientFindings({ client }: CliClient, providers: readonly Provider[], trustingPeriod: bigint, now: bigint): Generator<Finding> {
  const { last, rollback, alarm } = client.status();
  if (alarm !== undefined)
    yield { code: 'fork', level: 'error', reason: alarm, fix: 'ask the operators which chain is right, and begin again from a header of it' };
  if (providers.length === 1) {
    yield { code: 'no-witness', level: 'warning', reason: 'nobody confirms what the one node shows', fix: 'add nodes of other operators with -w' };
  }
  const left = last.time + trustingPeriod - now;
  if (left < trustingPeriod / 6n) {
    yield { code: 'expires', level: 'warning', reason: `what is trusted (height ${last.height}) expires in ${hours(left)}`, fix: 'trellisd light sync' };
  }
  if (rollback === 'unprotected') {
    const reason = 'whoever can write the folder of --home-dir can put back what was trusted before';
    yield { code: 'rollback', level: 'warning', reason, fix: 'keep it where others cannot write; a device uses a store with a counter' };
  }
}

async function* periodFindings(c: CliClient, trustingPeriod: bigint, ok: (line: string) => void): AsyncGenerator<Finding> {
  let unbonding: bigint | undefined;
  try {
    const { value } = await get(c.client, STAKING_PARAMS.store, STAKING_PARAMS.key);
    if (value !== undefined) unbonding = unbondingTime(value);
  } catch (e) {
    if (!(e instanceof LightError)) throw e;
    // A chain without that store, as kvstore is.
  }
  const age = await evidenceAge(c.primary).catch(() => undefined);
  if (unbonding !== undefined) ok(`unbonding period ${hours(unbonding)}, proven`);
  if (age !== undefined) ok(`evidence age ${hours(age)}, as ${c.primary} says`);
  ok(`trusting period ${hours(trustingPeriod)}`);
  if (unbonding !== undefined && trustingPeriod > unbonding) {
    const reason = `the trusting period of ${hours(trustingPeriod)} is longer than the unbonding period of ${hours(unbonding)}: validators that have left can forge headers`;
    yield { code: 'period', level: 'error', reason, fix: `--trusting-period ${(unbonding * 2n) / 3n / SECOND}s or less` };
  } else if (age !== undefined && trustingPeriod > age) {
    const reason = `the trusting period of ${hours(trustingPeriod)} is longer than the evidence age of ${hours(age)}: an attack may be seen too late to be punished`;
    yield { code: 'period', level: 'warning', reason, fix: `--trusting-period ${age / SECOND}s or less` };
  }
  if (age !== undefined && unbonding !== undefined && age > unbonding) {
    const reason = `the chain takes evidence for ${hours(age)}, longer than stake is bonded (${hours(unbonding)})`;
    yield { code: 'evidence-age', level: 'warning', reason, fix: "the chain's governance sets evidence.max_age_duration to 2/3 of the unbonding time" };
  }
}

/** `ok` is told what is in order. */
export async function* lightFindings(c: CliClient, chainId: string, trustingPeriod: bigint, now: bigint, ok: (line: string) => void): AsyncGenerator<Finding> {
  yield* providerFindings(c.providers, chainId, now, ok);
  try {
    const { header } = (await c.client.sync()).signedHeader;
    ok(`verified: height ${header.height}${c.providers.length > 1 ? ', and a witness has the same' : ''}`);
  } catch (e) {
    if (!(e instanceof LightError)) throw e;
    yield { code: e.code, level: 'error', reason: e.message, fix: c.advice(e) };
    return;
  }
  yield* clientFindings(c, c.providers, trustingPeriod, now);
  yield* periodFindings(c, trustingPeriod, ok);
}
