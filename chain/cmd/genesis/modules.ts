// The genesis of the application's modules: what they begin with, and what they refuse.

import { parseJson } from '../../../proto/json.ts';
import { composeModules } from '../../app/app.ts';
import { defaultAppState as defaultsOf, validateAppState as validate } from '../../app/genesis.ts';
import type { AppState } from './app-state.ts';

export function defaultAppState(bech32Prefix: string): AppState {
  return { ...defaultsOf(composeModules(bech32Prefix).modules) };
}

/** `text` is the state's JSON. Throws what the module says. */
export function validateAppState(bech32Prefix: string, text: string): void {
  validate(composeModules(bech32Prefix).modules, parseJson(text) as Parameters<typeof validate>[1]);
}
