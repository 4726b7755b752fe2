// One seed: blocks of random transactions of every module; after each block the invariants, now and then an export that must come back byte for
// byte from a chain that began with it, and two more nodes, one restarted now and then, one that joins by a snapshot, with the same app hashes.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecTxResult, FinalizeBlockRequest, Misbehavior } from '../../../chain/abci/application.ts';
import { appStateText, exportApp, exportModules } from '../../../chain/app/export.ts';
import { checkInvariants } from '../../../chain/app/invariants/check.ts';
import { isBonded } from '../../../chain/core/staking.ts';
import { toHex, utf8 } from '../../../chain/encoding/bytes.ts';
import { parseTime, type Time } from '../../../chain/encoding/time.ts';
import { completeConsensusParams, DEFAULT_CONSENSUS_PARAMS } from '../../../chain/types/consensus-params.ts';
import { ProposalStatus } from '../../../proto/gen/cosmos/gov/v1.ts';
import { temporaryFolder } from '../../../testnet/launcher/dev-chain.ts';
import { Random } from '../../../testnet/simulator/random.ts';
import { EngineSet } from '../../interop/economy/engine-set.ts';
import { plan } from '../../interop/economy/plan.ts';
import { type Planned, World } from '../../interop/economy/world.ts';
import { Fleet } from '../../interop/traffic/signer.ts';
import { CHAIN, simulationGenesis } from './genesis.ts';
import { ALL_MAKERS } from './makers.ts';
import { Replica } from './replica.ts';

const ACCOUNTS = 24;
/** A chain without validators is at its end: with so many none is made to leave. */
const FEW = 3;
const BLOCKS_AFTER_IMPORT = 6n;
const SECOND = 1_000_000_000n;
const GENESIS_TIME = parseTime('2026-01-01T00:00:00Z');
const PARAMS = { ...DEFAULT_CONSENSUS_PARAMS, block: { maxBytes: 22_020_096n, maxGas: -1n } };

export interface Count {
  sent: number;
  succeeded: number;
}

export interface SeedResult {
  readonly byModule: ReadonlyMap<string, Count>;
  readonly exports: number;
  readonly restarts: number;
  /** Heights whose app hashes were compared, of both other nodes. */
  readonly compared: number;
  readonly rotations: number;
  readonly slashes: number;
  /** Messages of passed proposals, by module: parameters of those whose messages nobody else may send. */
  readonly governed: ReadonlyMap<string, number>;
}

export interface SeedOptions {
  readonly seed: string;
  readonly blocks: number;
  /** Blocks between two exports. */
  readonly exportEvery: number;
  /** How likely the restarted node restarts after a block. */
  readonly restartChance: number;
}

function moduleOf(url: string): string {
  return /RotateConsPubKey|^\/trellis\.rotation\./.test(url) ? 'rotation' : (/^\/cosmos\.(\w+)\./.exec(url)?.[1] ?? url);
}

const activeValidators = (w: World): number => [...w.app.keepers.staking.allValidators(w.state())].filter((v) => isBonded(v) && !v.jailed).length;

/** Whether an operator may fall below its least stake by this. */
const mayJail = (p: Planned): boolean => p.messages.some((m) => /Undelegate|Redelegate|MsgExec$/.test(m.typeUrl));

const init = (appState: string, time: Time, initialHeight: bigint): Parameters<Replica['app']['initChain']>[0] => ({
  time,
  chainId: CHAIN.chainId,
  consensusParams: PARAMS,
  validators: [],
  appStateBytes: utf8(appState),
  initialHeight,
});

/** Where two texts differ, with what stands there. */
function textDifference(a: string, b: string): string {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return `the second differs at character ${i}: …${a.slice(Math.max(i - 200, 0), i + 120)}… became …${b.slice(Math.max(i - 40, 0), i + 120)}…`;
}

async function execute(r: Replica, request: FinalizeBlockRequest): Promise<Awaited<ReturnType<Replica['app']['finalizeBlock']>>> {
  const result = await r.app.finalizeBlock(request);
  await r.app.commit();
  return result;
}

/**
 * Export (for a chain that goes on, or one that counts from the beginning), begin with it, export again, and go on for some blocks: undefined where
 * both exports are the same bytes and all holds.
 */
async function exportTwice(chain: Replica, time: Time, skipUpgradeHeights: ReadonlySet<bigint>, forZeroHeight: boolean): Promise<string | undefined> {
  const { appState, initialHeight, consensusParams = PARAMS } = exportApp(chain.app, 0n, forZeroHeight);
  const text = appStateText(appState);
  const again = await Replica.open({ skipUpgradeHeights });
  try {
    const first = forZeroHeight ? 1n : initialHeight;
    const { validators } = await again.app.initChain({ ...init(text, time, first), consensusParams: completeConsensusParams(consensusParams) });
    const state = again.app.finalizeState;
    if (state === undefined) throw new Error('no state after InitChain');
    const ctx = state.context('finalize');
    const broken = checkInvariants(again.app.keepers, ctx);
    if (broken.length > 0) return `after import: ${broken.join('; ')}`;
    const second = appStateText(exportModules(again.app.modules, ctx));
    if (second !== text) return textDifference(text, second);
    const params = again.app.keepers.consensus.get(ctx);
    if (!isDeepStrictEqual(params && completeConsensusParams(params), completeConsensusParams(consensusParams))) return 'the consensus parameters differ';
    const set = new EngineSet(validators);
    const random = Random.of(`${first}`);
    for (let height = first; height < first + BLOCKS_AFTER_IMPORT; height++) {
      const at = time + (height - first + 1n) * 7n * SECOND;
      const { validatorUpdates } = await execute(again, { ...set.request(height, at, random, () => random.chance(0.1), []), txs: [] });
      set.advance(height, at, validatorUpdates);
      const wrong = checkInvariants(again.app.keepers, again.app.queryContext(0n));
      if (wrong.length > 0) return `at height ${height} after import: ${wrong.join('; ')}`;
    }
    return undefined;
  } finally {
    await again.close();
  }
}

const passedAnte = (r: ExecTxResult): boolean => r.events.some((e) => e.type === 'tx' && e.attributes.some((x) => x.key === 'acc_seq'));

/** Throws an error with the height and what is wrong. */
export async function simulateSeed(o: SeedOptions): Promise<SeedResult> {
  const folder = temporaryFolder('economy-simulation');
  const random = Random.of(`economy ${o.seed}`);
  const skipUpgradeHeights = new Set(Array.from({ length: o.blocks + 100 }, (_, i) => BigInt(i + 1)));
  const fleet = new Fleet(ACCOUNTS, CHAIN.prefix);
  const accounts = Array.from({ length: ACCOUNTS }, () => fleet.take());
  const genesis = simulationGenesis(accounts, GENESIS_TIME, random.fork('genesis'));
  const main = await Replica.open({ skipUpgradeHeights });
  let restarted = await Replica.open({ folder: join(folder, 'restarted'), skipUpgradeHeights });
  let joined: Replica | undefined;
  const byModule = new Map<string, Count>();
  const governed = new Map<string, number>();
  let [exports, restarts, compared, rotations, slashes] = [0, 0, 0, 0, 0];
  try {
    const { validators } = await main.app.initChain(init(genesis, GENESIS_TIME, 1n));
    await restarted.app.initChain(init(genesis, GENESIS_TIME, 1n));
    const set = new EngineSet(validators);
    const world = new World(main.app, CHAIN, random.fork('traffic'), accounts);
    const [votes, faults] = [random.fork('votes'), random.fork('faults')];
    const joinAt = BigInt(faults.between(Math.ceil(o.blocks / 3), Math.ceil((2 * o.blocks) / 3)));
    const asleep = new Map<string, bigint>();
    let time = GENESIS_TIME;
    for (let height = 1n; height <= BigInt(o.blocks); height++) {
      const wrong = (why: string): Error => new Error(`seed ${o.seed}, height ${height}: ${why}`);
      time += (votes.chance(0.1) ? BigInt(votes.between(60, 200)) : BigInt(votes.between(1, 12))) * SECOND + BigInt(votes.between(0, 1_000_000_000));
      Object.assign(world, { height, time });
      const few = height === 1n || activeValidators(world) <= FEW;
      const planned = height === 1n ? [] : plan(world, ALL_MAKERS, world.random.between(2, 14)).filter((p) => !(few && mayJail(p)));
      const evidence: Misbehavior[] = votes.chance(0.02) && !few ? [set.equivocation(votes)].flatMap((e) => e ?? []) : [];
      if (votes.chance(0.04) && !few) asleep.set(toHex(votes.pick(set.current).address), height + BigInt(votes.between(4, 16)));
      const misses = (v: { readonly address: Uint8Array }): boolean => (asleep.get(toHex(v.address)) ?? 0n) > height || votes.chance(0.03);
      const request = { ...set.request(height, time, votes, misses, evidence), txs: planned.map((p) => world.sign(p)) };
      const result = await execute(main, request).catch((e: unknown) => {
        throw wrong(e instanceof Error ? (e.stack ?? e.message) : String(e));
      });
      for (const [i, r] of result.txResults.entries()) {
        const p = planned[i] as Planned;
        world.settled(p, passedAnte(r) && p.options?.unordered !== true);
        const module = moduleOf(p.messages[0]?.typeUrl ?? '');
        const count = byModule.get(module) ?? { sent: 0, succeeded: 0 };
        byModule.set(module, count);
        count.sent++;
        if (r.code === 0) count.succeeded++;
        if (r.events.some((e) => e.type === 'rotate_cons_pubkey') && r.code === 0) rotations++;
      }
      slashes += result.events.filter((e) => e.type === 'slash').length;
      try {
        set.advance(height, time, result.validatorUpdates);
      } catch (e) {
        throw wrong(e instanceof Error ? e.message : String(e));
      }
      const broken = checkInvariants(main.app.keepers, world.state());
      if (broken.length > 0) throw wrong(broken.slice(0, 4).join('; '));
      const want = toHex(main.app.lastAppHash);
      for (const [name, r] of [['restarted', restarted] as const, ...(joined === undefined ? [] : [['joined by a snapshot', joined] as const])]) {
        await execute(r, request);
        const got = toHex(r.app.lastAppHash);
        if (got !== want) throw wrong(`the node that was ${name} has app hash ${got}, not ${want}`);
        compared++;
      }
      if (height === joinAt) {
        joined = await Replica.open({ folder: join(folder, 'joined'), skipUpgradeHeights });
        await joined.restoreFrom(restarted);
        const got = toHex(joined.app.lastAppHash);
        if (got !== want || joined.app.lastHeight !== height) throw wrong(`the restored state has app hash ${got} of height ${joined.app.lastHeight}`);
      }
      if (faults.chance(o.restartChance)) {
        await restarted.close();
        restarted = await Replica.open({ folder: join(folder, 'restarted'), skipUpgradeHeights });
        if (restarted.app.lastHeight !== height) throw wrong(`the restarted node is at height ${restarted.app.lastHeight}`);
        restarts++;
      }
      if (height % BigInt(o.exportEvery) === 0n) {
        for (const zero of [false, true]) {
          const differs = await exportTwice(main, time, skipUpgradeHeights, zero);
          if (differs !== undefined) throw wrong(`the export${zero ? ' for height zero' : ''}: ${differs}`);
          exports++;
        }
      }
    }
    for (const [, p] of main.app.keepers.gov.proposals.walk(world.state())) {
      if (p.status !== ProposalStatus.PROPOSAL_STATUS_PASSED) continue;
      for (const m of p.messages) governed.set(moduleOf(m.typeUrl), (governed.get(moduleOf(m.typeUrl)) ?? 0) + 1);
    }
  } finally {
    await joined?.close();
    await restarted.close();
    await main.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { byModule, exports, restarts, compared, rotations, slashes, governed };
}
