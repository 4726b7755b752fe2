// Remote signers: our node with CometBFT's priv_val_server and with our own signer, a Go CometBFT with our signer; over SecretConnection and a
// unix socket. Each pair makes blocks, and goes on when the signer is killed and started again in the middle of a round.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { installNative } from '../../chain/native/install.ts';
import { temporaryFolder, trellisd } from '../../testnet/launcher/dev-chain.ts';
import { createNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { privValServer } from '../../testnet/peers/priv-val-server.ts';
import { Checks } from '../checks.ts';

const CHAIN = 'signer-1';
const BLOCKS = Number(process.env.TRELLIS_SIGNER_BLOCKS ?? 40);
const BLOCK_MS_MAX = 3000;

interface Signer {
  readonly name: string;
  start(address: string, key: string, state: string): RunningProcess;
}

interface Pair {
  readonly kind: 'ts' | 'go';
  readonly transport: 'tcp' | 'unix';
  readonly signer: Signer;
}

async function runPair(checks: Checks, { kind, transport, signer }: Pair, cometbft: string): Promise<void> {
  const folder = temporaryFolder('signer');
  const [port = 0] = await freePorts(1);
  const address = transport === 'tcp' ? `tcp://127.0.0.1:${port}` : `unix://${join(folder, 's.sock')}`;
  const network = await createNetwork(
    {
      chainId: CHAIN,
      nodes: [{ name: 'node', kind, power: 10, config: { '': { priv_validator_laddr: `"${address}"` } } }],
      consensus: { timeout_commit: '"50ms"', timeout_propose: '"300ms"' },
    },
    { folder: join(folder, 'net'), cometbft },
  );
  const [node] = network.nodes as readonly [TestNode];
  const apart = join(folder, 'signer');
  mkdirSync(apart);
  const key = join(apart, 'key.json');
  const state = join(apart, 'state.json');
  renameSync(join(node.home, 'config/priv_validator_key.json'), key);
  renameSync(join(node.home, 'data/priv_validator_state.json'), state);
  let running: RunningProcess | undefined;
  let second: RunningProcess | undefined;
  const name = `${kind === 'ts' ? 'our node' : 'Go node'}, ${signer.name}, ${transport}`;
  try {
    await checks.run(`${name}: ${BLOCKS} blocks`, async () => {
      const up = node.start();
      // priv_val_server gives up after a second without a node.
      if (kind === 'ts') await waitFor('our node to listen', () => readFileSync(node.logFile, 'utf8').includes('waiting for the remote signer') || undefined);
      running = signer.start(address, key, state);
      await up;
      const begun = performance.now();
      await node.waitHeight(BLOCKS, BLOCKS * BLOCK_MS_MAX);
      checks.note(`${((performance.now() - begun) / BLOCKS).toFixed(0)} ms a block`);
    });
    await checks.run(`${name}: the signer killed and started again`, async () => {
      await running?.kill();
      const height = await node.height();
      running = signer.start(address, key, state);
      await node.waitHeight(height + 5);
    });
    if (kind === 'ts') {
      await checks.run(`${name}: a second signer is turned away`, async () => {
        second = signer.start(address, key, state);
        await waitFor('the node to turn it away', () => readFileSync(node.logFile, 'utf8').includes('turned away a second signer') || undefined);
        await node.waitHeight((await node.height()) + 5);
      });
    }
    await checks.run(`${name}: what was signed last is in the signer's file`, async () => {
      const height = await node.height();
      const signed = Number((JSON.parse(readFileSync(state, 'utf8')) as { height: string }).height);
      checks.that(signed >= height, `${signed} is not below ${height}`);
    });
  } finally {
    await network.stop();
    await running?.stop();
    await second?.stop();
  }
}

export default async function signer(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('signer');
  const cometbft = await peerProgram('cometbft');
  const server = await privValServer();
  const go: Signer = {
    name: 'priv_val_server',
    start: (address, key, state) => startProcess(server, ['-addr', address, '-chain-id', CHAIN, '-priv-key', key, '-priv-state', state]),
  };
  const ours: Signer = {
    name: 'trellisd signer',
    start: (address, key, state) => trellisd(['signer', '--addr', address, '--chain-id', CHAIN, '--priv-key', key, '--priv-state', state]),
  };
  await runPair(checks, { kind: 'ts', transport: 'tcp', signer: go }, cometbft);
  await runPair(checks, { kind: 'ts', transport: 'unix', signer: go }, cometbft);
  await runPair(checks, { kind: 'go', transport: 'tcp', signer: ours }, cometbft);
  await runPair(checks, { kind: 'go', transport: 'unix', signer: ours }, cometbft);
  await runPair(checks, { kind: 'ts', transport: 'tcp', signer: ours }, cometbft);
  await runPair(checks, { kind: 'ts', transport: 'unix', signer: ours }, cometbft);
  return checks;
}
