// Runs one transaction: decode, ante, messages, each on its own branch of the state. What the ante wrote (fee, sequence) stays when
// messages fail; messages stay all or none. Codes, gas and event order are the reference's (sdk:baseapp/baseapp.go runTx, runMsgs).
import { TxMsgData } from '../../proto/gen/cosmos/base/abci/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { AddressCodec } from '../core/address.ts';
import type { Context } from '../core/context.ts';
import { ErrInvalidRequest, ErrOutOfGas, ErrPanic, ErrTxDecode, ErrUnknownRequest, SdkError } from '../core/errors.ts';
import { type AbciEvent, appendAttribute, attribute, EventManager } from '../core/events.ts';
import { type GasMeter, OutOfGas } from '../core/gas.ts';
import type { MsgRouter } from './msg-router.ts';
import type { AppMessage, AppTx, TxDecoder } from './tx.ts';

/** Throws what makes the transaction fail. Sets the context's gas meter first of all. */
export type AnteHandler<T extends AppTx> = (ctx: Context, tx: T, simulate: boolean) => void;

export interface RunTxParts<T extends AppTx> {
  readonly decodeTx: TxDecoder<T>;
  readonly ante: AnteHandler<T>;
  readonly messages: MsgRouter;
  readonly addresses: AddressCodec;
}

export interface GasInfo {
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
}

export interface TxOutcome {
  readonly gas: GasInfo;
  /** undefined for success. */
  readonly error: SdkError | undefined;
  readonly data: Uint8Array;
  readonly msgResponses: readonly Any[];
  readonly events: readonly AbciEvent[];
}

const EMPTY = new Uint8Array(0);
const FIRST_MESSAGE = attribute('msg_index', '0');

/** What a failure answers: registered errors with their code, everything else as a panic. */
export function toSdkError(e: unknown, gasWanted: bigint, gasUsed: bigint): SdkError {
  if (e instanceof SdkError) return e;
  if (e instanceof OutOfGas) return ErrOutOfGas.wrap(`out of gas in location: ${e.descriptor}; gasWanted: ${gasWanted}, gasUsed: ${gasUsed}`);
  return ErrPanic.wrap(`recovered: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`);
}

function failure(error: SdkError, gasWanted: bigint, gasUsed: bigint, events: readonly AbciEvent[] = []): TxOutcome {
  return { gas: { gasWanted, gasUsed }, error, data: EMPTY, msgResponses: [], events };
}

function decodeAndRoute<T extends AppTx>(parts: RunTxParts<T>, bytes: Uint8Array): T | SdkError {
  let tx: T;
  try {
    tx = parts.decodeTx(bytes);
  } catch (e) {
    return ErrTxDecode.wrap(e instanceof Error ? e.message : String(e));
  }
  if (tx.messages.length === 0) return ErrInvalidRequest.wrap('must contain at least one message');
  for (const m of tx.messages) {
    try {
      parts.messages.route(m.typeUrl)?.validateBasic?.(m.value);
    } catch (e) {
      if (e instanceof SdkError) return e;
      throw e;
    }
  }
  for (const m of tx.messages) {
    if (parts.messages.route(m.typeUrl) === undefined) return ErrUnknownRequest.wrap(`no message handler found for ${m.typeUrl}`);
  }
  return tx;
}

/**
 * `base` is a fresh context of the block or check state: its mode says what runs, its stores take what is kept, and its own meter holds
 * what was spent before the ante sets the transaction's (the reference charges it for reading the consensus parameters). That meter counts
 * where the ante is not reached or panics. A block's gas is charged in mode `finalize` whatever becomes of the transaction.
 */
export function runTx<T extends AppTx>(parts: RunTxParts<T>, base: Context): TxOutcome {
  const finalize = base.mode === 'finalize';
  if (finalize && base.blockGasMeter.isOutOfGas) return failure(ErrOutOfGas.wrap('no block gas left to run tx'), 0n, 0n);
  const fail = (e: unknown, meter: GasMeter, wanted: bigint, events: readonly AbciEvent[] = []): TxOutcome => {
    const used = meter.consumed;
    const blockError = finalize ? chargeBlock(base.blockGasMeter, meter, wanted, used) : undefined;
    return failure(blockError ?? toSdkError(e, wanted, used), wanted, used, events);
  };

  const tx = decodeAndRoute(parts, base.txBytes);
  if (tx instanceof SdkError) return fail(tx, base.gasMeter, 0n);

  const anteStores = base.stores.branch();
  const anteCtx = base.with({ stores: anteStores, events: new EventManager() });
  try {
    parts.ante(anteCtx, tx, base.mode === 'simulate');
  } catch (e) {
    if (e instanceof SdkError || e instanceof OutOfGas) return fail(e, anteCtx.gasMeter, anteCtx.gasMeter.limit);
    return fail(e, base.gasMeter, 0n);
  }
  anteStores.write();
  const meter = anteCtx.gasMeter;
  const wanted = meter.limit;
  const anteEvents = anteCtx.events.events;

  if (!finalize && base.mode !== 'simulate') {
    return { gas: { gasWanted: wanted, gasUsed: meter.consumed }, error: undefined, data: EMPTY, msgResponses: [], events: [] };
  }

  const msgStores = base.stores.branch();
  const msgCtx = anteCtx.with({ stores: msgStores, events: new EventManager() });
  let blockCharged = false;
  try {
    const done = runMessages(parts, msgCtx, tx.messages);
    if (finalize) {
      blockCharged = true;
      base.blockGasMeter.consume(meter.consumedToLimit, 'block gas meter');
      msgStores.write();
    }
    return { gas: { gasWanted: wanted, gasUsed: meter.consumed }, error: undefined, ...done, events: [...anteEvents, ...done.events] };
  } catch (e) {
    if (blockCharged) return failure(toSdkError(e, wanted, meter.consumed), wanted, meter.consumed, anteEvents);
    return fail(e, meter, wanted, anteEvents);
  }
}

/** The error of a charge that empties the block; the transaction then answers with it instead of its own. */
function chargeBlock(block: GasMeter, meter: GasMeter, wanted: bigint, used: bigint): SdkError | undefined {
  try {
    block.consume(meter.consumedToLimit, 'block gas meter');
    return undefined;
  } catch (e) {
    return toSdkError(e, wanted, used);
  }
}

function runMessages<T extends AppTx>(
  parts: RunTxParts<T>,
  ctx: Context,
  messages: readonly AppMessage[],
): { readonly data: Uint8Array; readonly msgResponses: readonly Any[]; readonly events: readonly AbciEvent[] } {
  const events: AbciEvent[] = [];
  const msgResponses: Any[] = [];
  for (const [i, m] of messages.entries()) {
    const route = parts.messages.route(m.typeUrl);
    if (route === undefined) throw ErrUnknownRequest.wrap(`no message handler found for ${m.typeUrl}`);
    const msgCtx = ctx.with({ events: new EventManager() });
    let response: unknown;
    try {
      response = route.handle(msgCtx, m.value);
    } catch (e) {
      throw e instanceof SdkError ? e.wrap(`failed to execute message; message index: ${i}`) : e;
    }
    const own = msgCtx.events.events;
    const index = i === 0 ? FIRST_MESSAGE : attribute('msg_index', i.toString());
    events.push(...appendAttribute([messageEvent(parts.addresses, m, own)], index), ...appendAttribute(own, index));
    msgResponses.push({ typeUrl: route.responseTypeUrl, value: route.response.encode(response) });
  }
  const [only, second] = msgResponses;
  const empty = only !== undefined && second === undefined && only.value.length === 0;
  const data = empty ? parts.messages.route((messages[0] as AppMessage).typeUrl)?.emptyData : undefined;
  return { data: data ?? TxMsgData.encode({ data: [], msgResponses }), msgResponses, events };
}

// The package's second part names the module, unless the module said it by itself.
function messageEvent(addresses: AddressCodec, m: AppMessage, own: readonly AbciEvent[]): AbciEvent {
  const attributes = [attribute('action', m.typeUrl)];
  const signer = m.signers[0];
  if (signer !== undefined) attributes.push(attribute('sender', addresses.toString(signer)));
  const module = m.typeUrl.split('.')[1];
  if (module !== undefined && module !== '' && !own.some((e) => e.attributes.some((a) => a.key === 'module'))) attributes.push(attribute('module', module));
  return { type: 'message', attributes };
}
