// The light client of the command line: flags of CometBFT's `light`, with its names and defaults, files for what is trusted, and the clock.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type Checkpoint,
  type Client,
  create,
  DEFAULT_POLICY,
  decodeCheckpoint,
  type Fetch,
  LightError,
  type Provider,
  parseCheckpoint,
  type Root,
  rpcProvider,
  verifyCheckpoint,
} from '../../../lightclient/index.ts';
import { fileStore } from '../../../lightclient/stores/file.ts';
import { parseGoDuration } from '../../../proto/go-duration.ts';
import { fromHex, fromUtf8 } from '../../encoding/bytes.ts';
import { installNative } from '../../native/install.ts';
import { verifyEach } from '../../types/verify-signature.ts';
import { bigOption, commaList, type Options, wholeNumber } from '../cli.ts';
import { CliError } from '../errors.ts';

function duration(text: string): bigint {
  const d = parseGoDuration(text);
  if (d === undefined || d <= 0n) throw new InvalidArgumentError('It must be a duration such as 168h0m0s.');
  return d;
}

function trustLevel(text: string): { numerator: bigint; denominator: bigint } {
  const m = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  const [numerator, denominator] = [BigInt(m?.[1] ?? 0), BigInt(m?.[2] ?? 0)];
  if (m === null || numerator * 3n < denominator || numerator > denominator || denominator === 0n) {
    throw new InvalidArgumentError('It must be between 1/3 and 3/3.');
  }
  return { numerator, denominator };
}

function hash(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('It must be 64 hex digits.');
  return fromHex(text);
}

export function lightOptions(command: Command): Command {
  return command
    .argument('<chain-id>', 'Chain id that headers must have')
    .option('-p, --primary <url>', 'RPC address of the node that is asked')
    .option('-w, --witnesses <urls>', 'RPC addresses of nodes that must agree, separated by commas', commaList, [])
    .addOption(bigOption('--height <height>', "Trusted header's height", 1n))
    .option('--hash <hex>', "Trusted header's hash", hash)
    .option('--checkpoint <file>', 'A signed checkpoint instead of --height and --hash')
    .option('--checkpoint-keys <list>', 'Its signers, NAME=HEX, separated by commas', commaList, [])
    .option('--checkpoint-threshold <n>', 'Signers that are needed', wholeNumber, 1)
    .addOption(new Option('--home-dir <dir>', 'Where what is trusted is kept').default(join(homedir(), '.trellisd-light'), '~/.trellisd-light'))
    .addOption(
      new Option('--trusting-period <duration>', 'How long headers are trusted; well below the unbonding period')
        .argParser(duration)
        .default(DEFAULT_POLICY.trustingPeriod, '168h0m0s'),
    )
    .addOption(
      new Option('--trust-level <fraction>', 'Part of the trusted validators that must have signed, 1/3 to 3/3')
        .argParser(trustLevel)
        .default(DEFAULT_POLICY.trustLevel, '1/3'),
    )
    .option('--sequential', 'Verify every header instead of as few as possible');
}

export const nodeUrl = (address: string): string => {
  const url = address.includes('://') ? address.replace(/^tcp:/, 'http:') : `http://${address}`;
  return url.replace(/\/+$/, '');
};

export interface CliClient {
  readonly client: Client;
  readonly primary: string;
  readonly providers: readonly Provider[];
  /** What to do about a failure. */
  readonly advice: (e: LightError) => string;
}

/** Of the flags, which are kept for the next start; else those that were kept. */
function addresses(folder: string, o: Options): readonly [primary: string, ...witnesses: string[]] {
  const file = join(folder, 'providers.json');
  if (typeof o.primary === 'string') {
    const urls: [string, ...string[]] = [nodeUrl(o.primary), ...(o.witnesses as string[]).map(nodeUrl)];
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(urls)}\n`);
    return urls;
  }
  if (!existsSync(file)) throw new CliError('no primary: give the RPC address of a node with -p', 2);
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(kept) || typeof kept[0] !== 'string') throw new CliError(`${file} is damaged: give -p and -w again`);
  return kept as [string, ...string[]];
}

/** Of --checkpoint, whose signers are checked, or of --height and --hash. */
async function rootOf(chainId: string, o: Options): Promise<Root> {
  if (typeof o.checkpoint !== 'string') return { height: o.height as bigint, hash: (o.hash as Uint8Array | undefined) ?? new Uint8Array(32) };
  const c = readCheckpoint(o.checkpoint);
  const trustingPeriod = o.trustingPeriod as bigint;
  const policy = { keys: signerKeys(o.checkpointKeys as string[]), threshold: Number(o.checkpointThreshold), maxAge: trustingPeriod };
  await verifyCheckpoint(c, policy, { chainId, now: BigInt(Date.now()) * 1_000_000n, trustingPeriod }, verifyEach);
  return c;
}

/** NAME=HEX. */
export function signerKeys(list: readonly string[]): Record<string, Uint8Array> {
  return Object.fromEntries(list.map((k) => [k.split('=')[0] as string, hash(k.split('=')[1] ?? '')]));
}

/** JSON or the binary form. */
export function readCheckpoint(file: string): Checkpoint {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    return bytes[0] === 0x7b ? parseCheckpoint(fromUtf8(bytes)) : decodeCheckpoint(bytes);
  } catch (e) {
    throw asCliError(e);
  }
}

/** Opens the client of the flags. Without --hash it goes on from what is kept in the folder. */
export async function openClient(chainId: string, o: Options): Promise<CliClient> {
  installNative();
  const folder = join(o.homeDir as string, encodeURIComponent(chainId));
  const [primary, ...witnesses] = addresses(folder, o);
  const providers: Provider[] = [primary, ...witnesses].map((url) => rpcProvider(url, fetch as unknown as Fetch));
  const checkpoint = await rootOf(chainId, o);
  const store = fileStore(folder);
  if (o.hash === undefined && o.checkpoint === undefined && (await store.get('state')) === undefined) {
    throw new CliError('nothing is trusted yet: give --height and --hash of a header from somebody you trust', 2);
  }
  const client = await create({
    chainId,
    checkpoint,
    providers,
    store,
    verifySignatures: verifyEach,
    now: () => BigInt(Date.now()) * 1_000_000n,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
    // One node alone is asked as its own witness by those who run it.
    policy: { trustingPeriod: o.trustingPeriod as bigint, trustLevel: o.trustLevel, sequential: o.sequential === true, allowNoWitness: providers.length === 1 },
  });
  return { client, primary, providers, advice: (e) => ADVICE[e.code] ?? 'ask another node' };
}

const ADVICE: Readonly<Partial<Record<LightError['code'], string>>> = {
  expired: 'begin again from a newer header: --height and --hash of one that somebody you trust gives you, and another --home-dir',
  fork: 'two chains are being shown: ask the operators, and begin again from a header that you know to be right, in another --home-dir',
  'no-cross-reference': 'add witnesses with -w that follow the chain',
  clock: 'set the clock of this machine',
  store: 'remove the folder of --home-dir and begin again from a trusted header',
  transport: 'is the node up, and is the address right?',
  checkpoint: 'the node has another header at that height: check --height, --hash and the chain id',
};

/** A failure of the light client as one line, with what to do. */
export function asCliError(e: unknown): unknown {
  if (!(e instanceof LightError)) return e;
  const advice = ADVICE[e.code];
  return new CliError(`${e.code}: ${e.message}${advice === undefined ? '' : `\n${advice}`}`);
}
