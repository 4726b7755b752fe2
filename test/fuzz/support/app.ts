// An application for fuzzing: the genesis of the comparison with simd, every signature taken as right.
import { createTrellisApp, type TrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { utf8 } from '../../../chain/encoding/bytes.ts';
import { installNative } from '../../../chain/native/install.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import { readRecording } from '../../differential/app/recording.ts';
import { PARAMS } from '../../differential/app/replay.ts';
import { CHAIN_ID } from '../../differential/app/sign.ts';

/** A panic that is ours: no reference panics end in one of these. */
export const BROKEN = /recovered: (?:TypeError|ReferenceError|SyntaxError|RangeError|EvalError)/;

export async function fuzzApp(): Promise<TrellisApp> {
  installNative();
  const { genesisTime, appState } = readRecording();
  const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES, keepRecent: 2 });
  const app = createTrellisApp({ store, chainId: CHAIN_ID, bech32Prefix: 'cosmos', verifyBatch: async (items) => items.map(() => true) });
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
