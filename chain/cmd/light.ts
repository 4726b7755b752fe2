// `light`: the light client on the command line. What it prints was proven against a verified header, or it says that it was not.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { encodeCheckpoint } from '../../lightclient/checkpoint.ts';
import { checkpointJson, signCheckpoint } from '../../lightclient/checkpoint-sign.ts';
import { get, tx, verifyCheckpoint } from '../../lightclient/index.ts';
import { account, balance, read, supply } from '../../lightclient/readers/index.ts';
import { bech32Decode } from '../crypto/bech32.ts';
import { fromHex, toHex, toHexUpper } from '../encoding/bytes.ts';
import { formatTime } from '../encoding/time.ts';
import { installNative } from '../native/install.ts';
import { readKeyFile } from '../privval/key-file.ts';
import { publicKeyOf, signWith } from '../privval/private-key.ts';
import { verifyEach } from '../types/verify-signature.ts';
import { type Cli, commaList, type Options, outputOption, printValue, type Register, wholeNumber } from './cli.ts';
import { CliError } from './errors.ts';
import { asCliError, type CliClient, lightOptions, openClient, readCheckpoint, signerKeys } from './light/client.ts';
import { lightFindings } from './light/doctor.ts';
import { startProxy } from './light/proxy.ts';
import { readAnswer, readLightBlock, verifyAnswer, verifyStep, writeLightBlock } from './light/verify.ts';
import { untilStopped } from './until-stopped.ts';

async function withClient(chainId: string, o: Options, run: (c: CliClient) => Promise<void>): Promise<void> {
  try {
    const c = await openClient(chainId, o);
    try {
      await run(c);
    } finally {
      c.client.close();
    }
  } catch (e) {
    throw asCliError(e);
  }
}

export const register: Register = (parent, cli) => {
  const light = parent.command('light').description('Verify the chain without running a node');
  sync(light, cli);
  facts(light, cli);
  checkpoints(light, cli);
  verify(light, cli);
  doctor(light, cli);
  proxy(light, cli);
};

function sync(light: Command, cli: Cli): void {
  lightOptions(light.command('sync'))
    .description('Verify the header of a height, or the latest one')
    .option('--to <height>', 'Height to verify', (t) => BigInt(wholeNumber(t)))
    .option('--save <file>', 'Write the verified light block, for `light verify`')
    .addOption(outputOption('text'))
    .action((chainId: string, o: Options) =>
      withClient(chainId, o, async ({ client }) => {
        const block = await client.sync(o.to as bigint | undefined);
        const { header } = block.signedHeader;
        if (typeof o.save === 'string') writeFileSync(o.save, writeLightBlock(block));
        const { last, primary, witnesses, rollback } = client.status();
        printValue(cli, o, {
          height: `${header.height}`,
          hash: toHexUpper(last.height === header.height ? last.hash : fromHex('')),
          time: formatTime(header.time),
          app_hash: toHexUpper(header.appHash),
          primary,
          witnesses,
          rollback,
        });
      }),
    );
}

function facts(light: Command, cli: Cli): void {
  lightOptions(light.command('get'))
    .description('A proven fact: balance ADDRESS DENOM, supply DENOM, account ADDRESS, or key STORE HEXKEY')
    .argument('<fact>', 'balance, supply, account or key')
    .argument('<args...>', 'what of it')
    .addOption(outputOption('text'))
    .action((chainId: string, fact: string, args: string[], o: Options) =>
      withClient(chainId, o, async ({ client }) => {
        const address = (): Uint8Array => bech32Decode(args[0] as string).bytes;
        switch (`${fact} ${args.length}`) {
          case 'balance 2': {
            const { value, height } = await read(client, balance, [address(), args[1] as string]);
            return printValue(cli, o, { amount: `${value}`, denom: args[1], height: `${height}`, proven: true });
          }
          case 'supply 1': {
            const { value, height } = await read(client, supply, [args[0] as string]);
            return printValue(cli, o, { amount: `${value}`, denom: args[0], height: `${height}`, proven: true });
          }
          case 'account 1': {
            const { value, height } = await read(client, account, [address()]);
            const found =
              value === undefined ? { exists: false } : { exists: true, type: value.type, account_number: `${value.number}`, sequence: `${value.sequence}` };
            return printValue(cli, o, { ...found, height: `${height}`, proven: true });
          }
          case 'key 2': {
            const { value, height } = await get(client, args[0] as string, fromHex((args[1] as string).replace(/^0x/, '')));
            return printValue(cli, o, { exists: value !== undefined, value: toHex(value ?? new Uint8Array(0)), height: `${height}`, proven: true });
          }
          default:
            throw new CliError(`unknown fact: ${fact} with ${args.length} arguments; see light get --help`, 2);
        }
      }),
    );
  lightOptions(light.command('tx'))
    .description('A transaction that is proven to be in a block, with its proven result')
    .argument('<tx-hash>', '64 hex digits')
    .addOption(outputOption('text'))
    .action((chainId: string, txHash: string, o: Options) =>
      withClient(chainId, o, async ({ client }) => {
        const t = await tx(client, fromHex(txHash));
        const r = t.result;
        const result = r === undefined ? 'not proven yet' : { code: r.code, gas_wanted: `${r.gasWanted}`, gas_used: `${r.gasUsed}`, data: toHex(r.data) };
        printValue(cli, o, { height: `${t.height}`, index: t.index, result, events: 'no block commits to events and logs' });
      }),
    );
}

const DAY = 86_400_000_000_000n;

function checkpoints(light: Command, cli: Cli): void {
  const group = light.command('checkpoint').description('Signed checkpoints, from which others begin');
  lightOptions(group.command('make'))
    .description('Write a checkpoint of a verified header, not signed yet')
    .option('--to <height>', 'Height (default: the latest)', (t) => BigInt(wholeNumber(t)))
    .option('--days <n>', 'How long it is valid', wholeNumber, 30)
    .action((chainId: string, o: Options) =>
      withClient(chainId, o, async ({ client }) => {
        await client.sync(o.to as bigint | undefined);
        const { last } = client.status();
        const issued = BigInt(Date.now()) * 1_000_000n;
        const c = { ...last, chainId, logSize: 0n, issued, expires: issued + BigInt(o.days) * DAY, signatures: [] };
        cli.io.out(checkpointJson(c).trimEnd());
      }),
    );
  group
    .command('sign')
    .description('Add the signature of an ed25519 key in a priv_validator_key.json')
    .argument('<file>', 'Checkpoint; written in place')
    .requiredOption('--key <file>', 'The key file')
    .requiredOption('--key-id <name>', 'How others name the key')
    .action(async (file: string, o: Options) => {
      installNative();
      const key = readKeyFile(o.key);
      if (publicKeyOf(key).case !== 'ed25519') throw new CliError('the key is not of type ed25519');
      const signed = await signCheckpoint(readCheckpoint(file), o.keyId, (m) => signWith(key, m));
      writeFileSync(file, checkpointJson(signed));
      cli.io.err(`${signed.signatures.length} signatures`);
    });
  group
    .command('pack')
    .description('Write the binary form of a checkpoint, for devices and codes that are scanned')
    .argument('<file>', 'Checkpoint')
    .argument('<to>', 'Where it is written')
    .action((file: string, to: string) => {
      const bytes = encodeCheckpoint(readCheckpoint(file));
      writeFileSync(to, bytes);
      cli.io.err(`${bytes.length} bytes`);
    });
  group
    .command('verify')
    .description('Check a checkpoint against keys NAME=HEX, of which --threshold must have signed')
    .argument('<file>', 'Checkpoint')
    .requiredOption('--keys <list>', 'NAME=HEX, separated by commas', commaList)
    .option('--threshold <n>', 'Signatures that are needed', wholeNumber, 1)
    .option('--max-age-days <n>', 'How old it may be', wholeNumber, 7)
    .action(async (file: string, o: Options) => {
      installNative();
      const c = readCheckpoint(file);
      const keys = signerKeys(o.keys as string[]);
      const maxAge = BigInt(o.maxAgeDays) * DAY;
      try {
        const at = { chainId: c.chainId, now: BigInt(Date.now()) * 1_000_000n, trustingPeriod: maxAge };
        await verifyCheckpoint(c, { keys, threshold: o.threshold, maxAge }, at, verifyEach);
      } catch (e) {
        throw asCliError(e);
      }
      cli.io.out(`${c.chainId} height ${c.height} ${toHexUpper(c.hash)}`);
    });
}

const HOUR = 3_600_000_000_000n;

function verify(light: Command, cli: Cli): void {
  light
    .command('verify')
    .description('Verify from files that a light block follows from a trusted one, and an answer of abci_query by it; no node is asked')
    .argument('<trusted>', 'Trusted light block, as `light sync --save` writes it')
    .argument('<block>', 'Light block above it')
    .option('--answer <file>', 'An answer of abci_query with proof, of the height below the block')
    .option('--store <name>', 'Whose answer it is')
    .option('--key <hex>', 'Whose key it is')
    .option('--trusting-period-hours <n>', 'How long headers are trusted', wholeNumber, 168)
    .option('--at <seconds>', 'Unix time of the check (default: now)', (t) => BigInt(wholeNumber(t)))
    .addOption(outputOption('text'))
    .action((trustedFile: string, file: string, o: Options) => {
      installNative();
      const [trusted, block] = [readLightBlock(trustedFile), readLightBlock(file)];
      const now = o.at === undefined ? BigInt(Date.now()) * 1_000_000n : (o.at as bigint) * 1_000_000_000n;
      verifyStep(trusted, block, now, { trustingPeriod: BigInt(o.trustingPeriodHours as number) * HOUR });
      const { header, commit } = block.signedHeader;
      const proven: Record<string, unknown> = { height: `${header.height}`, hash: toHexUpper(commit.blockId.hash), time: formatTime(header.time) };
      if (typeof o.answer === 'string') {
        if (typeof o.store !== 'string' || typeof o.key !== 'string')
          throw new CliError('--answer needs --store and --key: they are never taken from the answer', 2);
        try {
          const value = verifyAnswer(readAnswer(o.answer), o.store, fromHex(o.key), block);
          proven.value = value === undefined ? 'absent' : toHex(value);
        } catch (e) {
          throw asCliError(e);
        }
      }
      printValue(cli, o, proven);
    });
}

function doctor(light: Command, cli: Cli): void {
  lightOptions(light.command('doctor'))
    .description('Check nodes, clock, witnesses and periods of a light client, with what to do')
    .action((chainId: string, o: Options) =>
      withClient(chainId, o, async (c) => {
        const ok = (line: string): void => cli.io.out(`ok      ${line}`);
        for await (const f of lightFindings(c, chainId, o.trustingPeriod as bigint, BigInt(Date.now()) * 1_000_000n, ok)) {
          cli.io.out(`${f.level.padEnd(7)} ${f.code}: ${f.reason}\n        fix: ${f.fix}`);
          if (f.level === 'error') cli.result.exitCode = 1;
        }
      }),
    );
}

function proxy(light: Command, cli: Cli): void {
  lightOptions(light.command('proxy'))
    .description("A node's JSON-RPC on loopback whose answers are verified, as `cometbft light`")
    .option('--laddr <address>', 'Where the proxy listens', 'tcp://localhost:8888')
    .option('--max-open-connections <n>', 'Connections at once, WebSockets among them', wholeNumber, 900)
    .option('--verbose', 'Tell of every call')
    .action(async (chainId: string, o: Options) => {
      try {
        const { client, primary } = await openClient(chainId, o);
        let failed: (e: unknown) => void = () => undefined;
        const failure = new Promise<unknown>((resolve) => {
          failed = resolve;
        });
        client.onFork((f) => failed(new CliError(`fork: two chains at height ${f.height}: ${f.primary} and ${f.witness} each prove their own`)));
        const running = await startProxy(client, primary, o.laddr as string, o.maxOpenConnections as number, (line) =>
          o.verbose === true ? cli.io.err(line) : undefined,
        );
        cli.io.err(`verified RPC of ${chainId} at ${running.address}, from ${primary}; trusted height ${client.status().last.height}`);
        cli.result.exitCode = await untilStopped({ failed: failure, stop: () => running.stop() }, cli.io);
        client.close();
      } catch (e) {
        throw asCliError(e);
      }
    });
}
