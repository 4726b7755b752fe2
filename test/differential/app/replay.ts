// Our application under the scenarios, and its answers beside simd's. Gas is compared to the unit, texts but for what Go and we word differently.
import type { ExecTxResult } from '../../../chain/abci/application.ts';
import { createTrellisApp, type TrellisApp, type TrellisAppOptions } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { toHex, utf8 } from '../../../chain/encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../../chain/encoding/time.ts';
import { installNative } from '../../../chain/native/install.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../../chain/types/consensus-params.ts';
import { CHAIN_ID } from './sign.ts';

const EMPTY = new Uint8Array(0);

export const PARAMS = { ...DEFAULT_CONSENSUS_PARAMS, block: { maxBytes: 22_020_096n, maxGas: -1n } };

export function blockRequest(height: bigint, genesisTime: bigint, txs: readonly Uint8Array[]): Parameters<TrellisApp['finalizeBlock']>[0] {
  const time = genesisTime + 5n * NANOS_PER_SECOND * height;
  return { txs, decidedLastCommit: { round: 0, votes: [] }, misbehavior: [], hash: EMPTY, height, time, nextValidatorsHash: EMPTY, proposerAddress: EMPTY };
}

/** Versions of the modules that simd has and we do not: a new chain notes them. */
const OTHER_MODULES: readonly (readonly [string, bigint])[] = [
  ['06-solomachine', 0n],
  ['07-tendermint', 0n],
  ['ibc', 8n],
  ['interchainaccounts', 3n],
  ['mock', 1n],
  ['params', 1n],
  ['transfer', 6n],
];

/** What makes our application one of simd's network. */
export const SIMD_NETWORK: Omit<TrellisAppOptions, 'store'> = {
  chainId: CHAIN_ID,
  bech32Prefix: 'cosmos',
  baseDenom: 'stake',
  unorderedTransactions: false,
  legacyProposals: false,
  ownModules: false,
  otherModuleVersions: new Map(OTHER_MODULES),
};

/** Our application with simd's prefix and denom; InitChain is yet to come. */
export async function simdLikeApp(o: Partial<TrellisAppOptions> = {}): Promise<TrellisApp> {
  installNative();
  const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES });
  return createTrellisApp({ store, ...SIMD_NETWORK, ...o });
}

export async function ourApp(genesisTime: bigint, appState: Record<string, unknown>): Promise<TrellisApp> {
  const app = await simdLikeApp();
  await app.initChain({
    time: genesisTime,
    chainId: CHAIN_ID,
    consensusParams: PARAMS,
    validators: [],
    appStateBytes: utf8(JSON.stringify(appState)),
    initialHeight: 1n,
  });
  return app;
}

/** A panic's text is its stack; a misspelling and the names of sign modes are Go's. */
function textOf(r: ExecTxResult): string {
  if (r.code === 111222) return 'panic';
  return (
    r.log
      .replace('unsuppored', 'unsupported')
      // simd prints the bytes of the address.
      .replace(/^fee payer address: .* does not exist/s, 'fee payer address: … does not exist')
      .replace(/^.* does not allow to pay fees for .*: (basic|absolute|period|fee-grant|message)/s, '… does not allow to pay fees for …: $1')
      // And a whole key.
      .replace(/failed to delete grant with key .*: authorization not found/s, 'failed to delete grant with key …: authorization not found')
      .replace(/unsupported sign mode \S+/, 'unsupported sign mode …')
  );
}

const shown = (v: unknown): string => JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? x.toString() : x instanceof Uint8Array ? toHex(x) : x));

/** undefined where the answers agree, else what differs. */
export function difference(ours: ExecTxResult, simd: ExecTxResult): string | undefined {
  const out: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    if (shown(a) !== shown(b)) out.push(`${what}: ours ${shown(a)}, simd ${shown(b)}`);
  };
  compare('code', [ours.codespace, ours.code], [simd.codespace, simd.code]);
  compare('log', textOf(ours), textOf(simd));
  compare('gas wanted', ours.gasWanted, simd.gasWanted);
  compare('data', ours.data, simd.data);
  compare('events', ours.events, simd.events);
  compare('gas used', ours.gasUsed, simd.gasUsed);
  return out.length === 0 ? undefined : out.join('\n      ');
}
