// The chain of the REST check: simd with its doors as application of an engine of ours, and some of everything in the state.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectApplication } from '../../../chain/abci/socket/client.ts';
import { appDoor } from '../../../chain/cmd/application.ts';
import { parseTime } from '../../../chain/encoding/time.ts';
import { installNative } from '../../../chain/native/install.ts';
import { defaultNodeConfig, loadNodeConfig } from '../../../chain/node/config/config.ts';
import { writeConfigFiles, writeGenesis, writeKeys } from '../../../chain/node/config/write-home.ts';
import { createLogger } from '../../../chain/node/logger.ts';
import { createNode, type Node } from '../../../chain/node/node.ts';
import { completeGenesis } from '../../../chain/types/genesis-doc.ts';
import { genesisToJson } from '../../../chain/types/json/genesis.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { initSimdHome } from '../../bench/support/simd-home.ts';
import { PARAMS, simdLikeApp } from '../../differential/app/replay.ts';
import type { Chain, Fleet } from '../traffic/signer.ts';
import { type Paired, pair } from './two-applications.ts';

// biome-ignore lint/suspicious/noExplicitAny: a genesis of modules that we do not all have
type Json = any;

export interface RestChain {
  readonly node: Node;
  readonly paired: Paired;
  readonly simdRest: string;
  readonly ourRest: string;
  readonly simdGrpc: string;
  readonly ourGrpc: string;
  readonly rpc: string;
  stop(): Promise<void>;
}

function prepare(state: Json, denom: string): void {
  state.bank.denom_metadata = [
    {
      description: 'what is staked',
      denom_units: [
        { denom, exponent: 0, aliases: ['micro'] },
        { denom: 'big', exponent: 6, aliases: [] },
      ],
      base: denom,
      display: 'big',
      name: 'Big',
      symbol: 'BIG',
      uri: '',
      uri_hash: '',
    },
  ];
  state.gov.params.min_deposit = [{ denom, amount: '1000' }];
  state.gov.params.expedited_min_deposit = [{ denom, amount: '5000' }];
}

export async function startRestChain(simd: string, folder: string, chain: Chain, fleet: Fleet): Promise<RestChain> {
  installNative();
  const [abci = 0, rpc = 0, p2p = 0, grpc = 0, rest = 0, ourRest = 0, ourGrpc = 0] = await freePorts(7);
  const [simdHome, home] = [join(folder, 'simd'), join(folder, 'ours')];
  const { chainId, denom } = chain;
  // The RPC that simd's doors ask is our node's.
  await initSimdHome(simd, simdHome, { chainId, denom, accounts: fleet.accounts, ports: { rpc, p2p, grpc, rest }, timeoutCommit: '1s', pruning: 'nothing' });
  const genesis = JSON.parse(readFileSync(join(simdHome, 'config/genesis.json'), 'utf8'));
  prepare(genesis.app_state, denom);

  const fresh = defaultNodeConfig(home);
  writeConfigFiles(fresh, chainId);
  writeKeys(fresh);
  cpSync(join(simdHome, 'config/priv_validator_key.json'), fresh.files.privValidatorKey);
  const doc = completeGenesis({
    genesisTime: parseTime(genesis.genesis_time),
    chainId,
    initialHeight: 1n,
    consensusParams: PARAMS,
    validators: [],
    appHash: new Uint8Array(0),
    appState: JSON.stringify(genesis.app_state),
  });
  writeGenesis(fresh, genesisToJson(doc, '  '));

  const address = `tcp://127.0.0.1:${abci}`;
  const socket = ['--with-comet=false', '--transport', 'socket', '--address', address];
  const doors = ['--grpc.enable', '--grpc.address', `127.0.0.1:${grpc}`, '--api.enable', '--api.address', `tcp://127.0.0.1:${rest}`];
  const process = startProcess(simd, ['start', '--home', simdHome, ...socket, ...doors, '--minimum-gas-prices', `0${denom}`], { logFile: `${simdHome}.log` });
  const closers: (() => Promise<unknown>)[] = [() => process.stop()];
  const stop = async (): Promise<void> => {
    for (const c of closers.splice(0).reverse()) await c();
  };
  try {
    const go = await waitFor('simd behind its socket', () => connectApplication(address), 60_000, 100);
    closers.push(async () => go.close());
    const ours = await simdLikeApp({ chainId });
    const paired = pair(go, ours);
    const flags = new Map([
      ['rpc.laddr', `tcp://127.0.0.1:${rpc}`],
      ['grpc.enable', 'true'],
      ['grpc.address', `127.0.0.1:${ourGrpc}`],
      ['api.enable', 'true'],
      ['api.address', `tcp://127.0.0.1:${ourRest}`],
      ['minimum-gas-prices', `0${denom}`],
      ['consensus.timeout_commit', '200ms'],
    ]);
    const node = await createNode({
      config: loadNodeConfig({ home, environment: {}, flags }),
      logger: createLogger({ level: 'error', format: 'plain' }),
      softwareVersion: '0.1.0',
      bech32Prefix: chain.prefix,
      openApplication: async () => ({ application: paired.application, door: appDoor(ours), close: async () => undefined }),
    });
    closers.push(() => {
      paired.release();
      return node.stop();
    });
    await node.start();
    const simdRest = `http://127.0.0.1:${rest}`;
    await waitFor("simd's REST", async () => (await fetch(`${simdRest}/cosmos/bank/v1beta1/params`)).status === 200 || undefined, 60_000, 100);
    const doorsOfBoth = { simdGrpc: `127.0.0.1:${grpc}`, ourGrpc: `127.0.0.1:${ourGrpc}` };
    return { ...doorsOfBoth, node, paired, simdRest, ourRest: `http://127.0.0.1:${ourRest}`, rpc: `http://127.0.0.1:${rpc}`, stop };
  } catch (e) {
    await stop();
    throw e;
  }
}
