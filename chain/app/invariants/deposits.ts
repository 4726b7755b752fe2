// Deposits of a proposal that is under way are what it is told to have, and lie with governance, which may be sent more.
// Source: sdk v0.50 x/gov/keeper/invariants.go ModuleAccountInvariant.
import { MODULE_NAME as GOV } from '../../../modules/gov/keys.ts';
import type { Coin as WireCoin } from '../../../proto/gen/cosmos/base/v1beta1.ts';
import { ProposalStatus } from '../../../proto/gen/cosmos/gov/v1.ts';
import type { Context } from '../../core/context.ts';
import type { Keepers } from '../app.ts';
import type { Invariant } from './invariant.ts';

type Sums = Map<string, bigint>;

function add(sums: Sums, coins: readonly WireCoin[]): Sums {
  for (const c of coins) sums.set(c.denom, (sums.get(c.denom) ?? 0n) + BigInt(c.amount === '' ? '0' : c.amount));
  return sums;
}

const text = (s: Sums): string =>
  [...s]
    .filter(([, n]) => n !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([denom, n]) => `${n}${denom}`)
    .join(',') || 'nothing';

function broken({ gov, bank, accounts }: Keepers, ctx: Context): string[] {
  if (!gov.params.has(ctx)) return [];
  const out: string[] = [];
  const all: Sums = new Map();
  const byProposal = new Map<bigint, Sums>();
  for (const [, d] of gov.deposits.walk(ctx)) {
    add(all, d.amount);
    byProposal.set(d.proposalId, add(byProposal.get(d.proposalId) ?? new Map(), d.amount));
  }
  for (const [id, p] of gov.proposals.walk(ctx)) {
    const open = p.status === ProposalStatus.PROPOSAL_STATUS_DEPOSIT_PERIOD || p.status === ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD;
    const [told, got] = [open ? text(add(new Map(), p.totalDeposit)) : 'nothing', text(byProposal.get(id) ?? new Map())];
    if (told !== got) out.push(`proposal ${id} has deposits of ${told}, depositors gave ${got}`);
    byProposal.delete(id);
  }
  for (const [id, sums] of byProposal) out.push(`there are deposits of ${text(sums)} for proposal ${id}, which does not exist`);
  const address = accounts.moduleAddress(GOV);
  for (const [denom, sum] of all) {
    const held = address === undefined ? 0n : bank.balance(ctx, address, denom);
    if (held < sum) out.push(`governance holds ${held}${denom}, deposits are ${sum}${denom}`);
  }
  return out;
}

export const deposits: Invariant = { name: 'deposits', broken };
