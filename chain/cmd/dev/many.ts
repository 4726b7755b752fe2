// `trellisd dev` with several validators: one process each on loopback, our own engine or Go CometBFT (--go), all over CometBFT's libp2p
// protocol. Homes are DIR/val-0, DIR/val-1, …; kill one and the chain goes on while more than two thirds are left.
// Each process is given ports that were free a moment ago; where one is taken it takes another and tells, so peers learn of each other here.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join, resolve } from 'node:path';
import { toHexUpper } from '../../encoding/bytes.ts';
import { installNative } from '../../native/install.ts';
import { appConfigText, type CometConfig, cometConfigText, loadNodeConfig } from '../../node/config/config.ts';
import { appConfigFile, configFile } from '../../node/config/home.ts';
import type { DevInfo } from '../../node/dev-info.ts';
import { parseGenesis } from '../../types/json/genesis.ts';
import { CHAIN } from '../cli.ts';
import { CliError } from '../errors.ts';
import { writeFileWhole } from '../files.ts';
import type { Stoppable } from '../until-stopped.ts';
import { testAccounts } from './accounts.ts';
import { doorLines, titleLine } from './banner.ts';
import { blockPrinter } from './block-line.ts';
import { economyLines } from './economy-line.ts';
import { type Explorer, explorerLine, withExplorer } from './explorer.ts';
import { freePort } from './free-port.ts';
import { hasGenesis, writeClientConfig, writeHomes } from './home.ts';
import { memberHome } from './home-of-network.ts';
import { cometbftProgram, type Kind, Member } from './members.ts';
import type { FromValidator, Ports } from './messages.ts';
import { chainSettings, type DevOptions, INFO_FILE, PREFERRED_PORTS, portSettings } from './settings.ts';

export interface ManyOptions extends DevOptions {
  /** The engine of each validator. */
  readonly kinds: readonly Kind[];
}

const PORTS_APART = 10;
/** A compile cache with fewer files than this holds no node. */
const CACHE_FILES_MIN = 300;

/** One of everybody's: compiling the same files in several processes at once takes longer than waiting for the first. */
function isCompiled(): boolean {
  try {
    return readdirSync(getCompileCacheDir() ?? '').length >= CACHE_FILES_MIN;
  } catch {
    return false;
  }
}

async function choosePorts(count: number): Promise<Ports[]> {
  const taken: number[] = [];
  const next = async (preferred: number): Promise<number> => {
    const port = await freePort(preferred, taken);
    taken.push(port);
    return port;
  };
  const doors = { grpc: await next(PREFERRED_PORTS.grpc), rest: await next(PREFERRED_PORTS.rest) };
  const out: Ports[] = [];
  for (let i = 0; i < count; i++) {
    const rpc = await next(PREFERRED_PORTS.rpc + PORTS_APART * i);
    out.push({ rpc, p2p: await next(rpc - 1), doors: i === 0 ? doors : undefined });
  }
  return out;
}

interface KnownNode {
  readonly id: string;
  readonly port: number;
}

/** config.toml and app.toml as of this start, so that `trellisd start --home` runs a validator alone: everybody is a bootstrap peer of everybody. */
function writeNodeConfig(home: string, ports: Ports, o: DevOptions, others: readonly KnownNode[]): void {
  const { log_level: _, ...settings } = Object.fromEntries(chainSettings(o));
  const flags = new Map([...Object.entries(settings), ...portSettings(ports), ['p2p.libp2p.enabled', 'true'] as const]);
  const { comet, app } = loadNodeConfig({ home, flags });
  writeFileSync(appConfigFile(home), appConfigText(app));
  const bootstrapPeers = others.map(({ id, port }) => ({ host: `127.0.0.1:${port}`, id, private: false, persistent: true, unconditional: true }));
  const withPeers: CometConfig = { ...comet, p2p: { ...comet.p2p, libp2p: { ...comet.p2p.libp2p, bootstrapPeers } } };
  writeFileSync(configFile(home), cometConfigText(withPeers));
}

const known = (m: Member): KnownNode[] => (m.listening === undefined ? [] : [{ id: m.listening.peerId, port: m.listening.ports.p2p }]);

class ManyValidators implements Stoppable {
  readonly #o: ManyOptions;
  readonly #members: Member[] = [];
  readonly #infoFile: string;
  #cometbft: string | undefined;
  readonly failed: Promise<unknown>;
  #fail: (reason: unknown) => void = () => undefined;
  #info: DevInfo | undefined;
  #print: ReturnType<typeof blockPrinter> | undefined;
  #tellEconomy: ReturnType<typeof economyLines> | undefined;
  #waiting: (() => void)[] = [];
  #stopping = false;
  #explorer: Explorer | undefined;

  constructor(o: ManyOptions) {
    this.#o = o;
    this.#infoFile = join(o.home, INFO_FILE);
    this.failed = new Promise((r) => {
      this.#fail = r;
    });
  }

  /** Returns when the first processes are on their way; what goes wrong later is told by `failed`. */
  begin(): void {
    const { kinds, environment, home } = this.#o;
    if (kinds.includes('go')) this.#cometbft = cometbftProgram(environment);
    rmSync(this.#infoFile, { force: true });
    this.#o.out(titleLine(home, this.#chainId()));
    this.#run(this.#spawnAll()).catch((e: unknown) => this.#fail(e));
  }

  #spawn(i: number): Member {
    const member = new Member(`val-${i}`, this.#o.kinds[i] as Kind, memberHome(this.#o.home, i), i === 0, {
      message: (m, message) => this.#onMessage(m, message),
      end: (m) => this.#onEnd(m),
    });
    this.#members.push(member);
    return member;
  }

  async #spawnAll(): Promise<void> {
    const isCompiledYet = isCompiled();
    const first = this.#spawn(0);
    if (!isCompiledYet) {
      this.#o.out('  this start compiles the program and takes a few seconds longer than those after it');
      await first.loaded;
    }
    for (let i = 1; i < this.#o.kinds.length && !this.#stopping; i++) this.#spawn(i);
  }

  #chainId(): string {
    const first = memberHome(this.#o.home, 0);
    return hasGenesis(first) ? parseGenesis(readFileSync(join(first, 'config/genesis.json'), 'utf8')).chainId : this.#o.chainId;
  }

  /** Addresses of the validators to their names. */
  #names(): ReadonlyMap<string, string> {
    const doc = parseGenesis(readFileSync(join(memberHome(this.#o.home, 0), 'config/genesis.json'), 'utf8'));
    return new Map(doc.validators.map((v) => [toHexUpper(v.address), v.name]));
  }

  async #run(spawned: Promise<void>): Promise<void> {
    const { kinds, home, chainId, out } = this.#o;
    installNative(() => undefined);
    const homes = kinds.map((_, i) => ({ home: memberHome(home, i), moniker: `val-${i}` }));
    if (!hasGenesis(memberHome(home, 0))) writeHomes(homes, chainId);
    const names = this.#names();
    this.#print = blockPrinter(names, out, (height) => this.#tellEconomy?.(height));
    const ports = await choosePorts(kinds.length);
    await spawned;
    const settings = chainSettings(this.#o);
    const tellRun = (m: Member, i: number): void => {
      m.tell({ type: 'run', home: m.home, ports: ports[i] as Ports, settings, cometbft: m.kind === 'go' ? this.#cometbft : undefined });
    };
    const ours = this.#members.filter((m) => m.kind === 'ts');
    for (const m of ours) tellRun(m, this.#members.indexOf(m));
    await this.#untilListening(ours);
    const further = this.#members.filter((m) => m.kind === 'go');
    if (further.length > 0) {
      const goPeers = await this.#goPeers(further, ports);
      for (const m of further) {
        const i = this.#members.indexOf(m);
        writeNodeConfig(m.home, ports[i] as Ports, this.#o, [...ours.flatMap(known), ...goPeers.filter((p) => p.port !== ports[i]?.p2p)]);
        tellRun(m, i);
      }
      await this.#untilListening(further);
    }
    if (this.#stopping) return;
    const info = this.#devInfo(names);
    this.#info = info;
    this.#tellEconomy = economyLines(info.rpc, info.accounts, out);
    writeClientConfig(home, info);
    for (const m of ours)
      writeNodeConfig(m.home, (m.listening as { ports: Ports }).ports, this.#o, this.#members.filter((other) => other !== m).flatMap(known));
    out(doorLines(info));
    for (const line of this.#held.splice(0)) line();
  }

  /** Go CometBFT reads its peers from a file, so their ids must be known before it runs. */
  async #goPeers(further: readonly Member[], ports: readonly Ports[]): Promise<KnownNode[]> {
    const [{ peerIdOfKey }, { loadNodeKey }] = await Promise.all([import('../../p2p/libp2p/peer-id.ts'), import('../../privval/node-key.ts')]);
    return further.map((m) => ({
      id: peerIdOfKey(loadNodeKey(join(m.home, 'config/node_key.json')).privateKey.value),
      port: (ports[this.#members.indexOf(m)] as Ports).p2p,
    }));
  }

  /** Rejects where one of them ends before it listens. */
  async #untilListening(members: readonly Member[]): Promise<void> {
    while (!this.#stopping && members.some((m) => m.listening === undefined)) {
      const ended = members.find((m) => m.end !== undefined);
      if (ended !== undefined) throw new CliError(`${ended.name} did not start: ${ended.end}; its log is ${ended.logFile}`);
      await new Promise<void>((r) => this.#waiting.push(r));
    }
  }

  readonly #held: (() => void)[] = [];

  #onMessage(m: Member, message: FromValidator): void {
    if (message.type === 'listening') {
      const at = { id: message.peerId, port: message.ports.p2p };
      for (const other of this.#members.filter((o) => o !== m && o.listening !== undefined)) {
        // Whoever came later dials; Go CometBFT dials all it knows from its file.
        const otherAt = known(other)[0] as KnownNode;
        m.tell({ type: 'peer', ...otherAt, dial: true });
        other.tell({ type: 'peer', ...at, dial: false });
      }
    }
    if (message.type === 'block') {
      const line = (): void => this.#onBlock(message);
      // The doors are told before the first block.
      if (this.#info === undefined) this.#held.push(line);
      else line();
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #told = false;

  #onBlock(block: Extract<FromValidator, { type: 'block' }>): void {
    this.#print?.(block);
    if (this.#told || this.#info === undefined) return;
    // The first block tells that the network is up.
    this.#told = true;
    const info = withExplorer(this.#info);
    void import('./keyring.ts')
      .then(({ writeTestKeyring }) => writeTestKeyring(this.#o.home))
      .catch((e: unknown) => this.#o.out(`the test accounts could not be added to the keyring of ${this.#o.home}: ${(e as Error).message}`))
      .then(async () => {
        const { info: whole, explorer } = await info;
        if (this.#stopping) return explorer?.stop();
        this.#explorer = explorer;
        this.#o.out(explorerLine(whole));
        writeFileWhole(this.#infoFile, `${JSON.stringify(whole, undefined, 2)}\n`);
      });
  }

  #onEnd(m: Member): void {
    for (const wake of this.#waiting.splice(0)) wake();
    if (this.#stopping || this.#info === undefined) return;
    const all = this.#members.length;
    const left = this.#members.filter((o) => o.end === undefined).length;
    const outlook = 3 * left > 2 * all ? 'the chain goes on' : 'no blocks until more than two thirds run';
    this.#o.out(`${m.name} has ended: ${m.end}. ${left} of ${all} validators are left, ${outlook}. Log: ${m.logFile}`);
    if (left === 0) this.#fail(new CliError('every validator has ended'));
    else if (this.#members.every((o) => o.kind === 'go' || o.end !== undefined)) this.#o.out('only Go CometBFT is left: its blocks are not shown here');
  }

  #devInfo(names: ReadonlyMap<string, string>): DevInfo {
    const addresses = new Map([...names].map(([address, name]) => [name, address]));
    const rpcOf = (m: Member): string => `http://127.0.0.1:${m.listening?.ports.rpc}`;
    const first = this.#members[0] as Member;
    const doors = first.listening?.ports.doors;
    return {
      chainId: this.#chainId(),
      denom: CHAIN.denom,
      rpc: rpcOf(first),
      grpc: `127.0.0.1:${doors?.grpc}`,
      rest: `http://127.0.0.1:${doors?.rest}`,
      accounts: testAccounts(CHAIN.bech32Prefix),
      nodes: this.#members.map((m) => ({ kind: m.kind, rpc: rpcOf(m), validatorAddress: addresses.get(m.name) ?? '' })),
    };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await this.#explorer?.stop();
    await Promise.all(this.#members.map((m) => m.stop()));
  }
}

export function startManyValidators(options: ManyOptions): Stoppable {
  const network = new ManyValidators({ ...options, home: resolve(options.home) });
  network.begin();
  return network;
}
