// Messages switched off and on by accounts that may and by others that may not. Three accounts of the genesis have a permission each.
import { MsgGrant } from '../../../proto/gen/cosmos/authz/v1beta1.ts';
import { MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import {
  GenesisState,
  MsgAuthorizeCircuitBreaker,
  MsgResetCircuitBreaker,
  MsgTripCircuitBreaker,
  Permissions_Level,
} from '../../../proto/gen/cosmos/circuit/v1.ts';
import { MsgGrantAllowance } from '../../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { MsgDelegate, MsgUndelegate } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { type JsonValue, toJson } from '../../../proto/json.ts';
import { messageOfCodec } from '../../../proto/registry.ts';
import type { Any } from '../traffic/signer.ts';
import { any, type Maker, type World } from './world.ts';

const TYPES: readonly string[] = [MsgSend, MsgDelegate, MsgUndelegate, MsgGrant, MsgGrantAllowance, MsgAuthorizeCircuitBreaker].map((c) => `/${c.name}`);
const { LEVEL_SOME_MSGS, LEVEL_ALL_MSGS, LEVEL_SUPER_ADMIN } = Permissions_Level;

/** The module's genesis. */
export function circuitGenesis(accounts: readonly string[]): JsonValue {
  const levels = [LEVEL_SUPER_ADMIN, LEVEL_ALL_MSGS, LEVEL_SOME_MSGS];
  const accountPermissions = levels.map((level, i) => ({ address: accounts[i] as string, permissions: { level, limitTypeUrls: TYPES.slice(0, 3) } }));
  return toJson(messageOfCodec(GenesisState), { accountPermissions, disabledTypeUrls: ['/cosmos.bank.v1beta1.MsgSetSendEnabled'] });
}

/** Somebody with a permission, mostly. */
function admin(w: World): World['accounts'][number] {
  const all = [...w.app.keepers.circuit.permissions.walk(w.state())].flatMap(([a]) => w.accountOf(w.app.addresses.toString(a)) ?? []);
  return all.length === 0 || w.random.chance(0.1) ? w.account() : w.random.pick(all);
}

const urls = (w: World, from: readonly string[]): string[] => {
  const list = from.filter(() => w.random.chance(0.4));
  return list.length === 0 && from.length > 0 && w.random.chance(0.95) ? [w.random.pick(from)] : list;
};

const authorize: Maker = (w) => {
  const r = w.random;
  const from = admin(w);
  const grantee = r.chance(0.03) ? 'nobody' : w.account().address;
  const limitTypeUrls = r.chance(0.2) ? ['"quoted\\ \n é'] : TYPES.filter(() => r.chance(0.3));
  const permissions = r.chance(0.03) ? undefined : { level: r.chance(0.05) ? 9 : r.between(0, 4), limitTypeUrls };
  return { name: 'authorize breaker', from, messages: [any(MsgAuthorizeCircuitBreaker, { granter: from.address, grantee, permissions })] };
};

const trip: Maker = (w) => {
  const from = admin(w);
  return { name: 'trip breaker', from, messages: [any(MsgTripCircuitBreaker, { authority: from.address, msgTypeUrls: urls(w, TYPES) })] };
};

/** More often than tripping, so that other traffic goes on. */
const reset: Maker = (w) => {
  const from = admin(w);
  const off = [...w.app.keepers.circuit.disabled.walk(w.state())];
  const msgTypeUrls = w.random.chance(0.1) ? urls(w, TYPES) : w.random.chance(0.5) ? off : urls(w, off);
  return { name: 'reset breaker', from, messages: [any(MsgResetCircuitBreaker, { authority: from.address, msgTypeUrls })] };
};

/** Governance needs no permission; its own proposals stop where their messages are off. */
export function circuitContent(w: World, authority: string): Any {
  const r = w.random;
  const off = [...w.app.keepers.circuit.disabled.walk(w.state())];
  if (r.chance(0.6)) return any(MsgResetCircuitBreaker, { authority, msgTypeUrls: r.chance(0.2) ? urls(w, TYPES) : off });
  if (r.chance(0.5)) return any(MsgTripCircuitBreaker, { authority, msgTypeUrls: urls(w, TYPES) });
  return any(MsgAuthorizeCircuitBreaker, { granter: authority, grantee: w.account().address, permissions: { level: r.between(1, 4), limitTypeUrls: TYPES } });
}

export const CIRCUIT: readonly (readonly [number, Maker])[] = [
  [1, authorize],
  [1, trip],
  [6, reset],
];
