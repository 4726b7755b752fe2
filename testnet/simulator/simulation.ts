// Runs a scenario: nodes, faults, load and checkers in virtual time. Everything follows from the scenario, so that a failing one fails again.

import { toHexUpper } from '../../chain/encoding/bytes.ts';
import type { Engine } from '../../chain/engine/engine.ts';
import { installNative } from '../../chain/native/install.ts';
import type { PrivValidator } from '../../chain/privval/priv-validator.ts';
import { ed25519FromSeed, type PrivateKey, publicKeyOf } from '../../chain/privval/private-key.ts';
import { type Evidence, evidenceHeight } from '../../chain/types/evidence.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { AgreementChecker } from '../checkers/agreement.ts';
import { AppHashChecker } from '../checkers/app-hash.ts';
import type { Checker } from '../checkers/checker.ts';
import { DoubleSignChecker } from '../checkers/double-sign.ts';
import { EvidenceChecker } from '../checkers/evidence.ts';
import { InvariantsChecker } from '../checkers/invariants.ts';
import { LivenessChecker } from '../checkers/liveness.ts';
import { SupplyChecker } from '../checkers/supply.ts';
import { ValidatorSetChecker } from '../checkers/validator-set.ts';
import { ByzantineTransport, type Plot } from '../faults/byzantine-transport.ts';
import { type Fault, faultsEnd, type Scenario } from '../faults/fault.ts';
import { applyFault, type FaultTarget } from './apply-fault.ts';
import { describeNode } from './describe.ts';
import { takeOver } from './host.ts';
import { lightApplications } from './light-app.ts';
import { startLoad } from './load.ts';
import { IDEAL_CONDITIONS, SimNetwork } from './network.ts';
import { SimNode, type SimNodeOptions } from './node.ts';
import type { SimulationObserver, SimulationOptions, SimulationResult } from './options.ts';
import { Random } from './random.ts';
import { CHAIN_ID, engineConfig, makeGenesis, topology } from './setup.ts';
import { SharedSignatures } from './signatures.ts';
import { simFiles } from './sim-files.ts';
import { Trace } from './trace.ts';
import { trellisApplications } from './trellis-app.ts';
import { type SimProcess, VirtualTime } from './virtual-time.ts';

const MILLI = 1000;
/** A network that has healed must reach its heights within this, milliseconds: the pauses between dials may have grown to a minute. */
const PATIENCE_MS = 240_000;
/** Heights beyond the last fault that count as going on. */
const HEIGHTS_AFTER = 2n;

function accusedOf(e: Evidence): string[] {
  return e.case === 'duplicateVote' ? [toHexUpper(e.value.voteA.validatorAddress)] : e.value.byzantineValidators.map((v) => toHexUpper(v.address));
}

export class Simulation implements FaultTarget {
  readonly scenario: Scenario;
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly network: SimNetwork;
  readonly nodes: readonly SimNode[];
  readonly heights = new Map<string, bigint>();
  readonly #checkers: Checker[];
  readonly #evidence: EvidenceChecker;
  readonly #failures: string[] = [];
  readonly #signatures = new SharedSignatures();
  readonly #trace = new Trace();
  readonly #honest: readonly SimNode[];
  readonly #log: ((line: string) => void) | undefined;
  readonly #observer: SimulationObserver | undefined;
  readonly #load: Random;
  readonly #startSpreadMs: number;
  readonly #patienceMs: number;
  readonly #plot: Plot = new Map();
  #heightChanges = 0;
  /** Called at each fail point that a node passes. */
  readonly onFailPoint = new Set<(node: SimNode, point: string) => void>();

  constructor(s: Scenario, o: SimulationOptions = {}) {
    installNative();
    this.scenario = s;
    this.#log = o.log;
    this.#observer = o.observer;
    this.#startSpreadMs = o.startSpreadMs ?? 0;
    this.#patienceMs = o.patienceMs ?? PATIENCE_MS + 2000 * s.heights;
    this.random = Random.of(`trellis simulation ${s.seed}`);
    this.#load = this.random.fork('load');
    const { time, random } = this;
    this.network = new SimNetwork(time, random.fork('network'), {
      ...IDEAL_CONDITIONS,
      latency: s.latency * MILLI,
      jitter: s.jitter * MILLI,
      ...o.conditions,
    });
    this.network.onSent = o.observer?.sent;
    const keyRandom = random.fork('keys');
    const keys = s.powers.map(() => ed25519FromSeed(keyRandom.bytes(32)));
    const byzantine = s.byzantine.map((b) => b.node);
    const validators = keys.map((k, i) => ({ pubKey: publicKeyOf(k), power: s.powers[i] as number }));
    const applications =
      s.app === 'light'
        ? lightApplications({ validators, careless: byzantine, padding: o.blockBytes ?? 0 })
        : trellisApplications(CHAIN_ID, random.fork('accounts'));
    const config = engineConfig(s);
    const genesis = makeGenesis(s, keys, applications.appState);
    const peers = topology(s, random.fork('topology'));
    this.nodes = keys.map(
      (key, index) =>
        new SimNode({
          index,
          time,
          network: this.network,
          random: random.fork(`node ${index}`),
          genesis,
          key,
          config: { ...config, consensus: { ...config.consensus, ...o.consensus } },
          signatures: this.#signatures,
          peers: peers[index] as number[],
          gossipSleepMs: o.gossipSleepMs ?? 100,
          queryMaj23SleepMs: 2000,
          announceVotes: o.announceVotes,
          applications,
          ...this.#behavior(index, key, genesis.chainId),
          syncMicros: (disk) => 100 + disk.random.between(0, 400),
          onStarted: (node, engine) => this.#onStarted(node, engine),
          onFailure: (node, e) => this.#onFailure(node, e),
          onFailPoint: (node, point) => {
            for (const f of this.onFailPoint) f(node, point);
          },
          log: (node, level, message, fields) =>
            this.#log?.(
              `${(time.now / MILLI).toFixed(1).padStart(9)} ${node.name} ${level.padEnd(5)} ${message}${Object.entries(fields)
                .map(([k, v]) => ` ${k}=${String(v)}`)
                .join('')}`,
            ),
        }),
    );
    for (const n of this.nodes) n.disk.lies = o.lyingDisks === true;
    this.#honest = this.nodes.filter((n) => !byzantine.includes(n.index));
    const addressOf = (n: SimNode): string => toHexUpper(addressOfKey(publicKeyOf(keys[n.index] as PrivateKey)));
    this.#evidence = new EvidenceChecker(new Set(this.#honest.map(addressOf)));
    this.#checkers = [
      new AgreementChecker(),
      new AppHashChecker(),
      new ValidatorSetChecker(),
      new SupplyChecker(applications.supply),
      new InvariantsChecker(),
      new DoubleSignChecker(),
      this.#evidence,
      new LivenessChecker(
        BigInt(s.heights),
        this.#honest.map((n) => n.name),
      ),
    ];
  }

  /** Honest signers are watched, others go their own ways. */
  #behavior(index: number, key: PrivateKey, chainId: string): Pick<SimNodeOptions, 'wrapSigner' | 'wrapTransport'> {
    const bad = this.scenario.byzantine.find((b) => b.node === index);
    if (bad === undefined) return { wrapSigner: (signer, process) => this.#watched(signer, process) };
    const random = this.random.fork(`byzantine ${index}`);
    return { wrapTransport: (t, node) => new ByzantineTransport(t, { does: bad.does, key, chainId, random, engine: () => node.engine, plot: this.#plot }) };
  }

  #watched(signer: PrivValidator, process: SimProcess): PrivValidator {
    const note = (signerAddress: string, height: bigint, round: number, type: number, value: string): void => {
      // What a process signs that dies in the same moment never leaves it.
      if (!process.alive) return;
      for (const c of this.#checkers) c.signed?.({ signer: signerAddress, height, round, type, value });
    };
    return {
      getPubKey: () => signer.getPubKey(),
      signVote: async (chainId, vote, extension) => {
        const signed = await signer.signVote(chainId, vote, extension);
        note(toHexUpper(vote.validatorAddress), vote.height, vote.round, vote.type, toHexUpper(vote.blockId.hash));
        return signed;
      },
      signProposal: async (chainId, proposal) => {
        const signed = await signer.signProposal(chainId, proposal);
        this.#observer?.proposed(proposal.height, proposal.round);
        const address = toHexUpper(addressOfKey(await signer.getPubKey()));
        note(address, proposal.height, proposal.round, 32, `${toHexUpper(proposal.blockId.hash)}/${proposal.polRound}`);
        return signed;
      },
    };
  }

  #onStarted(node: SimNode, engine: Engine): void {
    const isHonest = this.#honest.includes(node);
    this.note(`${node.name} started at ${engine.state.lastBlockHeight}`);
    if (!isHonest) return;
    for (const c of this.#checkers) c.restarted?.(node.name, engine.state.lastBlockHeight);
    this.#setHeight(node, engine.state.lastBlockHeight);
    engine.evidence.onAdded((e) => {
      for (const accused of accusedOf(e)) for (const c of this.#checkers) c.evidence?.(node.name, accused, evidenceHeight(e));
    });
    engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
      if (data.type !== 'NewBlock') return;
      const { header, evidence } = data.block;
      this.#setHeight(node, header.height);
      this.#observer?.committed(node.name, data.block);
      const block = {
        node: node.name,
        height: header.height,
        blockId: `${toHexUpper(data.blockId.hash)}:${data.blockId.partSetHeader.total}:${toHexUpper(data.blockId.partSetHeader.hash)}`,
        appHash: toHexUpper(data.result.appHash),
        validatorsHash: toHexUpper(header.validatorsHash),
        nextValidatorsHash: toHexUpper(header.nextValidatorsHash),
        time: header.time,
        accused: evidence.flatMap(accusedOf),
        supply: node.app?.supply(),
        broken: node.app?.broken?.(),
      };
      this.#trace.add(`${this.time.now} ${node.name} ${header.height} ${block.blockId} ${block.appHash}`);
      for (const c of this.#checkers) c.block?.(block);
    });
  }

  /** Consensus of a node stopped for good, or it does not start. With a full disk that is right. */
  #onFailure(node: SimNode, e: unknown): void {
    const text = e instanceof Error ? (e.stack ?? e.message) : String(e);
    this.note(`${node.name} failed: ${text.split('\n')[0]}`);
    if (!node.disk.isFull) this.#failures.push(`${node.name} failed: ${text}`);
    this.time.after(0, this.time.world, () => node.kill());
  }

  /** A line of the trace, and of the log. */
  note(text: string): void {
    this.#trace.add(`${this.time.now} ${text}`);
    this.#log?.(`${(this.time.now / MILLI).toFixed(1).padStart(9)} -- ${text}`);
  }

  async run(): Promise<SimulationResult> {
    const s = this.scenario;
    const byName = new Map(this.nodes.map((n) => [n.name, n]));
    const files = simFiles(
      this.time,
      (name) => {
        const node = byName.get(name);
        if (node === undefined) throw new Error(`no simulated disk ${name}`);
        return node.disk;
      },
      (disk) => 100 + disk.random.between(0, 400),
    );
    const putBack = takeOver(this.time, this.random.fork('math'), files);
    try {
      this.#startAll();
      for (const fault of s.faults) this.#plan(fault);
      startLoad(this.time, this.nodes, s.load, this.#load);
      const healedAt = faultsEnd(s.faults) * MILLI;
      let target = BigInt(s.heights);
      let healed = s.faults.length === 0;
      const lowest = (): bigint => this.#honest.reduce((low, n) => (this.#heightOf(n) < low ? this.#heightOf(n) : low), 1n << 62n);
      let heightChanges = -1;
      let low = 0n;
      const done = (): boolean => {
        if (this.#failures.length > 0) return true;
        if (!healed) {
          if (this.time.now < healedAt) return false;
          healed = true;
          const highest = this.#honest.reduce((high, n) => (this.#heightOf(n) > high ? this.#heightOf(n) : high), 0n);
          if (highest + HEIGHTS_AFTER > target) target = highest + HEIGHTS_AFTER;
          this.note(`all faults have ended; heights up to ${highest}`);
        }
        if (heightChanges !== this.#heightChanges) {
          heightChanges = this.#heightChanges;
          low = lowest();
        }
        return low >= target;
      };
      const limit = healedAt + this.#patienceMs * MILLI;
      const reached = await this.time.run(done, limit);
      if (this.#failures.length === 0) for (const c of this.#checkers) c.end?.(this.heights);
      if (!reached)
        this.#failures.push(`liveness: the network did not reach height ${target}: ${this.#honest.map((n) => `${n.name} ${this.#heightOf(n)}`).join(', ')}`);
      const violations = [...this.#failures, ...this.#checkers.flatMap((c) => c.violations.map((v) => `${c.name}: ${v}`))];
      const states = violations.length === 0 ? [] : this.nodes.flatMap(describeNode);
      for (const n of this.nodes) n.kill();
      return {
        violations,
        height: lowest(),
        virtualMs: this.time.now / MILLI,
        healingMs: Math.max(0, this.time.now - healedAt) / MILLI,
        events: this.time.count,
        network: this.network.counts,
        signatures: { verified: this.#signatures.verified, asked: this.#signatures.asked },
        evidence: this.#evidence.committed,
        states,
        trace: this.#trace.digest(),
      };
    } finally {
      putBack();
    }
  }

  #startAll(): void {
    const { nodes, time, random } = this;
    const spread = this.#startSpreadMs * MILLI;
    if (spread === 0) for (const node of nodes) node.start();
    else for (const node of random.fork('starts').shuffled(nodes)) time.after(random.between(0, spread), time.world, () => node.start());
  }

  #setHeight(node: SimNode, height: bigint): void {
    this.heights.set(node.name, height);
    this.#heightChanges++;
  }

  #heightOf(n: SimNode): bigint {
    return this.heights.get(n.name) ?? 0n;
  }

  #plan(fault: Fault): void {
    this.time.after(fault.at * MILLI, this.time.world, () => {
      this.note(`fault ${JSON.stringify(fault)}`);
      const end = applyFault(this, fault);
      this.time.after(fault.for * MILLI, this.time.world, () => {
        this.note(`end of ${fault.type}`);
        end();
      });
    });
  }
}

export function simulate(s: Scenario, o: SimulationOptions = {}): Promise<SimulationResult> {
  return new Simulation(s, o).run();
}
