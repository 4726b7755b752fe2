// A short manifest with every kind of fault once, in a mixed network under load: links through relays that are cut, slow and lossy, clocks that
// are off, full disks, and processes that are killed, paused and restarted. The chain goes on during each, and each node comes back.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { faultText, type ScheduledFault } from '../../testnet/launcher/fault.ts';
import type { Manifest } from '../../testnet/launcher/manifest.ts';
import { type Explained, type FaultReport, runFault } from '../../testnet/launcher/run-fault.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { LiveNetwork } from './soak/live-network.ts';
import { checkLogs } from './soak/logs.ts';

/** CometBFT refuses blocks a minute ahead of its clock (block_time_tolerance): less than it, and more. */
const SKEW_MS = 50_000;
const FAR_MS = 90_000;

/** One of four validators is away or slow: the others owe so many blocks meanwhile. */
const untilBlocks = 3;

const FAULTS: readonly ScheduledFault[] = [
  { at: 5, node: 'ts0', fault: 'clock-skew', skewMs: SKEW_MS, forMs: 5000, untilBlocks },
  { at: 8, node: 'go1', fault: 'disconnect', forMs: 12_000, untilBlocks },
  { at: 11, node: 'ts2', fault: 'disconnect', forMs: 12_000, untilBlocks },
  { at: 14, node: 'ts0', fault: 'disconnect', peer: 'go1', forMs: 5000, untilBlocks },
  { at: 17, node: 'ts0', fault: 'clock-skew', skewMs: -SKEW_MS, forMs: 5000, untilBlocks },
  { at: 20, node: 'go3', fault: 'slow', delayMs: 100, jitterMs: 100, forMs: 5000, untilBlocks },
  { at: 23, node: 'ts0', fault: 'slow', delayMs: 100, jitterMs: 100, forMs: 5000, untilBlocks },
  { at: 26, node: 'ts2', fault: 'loss', loss: 0.1, forMs: 5000, untilBlocks },
  { at: 29, node: 'go1', fault: 'loss', loss: 0.1, forMs: 5000, untilBlocks },
  { at: 32, node: 'ts2', fault: 'disk-full', forMs: 0, untilBlocks },
  { at: 35, node: 'go3', fault: 'disk-full', forMs: 0, untilBlocks },
  { at: 38, node: 'ts0', fault: 'kill', forMs: 0, untilBlocks },
  { at: 41, node: 'go1', fault: 'kill', part: 'application', forMs: 0, untilBlocks },
  { at: 44, node: 'ts2', fault: 'pause', forMs: 5000, untilBlocks },
  { at: 47, node: 'go3', fault: 'pause', part: 'application', forMs: 5000, untilBlocks },
  { at: 50, node: 'ts2', fault: 'restart', forMs: 0 },
  { at: 53, node: 'go3', fault: 'restart', forMs: 0, untilBlocks },
  { at: 56, node: 'ts0', fault: 'clock-skew', skewMs: -FAR_MS, forMs: 0, untilBlocks },
  { at: 59, node: 'ts0', fault: 'clock-skew', skewMs: FAR_MS, forMs: 5000, untilBlocks },
];

const MANIFEST: Manifest = {
  chainId: 'trellis-faults-1',
  nodes: [
    { name: 'ts0', kind: 'ts', power: 10 },
    { name: 'go1', kind: 'go', power: 10 },
    { name: 'ts2', kind: 'ts', power: 10, diskMb: 200 },
    { name: 'go3', kind: 'go', power: 10, diskMb: 200 },
  ],
  faults: FAULTS,
};

/** Blocks after which everybody is together again. */
const AFTER = 5;

/** BFT time is a median of votes: with one clock of four that is off it lies between those that are right. */
async function checkTimes(checks: Checks, { watch }: LiveNetwork, { began, ended }: FaultReport): Promise<void> {
  await waitFor(`height ${ended} to be read`, () => watch.highest >= ended);
  for (let height = began + 1; height <= ended; height++) {
    const ahead = watch.aheadMs(height);
    checks.that(Math.abs(ahead) < SKEW_MS / 2, `the time of block ${height} is that of the others, not ${ahead} ms off`);
  }
}

export default async function faults(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({ args: [...args], options: { seed: { type: 'string', default: 'faults' }, rate: { type: 'string', default: '10' } } });
  const checks = new Checks('faults');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const live = await LiveNetwork.create(MANIFEST, { cometbft, seed: values.seed, rate: Number(values.rate) });
  const { net } = live;
  const explained: Explained[] = [];
  let notRun = 0;
  console.log(`  ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  try {
    await checks.run('the network starts', () => live.start());
    for (const fault of FAULTS) {
      let why: string | undefined;
      await checks.run(faultText(fault), async () => {
        await Promise.all(net.nodes.map((n) => n.waitHeight(fault.at, 120_000)));
        live.away.add(fault.node);
        const report = await runFault(net, fault);
        live.away.delete(fault.node);
        explained.push(...report.explained);
        why = report.notRun;
        if (why !== undefined) return;
        checks.note(`heights: ${report.began} at its begin, ${report.ended} at its end, ${report.back} when ${fault.node} was back`);
        if (fault.fault === 'clock-skew') await checkTimes(checks, live, report);
        if (live.broken !== undefined) throw new Error(live.broken);
      });
      if (why !== undefined) {
        checks.passed--;
        notRun++;
        console.log(`       not run: ${why}`);
      }
    }
    await checks.run('a clock too far behind ended the node, as it ends CometBFT, which said why', () => {
      const said = readFileSync(net.node('ts0').logFile, 'utf8')
        .split('\n')
        .filter((l) => l.startsWith('trellisd: consensus has failed'));
      checks.equal(said.length, 1);
      checks.that(/too far in the future/.test(said[0] ?? ''), said[0] ?? '');
    });
    await checks.run('all make blocks together', async () => {
      const from = Math.max(...(await Promise.all(net.nodes.map((n) => n.height()))));
      await Promise.all(net.nodes.map((n) => n.waitHeight(from + AFTER, 120_000)));
    });
    await live.checkWhole(checks);
    live.printFigures();
    if (notRun > 0) console.log(`  faults not run: ${notRun}`);
  } finally {
    await live.stop();
  }
  await checkLogs(checks, net.nodes, explained);
  return checks;
}
