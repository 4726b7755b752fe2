// What an operator does to a node: halting at a height and at a time, pruning blocks, rolling back, resetting, logs for machines, SIGTERM
// under load, probes and `doctor` with their reasons. Real processes of one validator.
import { copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { installNative } from '../../chain/native/install.ts';
import { startDevChain, temporaryFolder, trellisd } from '../../testnet/launcher/dev-chain.ts';
import { createNetwork, type TestNetwork } from '../../testnet/launcher/network.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import type { RunningProcess } from '../../testnet/launcher/process.ts';
import { rpcHeight, rpcResult } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Checks } from '../checks.ts';
import { broadcastBatch, signTransfers } from '../interop/load.ts';

const CHAIN = 'operators-1';
const RETAIN = 5;

/** One validator, not started. */
function oneNode(name: string, power2?: number): Promise<TestNetwork> {
  return createNetwork(
    {
      chainId: CHAIN,
      nodes: [{ name, kind: 'ts', power: 10 }, ...(power2 === undefined ? [] : [{ name: 'other', kind: 'ts' as const, power: power2, late: true }])],
      consensus: { timeout_commit: '"30ms"' },
      genesis: (doc) => {
        const params = (doc.consensus_params ?? (doc.consensus as { params: object }).params) as { evidence: { max_age_num_blocks: string } };
        params.evidence.max_age_num_blocks = String(RETAIN);
      },
    },
    { folder: temporaryFolder('operators') },
  );
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function run(...args: readonly string[]): Promise<Ended> {
  const p = trellisd(args);
  const { code } = await p.exited;
  return { code, output: p.output() };
}

async function upTo(rpc: string, height: number, p: RunningProcess): Promise<void> {
  const done = await waitFor(
    `height ${height}`,
    async () => (p.exit() !== undefined ? 'ended' : (await rpcHeight(rpc)) >= height ? 'there' : undefined),
    60_000,
    50,
  );
  if (done === 'ended') throw new Error(`the node ended:\n${p.output().slice(-2000)}`);
}

export default async function operators(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('operators');
  const network = await oneNode('node');
  const { home, rpc } = network.node('node');
  const at = ['--home', home];
  let node: RunningProcess | undefined;
  const start = (...flags: readonly string[]): RunningProcess => {
    node = trellisd(['start', ...at, ...flags]);
    return node;
  };
  const appHash = async (height: number): Promise<string> =>
    (await rpcResult<{ block: { header: { app_hash: string } } }>(rpc, `block?height=${height}`)).block.header.app_hash;
  try {
    await checks.run('halt-height: the process ends with 0 and says why; the block before it is the last', async () => {
      const p = start('--halt-height', '8', '--log_format', 'json');
      checks.equal((await p.exited).code, 0, 'exit code');
      const lines = p.output().trim().split('\n');
      checks.that(
        lines.some((l) => l.includes('halt per configuration height 8 time 0: this node has stopped')),
        'the reason is told',
      );
      const records = lines.filter((l) => l.startsWith('{')).map((l) => JSON.parse(l) as Record<string, unknown>);
      checks.that(records.length > 5 && records.every((r) => ['time', 'level', 'message'].every((k) => typeof r[k] === 'string')), 'each log line is JSON');
      checks.equal(records.filter((r) => r.message === 'committed block').at(-1)?.height, '7', 'last committed height');
      checks.equal(records.find((r) => r.message === 'stopped')?.height, '7', 'height at the end');
    });
    await checks.run('with the setting still there it does not start, and says why', async () => {
      const { code, output } = await run('start', ...at, '--halt-height', '8');
      checks.equal(code, 1, 'exit code');
      checks.that(output.includes('halt per configuration height 8'), output);
    });
    await checks.run('halt-time', async () => {
      const time = Math.floor(Date.now() / 1000) + 4;
      const p = start('--halt-time', String(time));
      checks.equal((await p.exited).code, 0, 'exit code');
      checks.that(p.output().includes(`halt per configuration height 0 time ${time}`), 'the reason is told');
    });
    await checks.run(`min-retain-blocks: old blocks go, and the node starts again`, async () => {
      for (let turn = 0; turn < 2; turn++) {
        const p = start('--min-retain-blocks', String(RETAIN));
        const from = await waitFor('its RPC', () => rpcHeight(rpc), 60_000);
        await upTo(rpc, from + 20, p);
        const { earliest_block_height: earliest, latest_block_height: latest } = (
          await rpcResult<{ sync_info: { earliest_block_height: string; latest_block_height: string } }>(rpc, 'status')
        ).sync_info;
        checks.note(`kept ${earliest} to ${latest}`);
        checks.that(Number(earliest) >= from && Number(latest) - Number(earliest) <= RETAIN + 2, `${earliest} to ${latest}`);
        const old = (await (await fetch(`${rpc}/block?height=1`)).json()) as { error?: { data?: string } };
        checks.that(old.error?.data?.includes('lowest height is') === true, JSON.stringify(old).slice(0, 200));
        checks.equal((await p.stop()).code, 0, 'exit code');
      }
    });
    let height = 0;
    await checks.run('rollback: one height back; the block is executed again and gives the same', async () => {
      const p = start();
      await upTo(rpc, 70, p);
      await p.stop();
      const { code, output } = await run('rollback', ...at);
      checks.equal(code, 0, output);
      height = Number(/Rolled back state to height (\d+) and hash [0-9A-F]{64}/.exec(output)?.[1]);
      checks.that(height >= 69, output);
      const again = start();
      await upTo(rpc, height + 5, again);
      checks.equal(await appHash(height + 1), /hash ([0-9A-F]{64})/.exec(output)?.[1], 'app hash');
      await again.stop();
    });
    await checks.run('rollback --hard: the block goes too, twice', async () => {
      const first = Number(/height (\d+)/.exec((await run('rollback', '--hard', ...at)).output)?.[1]);
      const second = Number(/height (\d+)/.exec((await run('rollback', '--hard', ...at)).output)?.[1]);
      checks.equal(second, first - 1, 'heights');
      checks.equal(
        (JSON.parse((await run('doctor', ...at, '--output', 'json')).output) as { code: string }[]).map((f) => f.code),
        [],
        'doctor',
      );
    });
    await checks.run('doctor: a sign state older than the chain, a genesis that was changed', async () => {
      const state = join(home, 'data/priv_validator_state.json');
      const genesis = join(home, 'config/genesis.json');
      copyFileSync(state, `${state}.good`);
      const fresh = await oneNode('fresh');
      copyFileSync(join(fresh.node('fresh').home, 'data/priv_validator_state.json'), state);
      renameSync(genesis, `${genesis}.good`);
      copyFileSync(join(fresh.node('fresh').home, 'config/genesis.json'), genesis);
      const codes = async (): Promise<string[]> =>
        (JSON.parse((await run('doctor', ...at, '--output', 'json')).output) as { code: string }[]).map((f) => f.code);
      const found = await codes();
      for (const code of ['sign-state-old', 'genesis-changed']) checks.that(found.includes(code), `${code} in ${found.join(', ')}`);
      renameSync(`${genesis}.good`, genesis);
      renameSync(`${state}.good`, state);
      checks.equal(await codes(), [], 'afterwards');
    });
    await checks.run('double_sign_check_height: it refuses to start where its key signed lately', async () => {
      const { code, output } = await run('start', ...at, '--consensus.double_sign_check_height', '10');
      checks.equal(code, 1, 'exit code');
      checks.that(output.includes('found signature from the same key'), output.slice(-300));
    });
    await checks.run('comet reset-state keeps the sign state, comet unsafe-reset-all begins anew', async () => {
      const state = join(home, 'data/priv_validator_state.json');
      const before = readFileSync(state, 'utf8');
      checks.equal((await run('comet', 'reset-state', ...at)).code, 0, 'exit code');
      checks.that(!existsSync(join(home, 'data/chain.db')) && readFileSync(state, 'utf8') === before, 'only the sign state is left');
      checks.equal((await run('comet', 'unsafe-reset-all', ...at)).code, 0, 'exit code');
      const p = start();
      await upTo(rpc, 3, p);
      await p.stop();
    });
    await checks.run('readyz: the signer that goes, and comes again', async () => {
      const [port = 0] = await freePorts(1);
      const address = `tcp://127.0.0.1:${port}`;
      const p = start('--priv_validator_laddr', address);
      const signing = (): RunningProcess => trellisd(['signer', '--addr', address, '--chain-id', CHAIN, ...at]);
      let signer = signing();
      try {
        const readiness = async (): Promise<string> => {
          const r = await fetch(`${rpc}/readyz`);
          const { reasons } = (await r.json()) as { reasons: { code: string }[] };
          return `${r.status} ${reasons.map((x) => x.code).join(',')}`;
        };
        await waitFor('a ready node', async () => (await readiness()) === '200 ' || undefined, 60_000);
        await signer.kill();
        await waitFor('the reason', async () => (await readiness()) === '503 signer-gone' || undefined);
        signer = signing();
        await waitFor('a ready node', async () => (await readiness()) === '200 ' || undefined);
        const now = await rpcHeight(rpc);
        await upTo(rpc, now + 3, p);
      } finally {
        await signer.stop();
        await p.stop();
      }
    });
    await checks.run('readyz: a validator alone among two has no peers', async () => {
      const pair = await oneNode('first', 10);
      const first = pair.node('first');
      await first.start();
      try {
        const r = await fetch(`${first.rpc}/readyz`);
        const { reasons } = (await r.json()) as { reasons: { code: string }[] };
        checks.equal(r.status, 503, 'status');
        checks.that(
          reasons.some((x) => x.code === 'no-peers'),
          JSON.stringify(reasons),
        );
        checks.equal((await fetch(`${first.rpc}/healthz`)).status, 200, 'healthz');
      } finally {
        await first.stop();
      }
    });
    await checks.run('SIGTERM under load: exit code 0, and the next start needs no repair', async () => {
      const chain = await startDevChain({ flags: ['--timeout-commit', '50ms'] });
      const txs = await signTransfers(chain.info, 600);
      // Signing takes so long that the node has closed the idle connection, which the next request finds out.
      await waitFor('its RPC', () => rpcHeight(chain.info.rpc));
      let sent = 0;
      const load = (async () => {
        for (let i = 0; i < txs.length; i += 10) {
          await broadcastBatch(chain.info.rpc, txs.slice(i, i + 10));
          sent += 10;
        }
      })().catch((e: unknown) => e);
      await waitFor('some load', () => sent >= 200 || undefined, 60_000).catch(async (e: Error) => checks.fail(`${e.message}: ${await load}`));
      const { code } = await chain.process.stop();
      await load;
      checks.note(`${sent} transactions sent when it ended`);
      checks.equal(code, 0, chain.process.output().slice(-500));
      const again = await startDevChain({ home: chain.home, flags: ['--timeout-commit', '50ms'] });
      const output = again.process.output();
      checks.that(!/CONSENSUS FAILURE|corrupt|cut short/.test(output), output.slice(-500));
      checks.equal((await again.process.stop()).code, 0, 'exit code');
    });
  } finally {
    await node?.stop();
  }
  return checks;
}
