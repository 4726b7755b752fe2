// What comes due at the end of a block: proposals that got too few deposits go, those whose vote is over are counted, and what passes is
// executed. Source: sdk:x/gov/abci.go.
import { prefixEnd } from '../../chain/core/collections/state-map.ts';
import { sortableTimeBytes } from '../../chain/core/collections/time-key.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { type AbciEvent, event } from '../../chain/core/events.ts';
import { GasOverflow, OutOfGas } from '../../chain/core/gas.ts';
import type { Proposal } from '../../proto/gen/cosmos/gov/v1.ts';
import { compactText } from '../../proto/text.ts';
import { burnDeposits, refundDeposits } from './deposits.ts';
import { nilPanic } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { type OpenedMessage, open } from './messages.ts';
import { deleteProposal, setProposal } from './proposals.ts';
import { tally } from './tally.ts';
import { STATUS } from './types.ts';

export function endBlock(k: GovKeeper, ctx: Context): void {
  const due = { end: prefixEnd(sortableTimeBytes(ctx.time)) };
  for (const [[, id]] of [...k.inactiveQueue.walk(ctx, due)]) if (!dropInactive(k, ctx, id)) return;
  for (const [[, id]] of [...k.activeQueue.walk(ctx, due)]) if (!conclude(k, ctx, id)) return;
}

/** Why the proposal cannot be read: a message whose type this program does not know, or knows no more. */
function unreadable(k: GovKeeper, p: Proposal): string | undefined {
  const unknown = p.messages.find((m) => !k.messages.has(m.typeUrl));
  return unknown === undefined ? undefined : `collections: encoding error: value decode: unable to resolve type URL ${unknown.typeUrl}`;
}

/** Such a proposal fails; the reference looks at no other in that block. */
function failUnsupported(k: GovKeeper, ctx: Context, p: Proposal, why: string, active: boolean): void {
  const failedReason = `proposal failed because it cannot be processed by gov: ${why}`;
  setProposal(k, ctx, { ...p, status: STATUS.failed, failedReason, messages: [] });
  refundDeposits(k, ctx, p.id);
  const type = active ? 'active_proposal' : 'inactive_proposal';
  ctx.events.emit(event(type, 'proposal_id', p.id.toString(), 'proposal_result', 'proposal_failed'));
}

function dropInactive(k: GovKeeper, ctx: Context, id: bigint): boolean {
  const p = k.proposal(ctx, id);
  const why = unreadable(k, p);
  if (why !== undefined) failUnsupported(k, ctx, p, why, false);
  deleteProposal(k, ctx, id);
  if (why !== undefined) return false;
  if (k.getParams(ctx).burnProposalDepositPrevote) burnDeposits(k, ctx, id);
  else refundDeposits(k, ctx, id);
  ctx.events.emit(event('inactive_proposal', 'proposal_id', id.toString(), 'proposal_result', 'proposal_dropped'));
  return true;
}

interface Conclusion {
  readonly proposal: Proposal;
  /** Of the event: what became of it, and why. */
  readonly result: string;
  readonly log: string;
}

function conclude(k: GovKeeper, ctx: Context, id: bigint): boolean {
  const p = k.proposal(ctx, id);
  const why = unreadable(k, p);
  if (why !== undefined) {
    failUnsupported(k, ctx, p, why, true);
    k.activeQueue.remove(ctx, [p.votingEndTime ?? nilPanic(), id]);
    return false;
  }
  const { passes, burnDeposits: burn, result: counted } = tally(k, ctx, p);
  // An expedited proposal that fails goes on as an ordinary one and keeps its deposits.
  if (!p.expedited || passes) {
    if (burn) burnDeposits(k, ctx, id);
    else refundDeposits(k, ctx, id);
  }
  k.activeQueue.remove(ctx, [p.votingEndTime ?? nilPanic(), id]);
  const { proposal, result, log } = passes ? execute(k, ctx, p) : p.expedited ? makeRegular(k, ctx, p) : reject(p);
  setProposal(k, ctx, { ...proposal, finalTallyResult: counted });
  ctx.events.emit(event('active_proposal', 'proposal_id', id.toString(), 'proposal_result', result, 'proposal_log', log));
  return true;
}

function reject(p: Proposal): Conclusion {
  const proposal = { ...p, status: STATUS.rejected, failedReason: 'proposal did not get enough votes to pass' };
  return { proposal, result: 'proposal_rejected', log: 'rejected' };
}

function makeRegular(k: GovKeeper, ctx: Context, p: Proposal): Conclusion {
  const { votingPeriod } = k.getParams(ctx);
  const votingEndTime = (p.votingStartTime ?? nilPanic()) + (votingPeriod ?? nilPanic());
  k.activeQueue.set(ctx, [votingEndTime, p.id], p.id);
  return { proposal: { ...p, expedited: false, votingEndTime }, result: 'expedited_proposal_rejected', log: 'expedited proposal converted to regular' };
}

/** All messages or none, on a branch of the state. What goes wrong, panics too, fails the proposal alone: the chain goes on. */
function execute(k: GovKeeper, ctx: Context, p: Proposal): Conclusion {
  const branch = ctx.branch();
  const events: AbciEvent[] = [];
  for (const [i, any] of p.messages.entries()) {
    const m = open(any) as OpenedMessage;
    const why = run(k, branch.ctx, m, events);
    if (why === undefined) continue;
    const log = `passed, but msg ${i} (${m.typeUrl}) failed on execution: ${why}`;
    return { proposal: { ...p, status: STATUS.failed, failedReason: why }, result: 'proposal_failed', log };
  }
  branch.write();
  ctx.events.emitAll(events);
  return { proposal: { ...p, status: STATUS.passed }, result: 'proposal_passed', log: 'passed' };
}

/** Gives why it failed, which is kept in state: the reference's words. */
function run(k: GovKeeper, ctx: Context, m: OpenedMessage, events: AbciEvent[]): string | undefined {
  try {
    events.push(...k.messages.execute(ctx, m.typeUrl, m.value).events);
    return undefined;
  } catch (e) {
    if (e instanceof SdkError) return e.message;
    return `handling x/gov proposal msg [${compactText(m.type, m.value)}] PANICKED: ${panicText(e)}`;
  }
}

const NIL = 'runtime error: invalid memory address or nil pointer dereference';

// The text becomes state. What touches a value that is not there reads alike whatever engine runs us, and whatever a module says beside it.
function panicText(e: unknown): string {
  if (e instanceof TypeError || (e instanceof Error && e.message.includes('nil pointer dereference'))) return NIL;
  if (e instanceof OutOfGas) return `{${e.descriptor}}`;
  if (e instanceof GasOverflow) return e.message.replace(/^gas overflow in location: (.*)$/s, '{$1}');
  return e instanceof Error ? e.message : String(e);
}
