// Seam 1 judged by Go CometBFT v0.40.0 over the ABCI socket, both ways: our application makes its chain, our block executor applies that
// chain, and what our own engine executed gives the same answers over the socket.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ResponseMessage, responseCodec } from '../../chain/abci/codec.ts';
import { connectApplication } from '../../chain/abci/socket/client.ts';
import { socketServer } from '../../chain/abci/socket/server.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { readGenesisFile } from '../../chain/node/genesis-file.ts';
import { type AbciServer, startAbciServer } from '../../testnet/launcher/abci-server.ts';
import { type CometNode, initCometHome, startCometNode } from '../../testnet/launcher/comet-node.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { runEmbedded } from './engine/embedded.ts';
import { recordGoEvents, type Told } from './engine/events.ts';
import { countChain, countsText, fetchChain, fetchHeight, judgeCases, sendCases } from './engine/go-chain.ts';
import { BALANCE, CHAIN, copyHome, initHome } from './engine/homes.ts';
import { initialHeight } from './engine/initial-height.ts';
import { connectRaw } from './engine/raw-abci.ts';
import { type Recording, recording } from './engine/recording.ts';
import { replay } from './engine/replay.ts';
import type { Replica } from './engine/replica.ts';
import { rpcCalls } from './engine/rpc-calls.ts';
import { compareAnswers, recordAnswers, serveReplica } from './engine/rpc-replies.ts';
import { type Case, cases, LARGE, TWICE } from './traffic/cases.ts';
import { Fleet } from './traffic/signer.ts';

/** Blocks made with CheckTx alone deciding what gets in, then with transactions that it would refuse. */
const DIRECT_HEIGHT = 100;
const HEIGHT = 200;
/** Of our own engine's chain. */
const EMBEDDED_HEIGHT = 120n;
const ACCOUNTS = 3600;
const CONSENSUS = { timeout_commit: '"40ms"', timeout_propose: '"2s"' };

/** The height once it stays. */
async function restingHeight(node: CometNode): Promise<number> {
  let [last, same] = [-1, 0];
  return waitFor(
    'the chain to rest',
    async () => {
      const h = await node.height();
      same = h === last ? same + 1 : 0;
      last = h;
      return same >= 25 ? h : undefined;
    },
    30_000,
    40,
  );
}

export default async function engine(): Promise<Checks> {
  const checks = new Checks('engine');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const folder = temporaryFolder('engine');
  const [abciPort = 0, proxyPort = 0, rpcPort = 0, p2pPort = 0] = await freePorts(4);
  const fleet = new Fleet(ACCOUNTS, CHAIN.prefix);
  const appHome = join(folder, 'app');
  const goHome = join(folder, 'go');
  await initHome(appHome, fleet);
  initCometHome({ from: appHome, home: goHome, rpcPort, p2pPort });
  const fresh = copyHome(appHome, join(folder, 'fresh'));

  let round = 0;
  const makeSet = (height: bigint): Case[] => cases(CHAIN, fleet, { height, time: BigInt(Date.now()) * 1_000_000n, balance: BALANCE }, round++);
  const lightSet = (): Case[] => makeSet(1n).filter((c) => !LARGE.includes(c.name));
  let server: AbciServer | undefined;
  let node: CometNode | undefined;
  const startServer = async (): Promise<AbciServer> => {
    server = await startAbciServer(appHome, abciPort, { logFile: join(folder, 'app.log') });
    return server;
  };
  const startGo = async (application: string, consensus: Record<string, string> = CONSENSUS): Promise<CometNode> => {
    node = await startCometNode(cometbft, { home: goHome, rpcPort, application, consensus, logFile: join(folder, 'go.log') });
    return node;
  };
  const { doc: genesis, json: genesisJson } = readGenesisFile(join(appHome, 'config/genesis.json'));
  const address = `tcp://127.0.0.1:${abciPort}`;
  let [calm, rest] = [0, 0];
  let told: ReadonlyMap<string, Told> = new Map();
  let front: Recording | undefined;
  let replica: Replica | undefined;
  const closers: (() => Promise<void>)[] = [];
  try {
    await checks.run(`Go CometBFT makes ${DIRECT_HEIGHT} blocks with \`trellisd start --with-comet=false\``, async () => {
      await startServer();
      const n = await startGo(address);
      const events = await recordGoEvents(n.rpc);
      told = events.told;
      closers.push(async () => events.stop());
      const sent = await sendCases(n, lightSet, 10, (h) => h >= DIRECT_HEIGHT);
      checks.note(`${sent.sent} transactions sent; CheckTx: ${countsText(sent.outcomes)}`);
      checks.equal(sent.wrong, []);
    });

    await checks.run('kill -9 of the Go node, of the application, and of both: the chain goes on, nothing committed changes', async () => {
      const before = await fetchChain((node as CometNode).rpc, DIRECT_HEIGHT);
      const go = async (what: string): Promise<void> => {
        const n = node as CometNode;
        const from = await n.height();
        await waitFor(`a block after ${what}`, async () => (await n.height()) > from + 2 || undefined);
      };
      await node?.process.kill();
      await startGo(address);
      await go('the death of the Go node');
      await server?.process.kill();
      // It cannot live without its application and ends by itself; v0.40.0 sometimes hangs while it does.
      await Promise.race([node?.process.exited, new Promise((resolve) => setTimeout(resolve, 3000))]);
      await node?.process.kill();
      await startServer();
      await startGo(address);
      await go('the death of the application');
      await Promise.all([node?.process.kill(), server?.process.kill()]);
      await startServer();
      await startGo(address);
      await go('the death of both');
      checks.equal(await fetchChain((node as CometNode).rpc, DIRECT_HEIGHT), before, 'the first blocks');
    });

    await checks.run(`transactions that CheckTx refuses get into blocks up to height ${HEIGHT}, by a proposer that does not ask it`, async () => {
      await node?.process.stop();
      const client = await connectApplication(address);
      front = recording(client);
      const door = socketServer({ app: front, address: `tcp://127.0.0.1:${proxyPort}`, onFatal: (e) => console.error(e) });
      closers.push(
        () => door.stop(),
        async () => client.close(),
      );
      await door.start();
      const n = await startGo(`tcp://127.0.0.1:${proxyPort}`);
      const start = await n.height();
      // What is in the chain twice comes first: Go's index keeps one place of it, so that searches can begin after it. So does what is
      // large, lest every page of a search has it.
      const first = [TWICE, ...LARGE];
      const all = Array.from({ length: 2 }, () => makeSet(1n))
        .flat()
        .sort((a, b) => Number(first.includes(b.name)) - Number(first.includes(a.name)));
      calm = start + 2 + all.filter((c) => first.includes(c.name)).length;
      front.smuggled.push(...all.map((c) => c.txs));
      await sendCases(
        n,
        () => lightSet().filter((c) => c.check.every((x) => x === '')),
        3,
        (h) => h >= HEIGHT && front?.smuggled.length === 0,
      );
      rest = (await n.height()) - 3;
      await n.process.stop();
      // Inflation and rewards change the state with each block, so that a block calls for the next: only time makes the chain rest.
      const again = await startGo(address, { ...CONSENSUS, timeout_commit: '"1h"' });
      const tip = await restingHeight(again);
      const chain = await fetchChain(again.rpc, tip);
      const judged = judgeCases(chain, all);
      const { smuggled, plain } = front.refused;
      checks.note(
        `heights ${start + 1} to ${tip}: ${judged.found} smuggled transactions came out as the SDK says; ` +
          `our own ProcessProposal would have voted against ${smuggled.size} of these blocks`,
      );
      checks.equal(judged.wrong, []);
      checks.equal(judged.missing, 0, 'smuggled transactions missing');
      checks.equal([...plain], [], 'proposals of our own that our ProcessProposal refused');
      checks.that(smuggled.size > 0, 'some smuggled blocks are voted against');
    });

    const go = node as CometNode;
    const tip = await go.height();
    const chain = await fetchChain(go.rpc, tip);
    await checks.run(`our block executor applies the ${tip} blocks, read over RPC, from the same genesis`, async () => {
      const counts = countChain(chain);
      checks.that(counts.blocks >= HEIGHT, `${HEIGHT} blocks`);
      checks.that(counts.withTxs >= HEIGHT * 0.8, `${counts.withTxs} of ${counts.blocks} blocks have transactions`);
      checks.note(
        `${counts.blocks} blocks, ${counts.withTxs} with transactions; ${counts.txs} transactions, ${counts.failed} failed: ${countsText(counts.outcomes)}`,
      );
      const r = await replay(genesis, chain, front?.blocks ?? new Map(), told);
      replica = r.replica;
      checks.note(
        `${r.blocks} heights: ${r.compared} hashes equal (block, parts, app, last results, consensus, validators, next validators), ` +
          `${r.results} FinalizeBlock responses and ${r.requests} requests equal byte by byte, ${r.signatures} commit signatures verified, ${r.refused} forged blocks refused`,
      );
      checks.that(r.events.size === 4, 'events of every type were compared');
      checks.note(`events equal to those that the Go node told its subscribers: ${countsText(r.events)}`);
    });
    await checks.run('our RPC over the stores of that replay answers as the Go node does for its chain', async () => {
      if (replica === undefined) return checks.fail('there is no replay');
      const calls = rpcCalls(
        chain,
        fleet.accounts.map((a) => a.address),
        calm,
        rest,
      );
      const theirs = await recordAnswers(go.rpc, calls);
      const served = await serveReplica(replica, genesis, genesisJson, join(folder, 'replica.wal'));
      const ours = await recordAnswers(served.base, calls);
      await served.stop();
      const { equal, shapes, differences } = compareAnswers(calls, ours, theirs);
      checks.note(`${calls.length} calls: ${equal} answers equal byte by byte, ${shapes} of equal form, ${differences.length} differ`);
      for (const d of differences.slice(0, 400)) checks.note(d);
      checks.equal(differences.length, 0, 'answers that differ');
    });
    checks.that((await fetchHeight(go.rpc, tip)).block.header.height === BigInt(tip), 'the chain rests');
    await node?.process.stop();
    await server?.process.stop();
    await checks.run('a chain that begins at height 1000', () => initialHeight(checks, cometbft, folder, CONSENSUS));
    await checks.run(`${EMBEDDED_HEIGHT} blocks that our own engine executed, sent over the socket, give the same answers byte by byte`, async () => {
      const smuggle = makeSet(1n);
      const record = await runEmbedded(copyHome(fresh, join(folder, 'embedded')), genesis, {
        height: EMBEDDED_HEIGHT,
        makeSet: lightSet,
        perBlock: 6,
        smuggle,
      });
      server = await startAbciServer(fresh, abciPort, { logFile: join(folder, 'fresh.log') });
      const raw = await connectRaw(address);
      let [bytes, txs, failed] = [0, 0, 0];
      const same = async (what: string, request: Parameters<typeof raw.call>[0], want: ResponseMessage['value']): Promise<void> => {
        const got = await raw.call(request);
        const expected = responseCodec.encode({ value: want });
        if (!bytesEqual(got, expected)) checks.equal(responseCodec.decode(got), { value: want } as ResponseMessage, what);
        if (!bytesEqual(got, expected)) checks.fail(`${what}: the same answer in other bytes`);
        bytes += got.length;
      };
      const init = record.initChainCall ?? checks.fail('no InitChain was recorded');
      await same('InitChain', { case: 'initChain', value: init.request }, { case: 'initChain', value: init.response });
      for (const [height, { request, response }] of record.blocks) {
        await same(`FinalizeBlock ${height}`, { case: 'finalizeBlock', value: request }, { case: 'finalizeBlock', value: response });
        await same(`Commit ${height}`, { case: 'commit', value: {} }, { case: 'commit', value: { retainHeight: 0n } });
        txs += response.txResults.length;
        failed += response.txResults.filter((r) => r.code !== 0).length;
      }
      raw.close();
      checks.that(BigInt(record.blocks.size) >= EMBEDDED_HEIGHT, `${EMBEDDED_HEIGHT} blocks were recorded`);
      checks.note(`${record.blocks.size} heights with ${txs} transactions, ${failed} failed: ${bytes} bytes of answers equal`);
    });
  } finally {
    await node?.process.stop();
    for (const close of closers) await close();
    await server?.process.stop();
  }
  if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`  homes and logs: ${folder}`);
  return checks;
}
