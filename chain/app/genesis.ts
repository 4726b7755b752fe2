// The application's part of a genesis file: JSON by module name. Reading runs each module in the order of chain/app/orders.ts.
import { parseJson } from '../../proto/json.ts';
import type { Context } from '../core/context.ts';
import { GenesisError } from '../core/genesis-json.ts';
import type { AppModule, Json, ValidatorUpdate } from '../core/module.ts';
import { fromUtf8 } from '../encoding/bytes.ts';

export type AppState = Readonly<Record<string, Json>>;

/** Throws GenesisError for bytes that are no JSON object. */
export function parseAppState(bytes: Uint8Array): AppState {
  let json: Json;
  try {
    json = bytes.length === 0 ? {} : parseJson(fromUtf8(bytes));
  } catch (e) {
    throw new GenesisError('app_state', `not JSON: ${e instanceof Error ? e.message : String(e)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new GenesisError('app_state', 'not a JSON object');
  return json as AppState;
}

/** Nothing would be lost by not reading it. */
function isEmpty(v: Json): boolean {
  if (v === null || v === '' || v === false) return true;
  if (Array.isArray(v)) return v.length === 0;
  return typeof v === 'object' && Object.values(v).every(isEmpty);
}

/** State of a module that this application lacks is refused, not dropped. */
export function assertKnownModules(modules: readonly AppModule[], state: AppState): void {
  for (const [name, part] of Object.entries(state)) {
    if (!modules.some((m) => m.name === name) && !isEmpty(part)) {
      throw new GenesisError(name, `this application has no such module; it has ${modules.map((m) => m.name).join(', ')}`);
    }
  }
}

export function defaultAppState(modules: readonly AppModule[]): AppState {
  return Object.fromEntries(modules.flatMap((m) => (m.defaultGenesis === undefined ? [] : [[m.name, m.defaultGenesis()]])));
}

export function validateAppState(modules: readonly AppModule[], state: AppState): void {
  assertKnownModules(modules, state);
  for (const m of modules) {
    const part = state[m.name];
    if (part !== undefined) m.validateGenesis?.(part);
  }
}

/** `modules` in the order of their genesis. Modules that the state does not name begin empty. Gives the validators, if a module has them. */
export function initAppState(modules: readonly AppModule[], ctx: Context, state: AppState): readonly ValidatorUpdate[] {
  let validators: readonly ValidatorUpdate[] = [];
  for (const m of modules) {
    const part = state[m.name];
    const updates = part === undefined ? undefined : m.initGenesis?.(ctx, part);
    if (updates === undefined || updates.length === 0) continue;
    if (validators.length > 0) throw new GenesisError(m.name, 'validators are already set by another module');
    validators = updates;
  }
  return validators;
}
