// The home folders of a dev network: one genesis with funded test accounts and as many validators, keys made at the first start and kept.

import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addGenesisStakes } from '../../app/genesis-stake.ts';
import { POWER_REDUCTION } from '../../core/staking.ts';
import { bech32Decode } from '../../crypto/bech32.ts';
import { clientConfigText, defaultClientConfig, defaultNodeConfig, loadClientConfig, loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import { clientConfigFile } from '../../node/config/home.ts';
import { writeConfigFiles, writeGenesis, writeKeys } from '../../node/config/write-home.ts';
import type { DevInfo } from '../../node/dev-info.ts';
import { publicKeyOf } from '../../privval/private-key.ts';
import { completeGenesis, type GenesisValidator } from '../../types/genesis-doc.ts';
import { genesisToJson } from '../../types/json/genesis.ts';
import { addressOfKey } from '../../types/validator-address.ts';
import { CHAIN } from '../cli.ts';
import { writeFileWhole } from '../files.ts';
import { addGenesisAccount } from '../genesis/app-state.ts';
import { paramsFor } from '../genesis/evidence-age.ts';
import { defaultAppState } from '../genesis/modules.ts';
import { testAccounts } from './accounts.ts';
import { setQuickParams } from './quick-params.ts';

/** Power of each validator, and so a hundred thousand staked in the display unit. */
const VALIDATOR_POWER = 100_000n;
/** Of each test account: a million in the display unit, utrel being its millionth. */
export const FUNDS = '1000000000000';

export const hasGenesis = (home: string): boolean => existsSync(join(home, 'config/genesis.json'));

/** client.toml, so that commands with --home find the network, its keys and its first node; a port may have changed since the last start. */
export function writeClientConfig(home: string, info: Pick<DevInfo, 'chainId' | 'rpc'>): void {
  const file = clientConfigFile(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const node = info.rpc.replace(/^http:/, 'tcp:');
  const set = existsSync(file) ? loadClientConfig({ home }) : { ...defaultClientConfig(info.chainId), keyringBackend: 'test' };
  if (set.node !== node || !existsSync(file)) writeFileWhole(file, clientConfigText({ ...set, node }));
}

function writeConfigAndKeys(home: string, moniker: string, chainId: string): { readonly config: NodeConfig; readonly validator: GenesisValidator } {
  const config = defaultNodeConfig(home);
  writeConfigFiles({ ...config, comet: { ...config.comet, base: { ...config.comet.base, moniker } } }, chainId);
  writeFileWhole(clientConfigFile(home), clientConfigText({ ...defaultClientConfig(chainId), keyringBackend: 'test' }));
  const written = loadNodeConfig({ home });
  const pubKey = publicKeyOf(writeKeys(written).validatorKey);
  return { config: written, validator: { address: addressOfKey(pubKey), pubKey, power: VALIDATOR_POWER, name: moniker } };
}

/** Homes of new validators, named by their monikers, and the genesis that they share. */
export function writeHomes(homes: readonly { readonly home: string; readonly moniker: string }[], chainId: string): void {
  const made = homes.map(({ home, moniker }) => writeConfigAndKeys(home, moniker, chainId));
  const state = defaultAppState(CHAIN.bech32Prefix);
  setQuickParams(state);
  for (const { address } of testAccounts(CHAIN.bech32Prefix)) {
    const account = { '@type': '/cosmos.auth.v1beta1.BaseAccount', address, pub_key: null, account_number: '0', sequence: '0' };
    addGenesisAccount(state, address, [{ denom: CHAIN.denom, amount: FUNDS }], account, false);
  }
  // The operators are the test accounts, then accounts that nobody has the key of.
  const operators = testAccounts(CHAIN.bech32Prefix).map((a) => bech32Decode(a.address).bytes);
  const stakes = made.map(({ validator }, i) => ({
    operator: operators[i] ?? validator.address,
    pubKey: validator.pubKey,
    moniker: validator.name,
    tokens: validator.power * POWER_REDUCTION,
  }));
  addGenesisStakes(state, CHAIN.bech32Prefix, stakes);
  const doc = completeGenesis({
    genesisTime: BigInt(Date.now()) * 1_000_000n,
    chainId,
    initialHeight: 1n,
    consensusParams: paramsFor(state),
    validators: made.map((m) => m.validator),
    appHash: new Uint8Array(0),
    appState: JSON.stringify(state),
  });
  // Every home is whole before any of them has a genesis: its presence says that the network was made.
  for (const { config } of made.slice().reverse()) writeGenesis(config, genesisToJson(doc, '  '));
}
