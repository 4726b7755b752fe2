// `trellisd dev` with several validators: one process each on loopback, our own engine or Go CometBFT (--go), all over CometBFT's libp2p
// protocol. Homes are DIR/val-0, DIR/val-1, …; kill one and the chain goes on while more than two thirds are left.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toHexUpper } from '../../encoding/bytes.ts';
import { installNative } from '../../native/install.ts';
import { cometConfigText, loadNodeConfig } from '../../node/config/config.ts';
import { configFile } from '../../node/config/home.ts';
import type { DevInfo } from '../../node/dev-info.ts';
import { loadNodeKey } from '../../privval/node-key.ts';
import { parseGenesis } from '../../types/json/genesis.ts';
import { CHAIN } from '../cli.ts';
import { CliError } from '../errors.ts';
import { writeFileWhole } from '../files.ts';
import { testAccounts } from './accounts.ts';
import { banner } from './banner.ts';
import { blockLine } from './block-line.ts';
import { economyLines } from './economy-line.ts';
import { followBlocks } from './follow.ts';
import { freePort } from './free-port.ts';
import { hasGenesis, writeHomes } from './home.ts';
import { cometbftProgram, type Member, Members } from './members.ts';
import { type DevNetwork, type DevOptions, INFO_FILE } from './network.ts';

export interface ManyOptions extends DevOptions {
  /** Validators with our own engine, and further ones with Go's. */
  readonly validators: number;
  readonly go: number;
}

const RPC_PORT = 26657;

async function members(o: ManyOptions): Promise<Member[]> {
  const out: Member[] = [];
  for (let i = 0; i < o.validators + o.go; i++) {
    const name = `val-${i}`;
    const rpcPort = await freePort(
      RPC_PORT + 10 * i,
      out.map((m) => m.rpcPort),
    );
    const taken = out.flatMap((m) => [m.rpcPort, m.p2pPort, m.abciPort]);
    const p2pPort = await freePort(rpcPort - 1, taken);
    const abciPort = await freePort(rpcPort + 1, taken);
    out.push({ name, kind: i < o.validators ? 'ts' : 'go', home: join(o.home, name), rpcPort, p2pPort, abciPort });
  }
  return out;
}

/** config.toml of each start: ports may have changed, and everybody is a bootstrap peer of everybody. */
async function configure(o: ManyOptions, all: readonly Member[]): Promise<void> {
  const { peerIdOfKey } = await import('../../p2p/libp2p/peer-id.ts');
  const ids = new Map(all.map((m) => [m, peerIdOfKey(loadNodeKey(join(m.home, 'config/node_key.json')).privateKey.value)]));
  for (const m of all) {
    const flags = new Map([
      ['moniker', m.name],
      ['proxy_app', `tcp://127.0.0.1:${m.abciPort}`],
      ['rpc.laddr', `tcp://127.0.0.1:${m.rpcPort}`],
      ['p2p.laddr', `tcp://127.0.0.1:${m.p2pPort}`],
      ['p2p.libp2p.enabled', 'true'],
      ['consensus.timeout_commit', o.timeoutCommit],
    ]);
    const { comet } = loadNodeConfig({ home: m.home, flags });
    const bootstrapPeers = all
      .filter((other) => other !== m)
      .map((other) => ({ host: `127.0.0.1:${other.p2pPort}`, id: ids.get(other) as string, private: false, persistent: true, unconditional: true }));
    const libp2p = { ...comet.p2p.libp2p, bootstrapPeers };
    writeFileSync(configFile(m.home), cometConfigText({ ...comet, p2p: { ...comet.p2p, libp2p } }));
  }
}

/** Names of the network that a home holds, in the order of its genesis file. */
function validatorNames(home: string): ReadonlyMap<string, string> {
  const doc = parseGenesis(readFileSync(join(home, 'config/genesis.json'), 'utf8'));
  return new Map(doc.validators.map((v) => [toHexUpper(v.address), v.name]));
}

export async function startManyValidators(options: ManyOptions): Promise<DevNetwork> {
  const o = { ...options, home: resolve(options.home) };
  installNative(() => undefined);
  const cometbft = o.go > 0 ? cometbftProgram(o.environment) : undefined;
  const infoFile = join(o.home, INFO_FILE);
  rmSync(infoFile, { force: true });
  if (hasGenesis(o.home)) throw new CliError(`${o.home} holds a network of one validator; choose another --home or remove it`);
  const all = await members(o);
  const first = all[0] as Member;
  if (!hasGenesis(first.home))
    writeHomes(
      all.map((m) => ({ home: m.home, moniker: m.name })),
      o.chainId,
    );
  const names = validatorNames(first.home);
  if (names.size !== all.length) throw new CliError(`${o.home} holds a network of ${names.size} validators; give as many, or another --home`);
  await configure(o, all);

  const [grpc, rest] = [await freePort(9090), await freePort(1317)];
  const doors = ['--grpc.enable', '--grpc.address', `127.0.0.1:${grpc}`, '--api.enable', '--api.address', `tcp://127.0.0.1:${rest}`];
  const chainId = parseGenesis(readFileSync(join(first.home, 'config/genesis.json'), 'utf8')).chainId;
  const addresses = new Map([...names].map(([address, name]) => [name, address]));
  const rpcOf = (m: Member): string => `http://127.0.0.1:${m.rpcPort}`;
  const info: DevInfo = {
    chainId,
    denom: CHAIN.denom,
    rpc: rpcOf(first),
    grpc: `127.0.0.1:${grpc}`,
    rest: `http://127.0.0.1:${rest}`,
    accounts: testAccounts(CHAIN.bech32Prefix),
    nodes: all.map((m) => ({ kind: m.kind, rpc: rpcOf(m), validatorAddress: addresses.get(m.name) ?? '' })),
  };
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<unknown>((r) => {
    fail = r;
  });
  const processes = new Members((name, how) => {
    o.out(`${name} ended: ${how}   (its log is under ${o.home})`);
    if (processes.running === 0) fail(new Error('every validator has ended'));
  });
  for (const m of all) {
    const own = m === first ? doors : ['--grpc.enable=false', '--api.enable=false'];
    processes.start(m, ['--pruning', o.pruning, '--minimum-gas-prices', `0${CHAIN.denom}`, '--log_level', o.logLevel, ...own], cometbft);
  }
  o.out(banner(o.home, info));
  const onHeight = economyLines(info.rpc, info.accounts, o.out);
  let told = false;
  const stopFollowing = followBlocks(all.map(rpcOf), names, (line) => {
    // The first block tells that the network is up.
    if (!told) writeFileWhole(infoFile, `${JSON.stringify(info, undefined, 2)}\n`);
    told = true;
    o.out(blockLine(line));
    onHeight(line.height);
  });
  void import('./keyring.ts').then(({ writeTestKeyring }) => writeTestKeyring(o.home)).catch(() => undefined);
  return {
    info,
    failed,
    async stop() {
      stopFollowing();
      await processes.stop();
    },
  };
}
