// Genesis of staking: parameters, validators, delegations and what is under way. Source: sdk:x/staking/keeper/genesis.go, genesis.go.
import { areCoinsZero, coinsEqual, coinsToString, newCoins } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import { type Int, MathPanic } from '../../chain/core/math/int.ts';
import type { Json, ValidatorUpdate } from '../../chain/core/module.ts';
import {
  consensusAddress,
  isBonded,
  isUnbonding,
  STATUS,
  type Validator,
  validatorFromProto,
  validatorToProto,
  validatorUpdate,
} from '../../chain/core/staking.ts';
import { CryptoError } from '../../chain/crypto/errors.ts';
import { toHex, toHexUpper } from '../../chain/encoding/bytes.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { GenesisState } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import type { StakingKeeper } from './keeper.ts';
import { BONDED_POOL, MODULE_NAME, NOT_BONDED_POOL } from './keys.ts';
import { defaultParams, validateParams } from './params.ts';
import { delegationFromProto, delegationToProto, redelegationFromProto, redelegationToProto, unbondingFromProto, unbondingToProto } from './types.ts';
import { queueRedelegation, queueUnbonding, setRedelegation, setUnbonding } from './unbondings.ts';
import { applyValidatorSetUpdates } from './validator-updates.ts';
import { insertIntoQueue } from './validators.ts';

export function defaultGenesis(bondDenom: string): Json {
  return writeGenesis(GenesisState, { ...GenesisState.zero(), params: defaultParams(bondDenom), lastTotalPower: '0' });
}

// Errors of input become the module's genesis error; anything else is a bug and passes.
function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof SdkError || e instanceof WireError || e instanceof CryptoError || e instanceof MathPanic || e instanceof RangeError)
      throw new GenesisError(MODULE_NAME, e.message);
    throw e;
  }
}

const fail = (why: string): never => {
  throw new GenesisError(MODULE_NAME, why);
};

function checkValidator(v: Validator): void {
  const consensus = (): string => toHexUpper(inGenesis(() => consensusAddress(v)));
  if (v.jailed && isBonded(v)) fail(`validator is bonded and jailed in genesis state: moniker ${v.description.moniker}, address ${consensus()}`);
  if (v.delegatorShares === 0n && !isUnbonding(v)) {
    fail(`bonded/unbonded genesis validator cannot have zero delegator shares, validator: ${v.operatorAddress}`);
  }
}

export function validateGenesis(json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  const seen = new Set<string>();
  for (const v of state.validators.map(validatorFromProto)) {
    const key = toHex(inGenesis(() => consensusAddress(v)));
    if (seen.has(key)) fail(`duplicate validator in genesis state: moniker ${v.description.moniker}, address ${key}`);
    checkValidator(v);
    seen.add(key);
  }
  inGenesis(() => validateParams(state.params));
}

/** Gives the validators that the chain starts with; none where they come by genesis transactions. */
export function initGenesis(k: StakingKeeper, given: Context, json: Json): readonly ValidatorUpdate[] {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  return inGenesis(() => initState(k, given, state));
}

function initState(k: StakingKeeper, given: Context, state: GenesisState): readonly ValidatorUpdate[] {
  // Whatever the first height, this is the block before.
  const ctx = given.with({ block: { ...given.block, height: 0n } });
  k.params.set(ctx, state.params);
  k.lastTotalPower.set(ctx, BigInt(state.lastTotalPower));
  let [bonded, notBonded]: [Int, Int] = [0n, 0n];
  for (const v of state.validators.map(validatorFromProto)) {
    initValidator(k, ctx, v, state.exported);
    if (isBonded(v)) bonded += v.tokens;
    else notBonded += v.tokens;
  }
  for (const d of state.delegations.map(delegationFromProto)) {
    const delegator = k.addresses.toBytes(d.delegatorAddress);
    const operator = k.validatorAddresses.toBytes(d.validatorAddress);
    if (!state.exported) k.hooks.beforeDelegationCreated(ctx, delegator, operator);
    k.setDelegation(ctx, delegator, operator, d);
    if (!state.exported) k.hooks.afterDelegationModified(ctx, delegator, operator);
  }
  for (const u of state.unbondingDelegations.map(unbondingFromProto)) {
    setUnbonding(k, ctx, u);
    for (const e of u.entries) {
      queueUnbonding(k, ctx, u, e.completionTime);
      notBonded += e.balance;
    }
  }
  for (const r of state.redelegations.map(redelegationFromProto)) {
    setRedelegation(k, ctx, r);
    for (const e of r.entries) queueRedelegation(k, ctx, r, e.completionTime);
  }
  checkPool(k, ctx, BONDED_POOL, state.params.bondDenom, bonded, 'bonded');
  checkPool(k, ctx, NOT_BONDED_POOL, state.params.bondDenom, notBonded, 'not bonded');
  return state.exported ? lastUpdates(k, ctx, state) : applyValidatorSetUpdates(k, ctx);
}

function initValidator(k: StakingKeeper, ctx: Context, v: Validator, exported: boolean): void {
  k.setValidator(ctx, v);
  k.setValidatorByConsAddr(ctx, v);
  k.setRank(ctx, v);
  if (!exported) k.hooks.afterValidatorCreated(ctx, k.operator(v));
  if (isUnbonding(v)) insertIntoQueue(k, ctx, v);
  if (v.status < STATUS.unbonded || v.status > STATUS.bonded) fail('invalid validator status');
}

function checkPool(k: StakingKeeper, ctx: Context, name: string, denom: string, tokens: Int, which: string): void {
  const balance = k.bank.allBalances(ctx, k.pool(ctx, name));
  const expected = tokens === 0n ? [] : newCoins([{ denom, amount: tokens }]);
  if (areCoinsZero(balance) && expected.length === 0) return;
  if (!coinsEqual(balance, expected)) {
    fail(`${which} pool balance is different from ${which} coins: ${coinsToString(balance)} <-> ${coinsToString(expected)}`);
  }
}

// An exported chain goes on with the powers that the engine had.
function lastUpdates(k: StakingKeeper, ctx: Context, state: GenesisState): readonly ValidatorUpdate[] {
  return state.lastValidatorPowers.map(({ address, power }) => {
    const operator = k.validatorAddresses.toBytes(address);
    k.lastValidatorPower.set(ctx, operator, power);
    const v = k.validator(ctx, operator) ?? fail(`validator ${address} not found`);
    return validatorUpdate(v, power);
  });
}

export function exportGenesis(k: StakingKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, {
    params: k.getParams(ctx),
    lastTotalPower: (k.lastTotalPower.get(ctx) ?? 0n).toString(),
    lastValidatorPowers: [...k.lastValidatorPower.walk(ctx)].map(([operator, power]) => ({ address: k.validatorAddresses.toString(operator), power })),
    validators: [...k.allValidators(ctx)].map(validatorToProto),
    delegations: [...k.delegations.walk(ctx)].map(([, d]) => delegationToProto(d)),
    unbondingDelegations: [...k.unbondings.walk(ctx)].map(([, u]) => unbondingToProto(u)),
    redelegations: [...k.redelegations.walk(ctx)].map(([, r]) => redelegationToProto(r)),
    exported: true,
  });
}
