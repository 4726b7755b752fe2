// Genesis of governance. It runs after bank's, whose balance of the module must be the sum of the deposits. Source: sdk:x/gov/genesis.go,
// types/v1/genesis.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { addCoins, type Coin, coinsEqual, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import type { Json } from '../../chain/core/module.ts';
import { Deposit, GenesisState, type Proposal, Vote } from '../../proto/gen/cosmos/gov/v1.ts';
import { messageOfCodec } from '../../proto/registry.ts';
import { compactText } from '../../proto/text.ts';
import { amounts } from './coins.ts';
import type { GovKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { defaultParams, validateParams } from './params.ts';
import { setProposal } from './proposals.ts';
import { STATUS } from './types.ts';

export function defaultGenesis(denom: string): Json {
  return writeGenesis(GenesisState, { ...GenesisState.zero(), startingProposalId: 1n, params: defaultParams(denom) });
}

function fail(why: string): never {
  throw new GenesisError(MODULE_NAME, why);
}

function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError ? new GenesisError(MODULE_NAME, e.message) : e;
  }
}

export function validateGenesis(addresses: AddressCodec, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  if (state.startingProposalId === 0n) fail('starting proposal id must be greater than 0');
  const ids = new Set<bigint>();
  for (const { id } of state.proposals) {
    if (ids.has(id)) fail(`duplicate proposal id: ${id}`);
    ids.add(id);
  }
  const seen = new Set<string>();
  for (const d of state.deposits) {
    const text = (): string => compactText(messageOfCodec(Deposit), d);
    if (!ids.has(d.proposalId)) fail(`deposit ${text()} has non-existent proposal id: ${d.proposalId}`);
    const key = `deposit ${d.proposalId} ${d.depositor}`;
    if (seen.has(key)) fail(`duplicate deposit: ${text()}`);
    seen.add(key);
  }
  for (const v of state.votes) {
    const text = (): string => compactText(messageOfCodec(Vote), v);
    if (!ids.has(v.proposalId)) fail(`vote ${text()} has non-existent proposal id: ${v.proposalId}`);
    const key = `vote ${v.proposalId} ${v.voter}`;
    if (seen.has(key)) fail(`duplicate vote: ${text()}`);
    seen.add(key);
  }
  const { params } = state;
  inGenesis(() => validateParams(params ?? fail('there are no parameters'), addresses));
}

function initProposal(k: GovKeeper, ctx: Context, p: Proposal): void {
  const end = p.status === STATUS.votingPeriod ? p.votingEndTime : p.depositEndTime;
  if (p.status === STATUS.depositPeriod || p.status === STATUS.votingPeriod) {
    if (end === undefined) fail(`proposal ${p.id} does not say when its period ends`);
    const queue = p.status === STATUS.votingPeriod ? k.activeQueue : k.inactiveQueue;
    queue.set(ctx, [end, p.id], p.id);
  }
  setProposal(k, ctx, p);
}

export function initGenesis(k: GovKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  k.proposalId.set(ctx, state.startingProposalId);
  k.params.set(ctx, state.params ?? fail('there are no parameters'));
  k.constitution.set(ctx, state.constitution);
  const account = k.account(ctx);
  let total: readonly Coin[] = [];
  for (const d of state.deposits) {
    k.deposits.set(ctx, [d.proposalId, inGenesis(() => k.addresses.toBytes(d.depositor))], d);
    total = addCoins(total, amounts(d.amount));
  }
  for (const v of state.votes) k.votes.set(ctx, [v.proposalId, inGenesis(() => k.addresses.toBytes(v.voter))], v);
  for (const p of state.proposals) initProposal(k, ctx, p);
  const balance = k.bank.allBalances(ctx, account);
  if (!coinsEqual(balance, total)) fail(`expected module account was ${coinsToString(balance)} but we got ${coinsToString(total)}`);
}

export function exportGenesis(k: GovKeeper, ctx: Context): Json {
  return writeGenesis(GenesisState, {
    ...GenesisState.zero(),
    startingProposalId: k.proposalId.peek(ctx),
    deposits: [...k.deposits.walk(ctx)].map(([, d]) => d),
    votes: [...k.votes.walk(ctx)].map(([, v]) => v),
    proposals: [...k.proposals.walk(ctx)].map(([, p]) => p),
    params: k.getParams(ctx),
    constitution: k.constitution.get(ctx) ?? '',
  });
}
