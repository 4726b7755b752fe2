// An upgrade by governance on a mixed network: two validators of our engine and two of Go CometBFT all stop at the height with the line and the
// file that cosmovisor waits for, do not go on with the old program, and go on with the next one; then such a network that passes over it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { bech32Encode } from '../../chain/crypto/bech32.ts';
import { fromHex } from '../../chain/encoding/bytes.ts';
import { formatTime, parseTime } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import type { NodeSpec } from '../../testnet/launcher/manifest.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';

const HEIGHT = 12;
const LINE = `UPGRADE "v2" NEEDED at height: ${HEIGHT}: go`;
const NEXT = fileURLToPath(new URL('upgrade/program.ts', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
type Json = any;

/** A proposal on which all validators have voted, whose time is over with the first blocks. */
function propose(doc: Json): void {
  const end = formatTime(parseTime(doc.genesis_time) + 1_000_000n);
  const voters = doc.validators.map((v: { address: string }) => bech32Encode('trellis', fromHex(v.address)));
  const plan = { name: 'v2', time: '0001-01-01T00:00:00Z', height: String(HEIGHT), info: 'go', upgraded_client_state: null };
  const message = { '@type': '/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade', authority: bech32Encode('trellis', moduleAddress('gov')), plan };
  const times = { submit_time: doc.genesis_time, deposit_end_time: end, voting_start_time: doc.genesis_time, voting_end_time: end };
  const texts = { metadata: '', title: 'v2', summary: 'to v2', proposer: voters[0], failed_reason: '' };
  const tally = { yes_count: '0', abstain_count: '0', no_count: '0', no_with_veto_count: '0' };
  const proposal = { id: '1', messages: [message], status: 'PROPOSAL_STATUS_VOTING_PERIOD', final_tally_result: tally, total_deposit: [], expedited: false };
  const { gov } = doc.app_state;
  gov.starting_proposal_id = '2';
  gov.proposals = [{ ...proposal, ...times, ...texts }];
  gov.votes = voters.map((voter: string) => ({ proposal_id: '1', voter, options: [{ option: 'VOTE_OPTION_YES', weight: '1' }], metadata: '' }));
}

const network = (kinds: readonly NodeSpec['kind'][], cometbft?: string): Promise<TestNetwork> =>
  createNetwork(
    {
      chainId: 'upgrade-1',
      nodes: kinds.map((kind, i) => ({ name: `${kind}${i}`, kind, power: 10 })),
      consensus: { timeout_commit: '"200ms"' },
      genesis: propose,
    },
    cometbft === undefined ? {} : { cometbft },
  );

/** The program that holds the application: the node itself, or the one behind the socket. */
async function stoppedWith(node: TestNode): Promise<number | null> {
  const exit = await waitFor(`the application of ${node.name} to stop`, async () => node.applicationExit(), 120_000, 100);
  return exit.code;
}

const logOf = (node: TestNode): string => readFileSync(node.spec.kind === 'go' ? `${node.home}.app.log` : node.logFile, 'utf8');

/** What each node has as the state after the height, some blocks on. */
const appHashes = (nodes: readonly TestNode[]): Promise<string[]> =>
  Promise.all(nodes.map((n) => n.result<{ block: { header: { app_hash: string } } }>(`block?height=${HEIGHT + 6}`).then((r) => r.block.header.app_hash)));

/** The response of a query of x/upgrade in base64; `request` is its message in hex. */
async function answer(node: TestNode, method: string, request: string): Promise<string> {
  const path = `/cosmos.upgrade.v1beta1.Query/${method}`;
  const { response } = await node.result<{ response: { code: number; log: string; value: string | null } }>(`abci_query?path="${path}"&data=0x${request}`);
  if (response.code !== 0) throw new Error(`${node.name}: ${path}: ${response.log}`);
  return response.value ?? '';
}

export default async function upgrade(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('upgrade');
  const net = await network(['ts', 'ts', 'go', 'go'], await peerProgram('cometbft'));
  try {
    await checks.run(`four validators stop at height ${HEIGHT}, each with exit code 1, the line and the file`, async () => {
      await net.start();
      for (const node of net.nodes) {
        checks.equal(await stoppedWith(node), 1, node.name);
        checks.that(logOf(node).includes(LINE), `the log of ${node.name} has the line: ${logOf(node).slice(-600)}`);
        const info = JSON.parse(readFileSync(join(node.home, 'data/upgrade-info.json'), 'utf8'));
        checks.equal(info, { name: 'v2', time: '0001-01-01T00:00:00Z', height: HEIGHT, info: 'go' });
      }
      await net.stop();
    });
    await checks.run('the old program does not go on', async () => {
      const node = net.node('ts0');
      const before = logOf(node).length;
      await node.start().catch(() => undefined);
      checks.equal(await stoppedWith(node), 1);
      checks.that(logOf(node).slice(before).includes(LINE), 'it says why');
    });
    await checks.run('the next program goes on, with its store, and all agree', async () => {
      await Promise.all(net.nodes.map((n) => n.start({ program: NEXT })));
      await Promise.all(net.nodes.map((n) => n.waitHeight(HEIGHT + 8, 120_000)));
      checks.equal(new Set(await appHashes(net.nodes)).size, 1, 'app hashes');
      for (const n of net.nodes) {
        const key = `0x${Buffer.from('since').toString('hex')}`;
        const r = await n.result<{ response: { value: string | null } }>(`abci_query?path="/store/fresh/key"&data=${key}`);
        checks.equal(Buffer.from(r.response.value ?? '', 'base64').toString(), String(HEIGHT), `${n.name}: the new store`);
      }
    });
    await checks.run('the program from before refuses the state', async () => {
      const node = net.node('ts0');
      await node.stop();
      const why = await node.start().then(
        () => 'it started',
        (e: Error) => e.message,
      );
      checks.that(/lacks|does not know/.test(why), why);
    });
  } finally {
    await net.stop();
  }
  const skipping = await network(['ts', 'ts', 'go', 'go'], await peerProgram('cometbft'));
  try {
    await checks.run('four validators that stopped go on with --unsafe-skip-upgrades and the program they had', async () => {
      await skipping.start();
      for (const node of skipping.nodes) checks.equal(await stoppedWith(node), 1, node.name);
      await skipping.stop();
      await Promise.all(skipping.nodes.map((n) => n.start({ flags: ['--unsafe-skip-upgrades', String(HEIGHT)] })));
      await Promise.all(skipping.nodes.map((n) => n.waitHeight(HEIGHT + 8, 120_000)));
      checks.equal(new Set(await appHashes(skipping.nodes)).size, 1, 'app hashes');
      for (const n of skipping.nodes) {
        checks.that(logOf(n).includes(`UPGRADE "v2" SKIPPED at ${HEIGHT}: go`), `the log of ${n.name} says so`);
        checks.equal(await answer(n, 'CurrentPlan', ''), '', `${n.name}: no plan is left`);
        checks.equal(await answer(n, 'AppliedPlan', '0a027632'), '', `${n.name}: "v2" was not applied`);
      }
    });
  } finally {
    await skipping.stop();
  }
  return checks;
}
