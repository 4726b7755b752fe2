// A network of real processes on loopback from a manifest: homes written as `trellisd init` does, one genesis, everybody a bootstrap peer of
// everybody, directly or through a relay a link. Nodes are started, killed, paused and restarted by name.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addGenesisStakes } from '../../chain/app/genesis-stake.ts';
import { POWER_REDUCTION } from '../../chain/core/staking.ts';
import { fromBase64, fromHex } from '../../chain/encoding/bytes.ts';
import { peerIdOfKey } from '../../chain/p2p/libp2p/peer-id.ts';
import { loadNodeKey } from '../../chain/privval/node-key.ts';
import { type AbciServer, startAbciServer } from './abci-server.ts';
import { setTomlKeys } from './comet-node.ts';
import { temporaryFolder, trellisd } from './dev-chain.ts';
import { Links } from './links.ts';
import type { Manifest, NodeSpec } from './manifest.ts';
import { freePorts } from './ports.ts';
import { type Exit, type RunningProcess, startProcess } from './process.ts';
import { rpcHeight, rpcResult } from './rpc.ts';
import { SmallDisk } from './small-disk.ts';
import { waitFor } from './wait.ts';

/** Processes of a node: a TypeScript node is its engine alone, a Go node has its application beside. */
export type NodePart = 'engine' | 'application';

const SKEWED_NODE = join(dirname(fileURLToPath(import.meta.url)), 'skewed-node.ts');

export class TestNode {
  readonly spec: NodeSpec;
  readonly home: string;
  /** Where the home has a disk of its own. */
  readonly disk: SmallDisk | undefined;
  readonly rpc: string;
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly peerId: string;
  readonly #abciPort: number;
  readonly #cometbft: string | undefined;
  #process: RunningProcess | undefined;
  #application: AbciServer | undefined;

  constructor(
    spec: NodeSpec,
    home: string,
    ports: { readonly rpc: number; readonly p2p: number; readonly abci: number },
    options: { readonly cometbft: string | undefined; readonly disk: SmallDisk | undefined },
  ) {
    this.spec = spec;
    this.home = home;
    this.disk = options.disk;
    this.rpcPort = ports.rpc;
    this.p2pPort = ports.p2p;
    this.#abciPort = ports.abci;
    this.rpc = `http://127.0.0.1:${ports.rpc}`;
    this.#cometbft = options.cometbft;
    this.peerId = peerIdOfKey(loadNodeKey(join(home, 'config/node_key.json')).privateKey.value);
  }

  get name(): string {
    return this.spec.name;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exit() === undefined;
  }

  get hasSkewableClock(): boolean {
    return this.spec.program === SKEWED_NODE;
  }

  /** The one that runs or ran last. */
  part(part: NodePart): RunningProcess | undefined {
    return part === 'engine' ? this.#process : this.#application?.process;
  }

  get pids(): { readonly node: number | undefined; readonly application: number | undefined } {
    return { node: this.#process?.pid, application: this.#application?.process.pid };
  }

  /** What the node logged. */
  get logFile(): string {
    return `${this.home}.log`;
  }

  /** What the application of a Go node logged. */
  get applicationLogFile(): string {
    return `${this.home}.app.log`;
  }

  /** How the process that holds the application ended; undefined while it runs. */
  applicationExit(): Exit | undefined {
    return (this.#application?.process ?? this.#process)?.exit();
  }

  /** Starts what does not run of it and waits until its RPC answers. `program` (default: the manifest's) and `flags` are of the application's process. */
  async start(options: { readonly program?: string; readonly flags?: readonly string[] } = {}): Promise<void> {
    const { logFile } = this;
    const { flags = [], program: file = this.spec.program } = options;
    const program = file === undefined ? {} : { program: file };
    if (this.spec.kind === 'go') {
      if (this.#cometbft === undefined) throw new Error(`${this.name}: CometBFT is not installed`);
      if (this.#application === undefined || this.#application.process.exit() !== undefined) {
        this.#application = await startAbciServer(this.home, this.#abciPort, { logFile: this.applicationLogFile, flags, ...program });
      }
      if (!this.isRunning) this.#process = startProcess(this.#cometbft, ['start', '--home', this.home], { logFile });
    } else if (!this.isRunning) {
      this.#process = trellisd(['start', '--home', this.home, ...(this.spec.arguments ?? []), ...flags], { logFile, ...program });
    }
    const p = this.#process as RunningProcess;
    const up = await waitFor(`the RPC of ${this.name}`, async () => {
      if (p.exit() !== undefined) return 'ended' as const;
      await this.height();
      return 'up' as const;
    });
    if (up === 'ended') throw new Error(`${this.name} ended:\n${p.output().slice(-3000)}`);
  }

  height(timeoutMs?: number): Promise<number> {
    return rpcHeight(this.rpc, timeoutMs);
  }

  result<T>(path: string): Promise<T> {
    return rpcResult<T>(this.rpc, path);
  }

  async waitHeight(height: number, timeoutMs = 60_000): Promise<void> {
    let last = -1;
    try {
      await waitFor(
        `height ${height} of ${this.name}`,
        async () => {
          last = await this.height();
          return last >= height || undefined;
        },
        timeoutMs,
        100,
      );
    } catch (e) {
      throw new Error(`${(e as Error).message} (at ${last})`);
    }
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    await this.#application?.process.stop();
  }

  /** SIGKILL, of one part or of both. */
  async kill(part?: NodePart): Promise<void> {
    if (part !== 'application') await this.#process?.kill();
    if (part !== 'engine') await this.#application?.process.kill();
  }

  pause(part: NodePart = 'engine'): void {
    this.part(part)?.signal('SIGSTOP');
  }

  resume(part: NodePart = 'engine'): void {
    this.part(part)?.signal('SIGCONT');
  }
}

export interface TestNetwork {
  readonly folder: string;
  readonly nodes: readonly TestNode[];
  /** Where the network was made with relays. */
  readonly links: Links | undefined;
  node(name: string): TestNode;
  /** Starts all that are not late. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface GenesisValidator {
  address: string;
  pub_key: { value: string };
  power: string;
  name: string;
}

/** Blocks of a window in which half must be signed: so many that no test is long enough to send a stopped node to jail. */
const SIGNED_BLOCKS_WINDOW = '100000';

/** The validators of the list as stake, operated by accounts that nobody has the key of. */
function stake(doc: Record<string, unknown>): void {
  const state = doc.app_state as Parameters<typeof addGenesisStakes>[0];
  const stakes = (doc.validators as GenesisValidator[]).map((v) => ({
    operator: fromHex(v.address),
    pubKey: { case: 'ed25519' as const, value: fromBase64(v.pub_key.value) },
    moniker: v.name,
    tokens: BigInt(v.power) * POWER_REDUCTION,
  }));
  addGenesisStakes(state, 'trellis', stakes);
  state.slashing.params.signed_blocks_window = SIGNED_BLOCKS_WINDOW;
}

async function initNode(spec: NodeSpec, home: string, chainId: string): Promise<GenesisValidator> {
  const p = trellisd(['init', spec.name, '--chain-id', chainId, '--home', home]);
  const { code } = await p.exited;
  if (code !== 0) throw new Error(`trellisd init ended with ${code}:\n${p.output()}`);
  const genesis = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8')) as { validators: GenesisValidator[] };
  return { ...(genesis.validators[0] as GenesisValidator), power: String(spec.power ?? 0), name: spec.name };
}

function configure(node: TestNode, all: readonly TestNode[], manifest: Manifest, abciPort: number, links: Links | undefined): void {
  const file = join(node.home, 'config/config.toml');
  const others = all.filter((n) => n !== node);
  const peers = others.map(
    (n) => `{ host = "127.0.0.1:${links?.port(node.name, n.name) ?? n.p2pPort}", id = "${n.peerId}", persistent = true, unconditional = true }`,
  );
  setTomlKeys(file, '', { proxy_app: `"tcp://127.0.0.1:${abciPort}"` });
  setTomlKeys(file, 'rpc', { laddr: `"tcp://127.0.0.1:${node.rpcPort}"`, pprof_laddr: '""' });
  setTomlKeys(file, 'p2p', { laddr: `"tcp://127.0.0.1:${node.p2pPort}"` });
  if (links !== undefined) setTomlKeys(file, 'p2p', { external_address: `"127.0.0.1:${links.doorPort(node.name)}"` });
  setTomlKeys(file, 'p2p.libp2p', { enabled: 'true', bootstrap_peers: `[${peers.join(', ')}]` });
  setTomlKeys(file, 'consensus', manifest.consensus ?? {});
  for (const [section, values] of Object.entries(node.spec.config ?? {})) setTomlKeys(file, section, values);
  const app = join(node.home, 'config/app.toml');
  setTomlKeys(app, '', { 'minimum-gas-prices': '"0utrel"' });
  setTomlKeys(app, 'api', { enable: 'false' });
  setTomlKeys(app, 'grpc', { enable: 'false' });
}

/** A node whose clock goes wrong is run by the program that can do that. */
function withClock(spec: NodeSpec, { faults = [] }: Manifest): NodeSpec {
  const skewed = spec.kind === 'ts' && spec.program === undefined && faults.some((f) => f.fault === 'clock-skew' && f.node === spec.name);
  return skewed ? { ...spec, program: SKEWED_NODE } : spec;
}

/** Writes the homes; nothing runs yet. `cometbft` is the program of Go nodes; `links` the seed of relays between the nodes. */
export async function createNetwork(
  manifest: Manifest,
  options: { readonly folder?: string; readonly cometbft?: string; readonly links?: string } = {},
): Promise<TestNetwork> {
  const folder = options.folder ?? temporaryFolder('net');
  const ports = await freePorts(3 * manifest.nodes.length);
  const disks = manifest.nodes.map(({ name, diskMb }) => (diskMb === undefined ? undefined : SmallDisk.mount(join(folder, name), diskMb)));
  const validators = await Promise.all(manifest.nodes.map((spec) => initNode(spec, join(folder, spec.name), manifest.chainId)));
  const nodes = manifest.nodes.map((spec, i) => {
    const [rpc = 0, p2p = 0, abci = 0] = ports.slice(3 * i);
    const { cometbft } = options;
    return new TestNode(withClock(spec, manifest), join(folder, spec.name), { rpc, p2p, abci }, { cometbft, disk: disks[i] });
  });
  const doc = JSON.parse(readFileSync(join(folder, manifest.nodes[0]?.name ?? '', 'config/genesis.json'), 'utf8')) as Record<string, unknown>;
  doc.validators = validators.filter((v) => v.power !== '0');
  manifest.genesis?.(doc);
  if (manifest.isStaked !== false) stake(doc);
  const links = options.links === undefined ? undefined : await Links.open(nodes, options.links);
  for (const [i, node] of nodes.entries()) {
    writeFileSync(join(node.home, 'config/genesis.json'), JSON.stringify(doc, undefined, 2));
    configure(node, nodes, manifest, ports[3 * i + 2] ?? 0, links);
  }
  return {
    folder,
    nodes,
    links,
    node(name) {
      const n = nodes.find((x) => x.name === name);
      if (n === undefined) throw new Error(`the network has no node ${name}`);
      return n;
    },
    async start() {
      await Promise.all(nodes.filter((n) => n.spec.late !== true).map((n) => n.start()));
    },
    async stop() {
      await Promise.all(nodes.map((n) => n.stop()));
      links?.close();
      for (const d of disks) d?.unmount();
    },
  };
}
