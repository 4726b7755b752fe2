// The application's genesis: any text is read, or refused with the module and the reason; what validates also starts a chain.
import { composeModules } from '../../chain/app/app.ts';
import { parseAppState, validateAppState } from '../../chain/app/genesis.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { readRecording } from '../differential/app/recording.ts';
import type { FuzzTarget } from './target.ts';

const { modules } = composeModules('cosmos');

export const target: FuzzTarget = {
  name: 'app-genesis',
  corpus: () => {
    const { appState } = readRecording();
    return [utf8(JSON.stringify(appState)), utf8(JSON.stringify({ auth: appState.auth })), utf8(JSON.stringify({ bank: appState.bank })), utf8('{}')];
  },
  inputBytesMax: 1 << 13,
  run: (input) => {
    try {
      validateAppState(modules, parseAppState(input));
    } catch (e) {
      if (e instanceof GenesisError) return;
      throw e;
    }
  },
};
