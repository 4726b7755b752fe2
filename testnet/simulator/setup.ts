// From a scenario to the network it is about: configuration, genesis, who dials whom.
import { DEFAULT_CONSENSUS_CONFIG } from '../../chain/consensus/config.ts';
import type { EngineConfig } from '../../chain/engine/engine.ts';
import { DEFAULT_MEMPOOL_CONFIG } from '../../chain/mempool/mempool.ts';
import { type PrivateKey, publicKeyOf } from '../../chain/privval/private-key.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../chain/types/consensus-params.ts';
import { completeGenesis, type GenesisDoc } from '../../chain/types/genesis-doc.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import type { Scenario } from '../faults/fault.ts';
import { EPOCH_MS } from './host.ts';
import type { Random } from './random.ts';

export const CHAIN_ID = 'sim-1';
const MS = 1_000_000n;

/** Short timeouts: virtual time is free, but gossip polls through all of it. */
export const engineConfig = (s: Scenario): EngineConfig => ({
  consensus: {
    ...DEFAULT_CONSENSUS_CONFIG,
    timeoutPropose: 1000n * MS,
    timeoutProposeDelta: 200n * MS,
    timeoutPrevote: 300n * MS,
    timeoutPrevoteDelta: 200n * MS,
    timeoutPrecommit: 300n * MS,
    timeoutPrecommitDelta: 200n * MS,
    timeoutCommit: 200n * MS,
    createEmptyBlocks: s.emptyBlocks,
    createEmptyBlocksInterval: s.emptyBlocks ? 0n : 1000n * MS,
  },
  mempool: DEFAULT_MEMPOOL_CONFIG,
  blockTimeTolerance: 60_000n * MS,
  doubleSignCheckHeight: 0n,
  index: false,
  version: 'simulator',
});

export function makeGenesis(s: Scenario, keys: readonly PrivateKey[], appState: string): GenesisDoc {
  return completeGenesis({
    genesisTime: BigInt(EPOCH_MS) * MS,
    chainId: CHAIN_ID,
    initialHeight: 1n,
    consensusParams: {
      ...DEFAULT_CONSENSUS_PARAMS,
      version: { app: 1n },
      abci: { voteExtensionsEnableHeight: s.extensions ? 2n : 0n },
    },
    validators: keys.map((k, i) => {
      const pubKey = publicKeyOf(k);
      return { address: addressOfKey(pubKey), pubKey, power: BigInt(s.powers[i] as number), name: `node${i}` };
    }),
    appHash: new Uint8Array(0),
    appState,
  });
}

/** Whom each node dials: all that come after it, or so many others at random that everybody is reached. */
export function topology(s: Scenario, random: Random): number[][] {
  const n = s.powers.length;
  const out = s.powers.map((_, i) => (s.peers === undefined ? s.powers.map((_, j) => j).filter((j) => j > i) : [(i + 1) % n]));
  if (s.peers === undefined) return out;
  const degree = out.map(() => 2);
  for (let i = 0; i < n; i++) {
    for (const j of random.shuffled(s.powers.map((_, k) => k))) {
      if ((degree[i] as number) >= s.peers) break;
      if (j === i || (degree[j] as number) >= s.peers || out[i]?.includes(j) || out[j]?.includes(i)) continue;
      out[i]?.push(j);
      degree[i] = (degree[i] as number) + 1;
      degree[j] = (degree[j] as number) + 1;
    }
  }
  return out;
}
