// A node as `trellisd start` runs it, whose wall clock is off by what HOME/clock-skew says, in milliseconds: read at the start and again at each
// SIGUSR2. For tests; the product's own program has no such switch.
//   node testnet/launcher/skewed-node.ts start --home DIR
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApplication } from '../../chain/cmd/application.ts';
import { processIo } from '../../chain/cmd/io.ts';
import { untilStopped } from '../../chain/cmd/until-stopped.ts';
import { systemClock } from '../../chain/engine/system-clock.ts';
import { installNative } from '../../chain/native/install.ts';
import { loadNodeConfig } from '../../chain/node/config/config.ts';
import { createLogger } from '../../chain/node/logger.ts';
import { createNode } from '../../chain/node/node.ts';

const VERSION = '0.0.0-skewed';
const PREFIX = 'trellis';
const NANOS_PER_MS = 1_000_000n;

const { values } = parseArgs({ args: process.argv.slice(3), options: { home: { type: 'string' } } });
if (values.home === undefined) throw new Error('--home is missing');
const { home } = values;
let skew = 0n;

function readSkew(): void {
  let text = '0';
  try {
    text = readFileSync(join(home, 'clock-skew'), 'utf8').trim();
  } catch {
    // No file: the clock is right.
  }
  skew = BigInt(text) * NANOS_PER_MS;
  console.log(`the clock is off by ${text} ms`);
}

installNative((text) => console.error(text));
readSkew();
process.on('SIGUSR2', readSkew);
const config = loadNodeConfig({ home, environment: {} });
const node = await createNode({
  config,
  logger: createLogger({ level: 'info', format: 'plain' }),
  softwareVersion: VERSION,
  bech32Prefix: PREFIX,
  openApplication: (deps) => openApplication({ config, version: VERSION, bech32Prefix: PREFIX, ...deps }),
  clock: () => systemClock() + skew,
});
await node.start();
process.exitCode = await untilStopped({ failed: node.failed, stop: () => node.stop() }, processIo());
