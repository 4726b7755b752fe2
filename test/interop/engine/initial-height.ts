// A chain that begins at height 1000, as one does that was exported and begun anew: handshake, first block, restart, and our executor on it.
import { join } from 'node:path';
import { readGenesisFile } from '../../../chain/node/genesis-file.ts';
import { startAbciServer } from '../../../testnet/launcher/abci-server.ts';
import { initCometHome, startCometNode } from '../../../testnet/launcher/comet-node.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { cases } from '../traffic/cases.ts';
import { Fleet } from '../traffic/signer.ts';
import { countChain, fetchChain, sendCases } from './go-chain.ts';
import { BALANCE, CHAIN, initHome } from './homes.ts';
import { replay } from './replay.ts';

const INITIAL = 1000;
const BLOCKS = 12;

export async function initialHeight(checks: Checks, cometbft: string, folder: string, consensus: Readonly<Record<string, string>>): Promise<void> {
  const [abci = 0, rpcPort = 0, p2pPort = 0] = await freePorts(3);
  const fleet = new Fleet(300, CHAIN.prefix);
  const appHome = join(folder, 'late');
  const home = join(folder, 'late-go');
  await initHome(appHome, fleet, ['--initial-height', String(INITIAL)]);
  initCometHome({ from: appHome, home, rpcPort, p2pPort });
  let server = await startAbciServer(appHome, abci, { logFile: join(folder, 'late-app.log') });
  const start = (): ReturnType<typeof startCometNode> =>
    startCometNode(cometbft, { home, rpcPort, application: server.address, consensus, logFile: join(folder, 'late-go.log') });
  let node = await start();
  try {
    let round = 10_000;
    const time = BigInt(Date.now()) * 1_000_000n;
    const makeSet = (): ReturnType<typeof cases> => cases(CHAIN, fleet, { height: BigInt(INITIAL), time, balance: BALANCE }, round++);
    const sent = await sendCases(node, makeSet, 10, (h) => h >= INITIAL + BLOCKS);
    checks.equal(sent.wrong, []);
    await Promise.all([node.process.kill(), server.process.kill()]);
    server = await startAbciServer(appHome, abci, { logFile: join(folder, 'late-app.log') });
    node = await start();
    const tip = await waitFor('a block after the restart', async () => {
      const h = await node.height();
      return h > INITIAL + BLOCKS + 3 ? h : undefined;
    });
    const chain = await fetchChain(node.rpc, tip - 1, INITIAL);
    const { doc } = readGenesisFile(join(appHome, 'config/genesis.json'));
    const r = await replay(doc, chain, new Map(), new Map());
    const { txs, failed } = countChain(chain);
    checks.note(
      `heights ${INITIAL} to ${tip - 1}, ${txs} transactions, ${failed} failed: ${r.compared} hashes and ${r.results} FinalizeBlock responses equal, ${r.refused} forged blocks refused`,
    );
  } finally {
    await node.process.stop();
    await server.process.stop();
  }
}
