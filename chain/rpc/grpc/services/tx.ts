// cosmos.tx.v1beta1.Service: simulate, broadcast, find and decode transactions (sdk:x/auth/tx/service.go, query.go; client/broadcast.go).
// A Tx message has the wire form of TxRaw, so that stored bytes are handed out as they are.
import type { TxResponse } from '../../../../proto/gen/cosmos/base/abci/v1beta1.ts';
import {
  AuthInfo,
  BroadcastMode,
  BroadcastTxRequest,
  BroadcastTxResponse,
  GetBlockWithTxsRequest,
  GetBlockWithTxsResponse,
  GetTxRequest,
  GetTxResponse,
  GetTxsEventRequest,
  GetTxsEventResponse,
  OrderBy,
  SimulateRequest,
  SimulateResponse,
  Tx,
  TxBody,
  TxDecodeAminoRequest,
  TxDecodeAminoResponse,
  TxDecodeRequest,
  TxDecodeResponse,
  TxEncodeAminoRequest,
  TxEncodeAminoResponse,
  TxEncodeRequest,
  TxEncodeResponse,
} from '../../../../proto/gen/cosmos/tx/v1beta1.ts';
import { fromHex, toHexUpper } from '../../../encoding/bytes.ts';
import { WireError } from '../../../encoding/proto-wire.ts';
import { formatTime, NANOS_PER_SECOND, splitTime } from '../../../encoding/time.ts';
import { parseQuery } from '../../../execution/query/parser.ts';
import { txHash } from '../../../types/tx.ts';
import type { Backend, IndexedTx } from '../../backend.ts';
import { checkPage, perPage, skipOf } from '../../comet/methods/heights.ts';
import { QUERY_LENGTH_MAX } from '../../comet/subscriptions.ts';
import { service, unary } from '../service.ts';
import { GrpcCode, GrpcError, internal, invalidArgument, registeredText, unknown } from '../status.ts';
import { blockAt } from './tendermint.ts';

const LIMIT_DEFAULT = 100n;

/** Body and auth info are always there, as in the reference's decoder. */
function decodeTx(backend: Backend, bytes: Uint8Array): Tx {
  backend.app.requireDecodable(bytes);
  let tx: Tx;
  try {
    tx = Tx.decode(bytes);
  } catch (e) {
    if (e instanceof WireError) throw unknown(registeredText('sdk', 2, `${e.message}: tx parse error`));
    throw e;
  }
  return { ...tx, body: tx.body ?? TxBody.zero(), authInfo: tx.authInfo ?? AuthInfo.zero() };
}

const NO_RESPONSE: TxResponse = {
  height: 0n,
  txhash: '',
  codespace: '',
  code: 0,
  data: '',
  rawLog: '',
  logs: [],
  info: '',
  gasWanted: 0n,
  gasUsed: 0n,
  tx: undefined,
  timestamp: '',
  events: [],
};

/** RFC 3339 without a fraction, as Go's time.RFC3339. */
async function timestampOf(backend: Backend, height: bigint): Promise<string> {
  const meta = await backend.chain.meta(height);
  if (meta === undefined) throw unknown(`block at height ${height} not found`);
  return formatTime(splitTime(meta.header.time).seconds * NANOS_PER_SECOND);
}

async function txResponse(backend: Backend, r: IndexedTx): Promise<TxResponse> {
  return {
    ...NO_RESPONSE,
    height: r.height,
    txhash: toHexUpper(txHash(r.tx)),
    codespace: r.result.codespace,
    code: r.result.code,
    data: toHexUpper(r.result.data),
    rawLog: r.result.log,
    info: r.result.info,
    gasWanted: r.result.gasWanted,
    gasUsed: r.result.gasUsed,
    tx: { typeUrl: '/cosmos.tx.v1beta1.Tx', value: r.tx },
    timestamp: await timestampOf(backend, r.height),
    events: r.result.events,
  };
}

/** The mempool's refusals that have a code of the SDK. */
const REFUSALS: readonly (readonly [RegExp, number])[] = [
  [/tx already exists in cache/i, 19],
  [/mempool is full/i, 20],
  [/tx too large/i, 21],
];

async function broadcast(backend: Backend, tx: Uint8Array, mode: number): Promise<TxResponse> {
  const txhash = toHexUpper(txHash(tx));
  if (backend.consensus.catchingUp) throw unknown('endpoint is closed while node is catching up');
  try {
    const checked = backend.mempool.checkTx(tx);
    if (mode === BroadcastMode.BROADCAST_MODE_ASYNC) {
      checked.catch(() => {});
      await Promise.race([checked, new Promise((resolve) => setImmediate(resolve))]);
      return { ...NO_RESPONSE, txhash };
    }
    const r = await checked;
    return { ...NO_RESPONSE, code: r.code, codespace: r.codespace, data: toHexUpper(r.data), rawLog: r.log, txhash };
  } catch (e) {
    const text = e instanceof Error ? e.message : String(e);
    const known = REFUSALS.find(([pattern]) => pattern.test(text));
    if (known === undefined) throw e;
    return { ...NO_RESPONSE, code: known[1], codespace: 'sdk', txhash };
  }
}

async function search(backend: Backend, { query, page, limit, orderBy }: GetTxsEventRequest) {
  if (query === '') throw new Error('query cannot be empty');
  const failed = (e: unknown): never => {
    throw new Error(`failed to search for txs: ${(e as Error).message}`);
  };
  try {
    if (!backend.search.enabled) throw new Error('transaction indexing is disabled');
    if (Buffer.byteLength(query) > QUERY_LENGTH_MAX) throw new Error('maximum query length exceeded');
    const conditions = parseQuery(query);
    const size = perPage(limit === 0n ? LIMIT_DEFAULT : limit);
    const at = page === 0n ? 1n : page;
    const order = orderBy === OrderBy.ORDER_BY_DESC ? 'desc' : 'asc';
    const found = await backend.search.txs(conditions, { order, skip: skipOf(at, size), limit: size });
    checkPage(at, size, found.total);
    return found;
  } catch (e) {
    return failed(e);
  }
}

function amino(): never {
  // StdTx, the transaction before protobuf, in amino's binary form: no client of this chain has ever signed one.
  throw new GrpcError(GrpcCode.UNIMPLEMENTED, 'legacy amino transactions are not served');
}

export const txService = service('cosmos.tx.v1beta1.Service', {
  Simulate: unary(SimulateRequest, SimulateResponse, async ({ tx, txBytes }, { backend }) => {
    const bytes = txBytes.length === 0 && tx !== undefined ? Tx.encode(tx) : txBytes;
    if (bytes.length === 0) throw invalidArgument('empty txBytes is not allowed');
    const { gasWanted, gasUsed, error, ...result } = await backend.app.simulate(bytes);
    if (error !== undefined) throw unknown(`${error.message} with gas used: '${gasUsed}'`);
    return { gasInfo: { gasWanted, gasUsed }, result };
  }),

  GetTx: unary(GetTxRequest, GetTxResponse, async ({ hash }, { backend }) => {
    if (hash === '') throw invalidArgument('tx hash cannot be empty');
    let bytes: Uint8Array;
    try {
      bytes = fromHex(hash);
    } catch (e) {
      throw unknown((e as Error).message);
    }
    if (!backend.search.enabled) throw unknown('transaction indexing is disabled');
    const found = await backend.search.tx(bytes);
    if (found === undefined) throw new GrpcError(GrpcCode.NOT_FOUND, `tx not found: ${hash}`);
    return { tx: decodeTx(backend, found.tx), txResponse: await txResponse(backend, found) };
  }),

  GetTxsEvent: unary(GetTxsEventRequest, GetTxsEventResponse, async (request, { backend }) => {
    try {
      const { total, items } = await search(backend, request);
      const txs = items.map((r) => decodeTx(backend, r.tx));
      const txResponses = await Promise.all(items.map((r) => txResponse(backend, r)));
      return { txs, txResponses, pagination: undefined, total: BigInt(total) };
    } catch (e) {
      throw internal((e as Error).message);
    }
  }),

  GetBlockWithTxs: unary(GetBlockWithTxsRequest, GetBlockWithTxsResponse, async ({ height, pagination }, { backend }) => {
    const current = backend.chain.height;
    if (height < 1n || height > current) {
      const text = `requested height ${height} but height must not be less than 1 or greater than the current height ${current}: invalid height`;
      throw unknown(registeredText('sdk', 26, text));
    }
    const { blockId, block } = await blockAt(backend, height);
    const all = block.data.txs;
    const offset = pagination?.offset ?? 0n;
    const limit = pagination?.limit ?? LIMIT_DEFAULT;
    if (offset >= BigInt(all.length) && all.length !== 0) {
      const text = `out of range: cannot paginate ${all.length} txs with offset ${offset} and limit ${limit}: invalid request`;
      throw unknown(registeredText('sdk', 18, text));
    }
    const start = Number(offset);
    const count = Number(limit > BigInt(all.length) ? BigInt(all.length) : limit);
    // In reverse the reference counts down from the offset and never reaches the first transaction.
    const shown = pagination?.reverse === true ? all.slice(Math.max(1, start - count + 1), start + 1).reverse() : all.slice(start, start + count);
    const txs = shown.flatMap((bytes) => {
      try {
        return [decodeTx(backend, bytes)];
      } catch {
        return [];
      }
    });
    return { txs, blockId, block, pagination: { nextKey: new Uint8Array(0), total: BigInt(all.length) } };
  }),

  BroadcastTx: unary(BroadcastTxRequest, BroadcastTxResponse, async ({ txBytes, mode }, { backend }) => {
    if (txBytes.length === 0) throw invalidArgument('invalid empty tx');
    return { txResponse: await broadcast(backend, txBytes, mode) };
  }),

  TxEncode: unary(TxEncodeRequest, TxEncodeResponse, ({ tx }) => {
    if (tx === undefined) throw invalidArgument('invalid empty tx');
    return { txBytes: Tx.encode(tx) };
  }),

  TxDecode: unary(TxDecodeRequest, TxDecodeResponse, ({ txBytes }, { backend }) => {
    if (txBytes.length === 0) throw invalidArgument('invalid empty tx bytes');
    return { tx: decodeTx(backend, txBytes) };
  }),

  TxEncodeAmino: unary(TxEncodeAminoRequest, TxEncodeAminoResponse, ({ aminoJson }) => {
    if (aminoJson === '') throw invalidArgument('invalid empty tx json');
    return amino();
  }),

  TxDecodeAmino: unary(TxDecodeAminoRequest, TxDecodeAminoResponse, ({ aminoBinary }) => {
    if (aminoBinary.length === 0) throw invalidArgument('invalid empty tx bytes');
    return amino();
  }),
});
