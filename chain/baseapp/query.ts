// ABCI Query: gRPC methods by their full name, "/store/<name>/key" with proofs, "/app/…", "/p2p/filter/…".
// Source: sdk:baseapp/abci.go Query and handleQuery…; store:rootmulti/store.go and iavl/store.go Query.
import type { QueryRequest, QueryResponse } from '../abci/application.ts';
import { prefixEnd } from '../core/collections/state-map.ts';
import { Context } from '../core/context.ts';
import { ErrInvalidHeight, ErrInvalidRequest, ErrNotFound, ErrUnknownRequest, plainError, registerError, SdkError } from '../core/errors.ts';
import { GasMeter } from '../core/gas.ts';
import { QueryError, queryErrorToSdk } from '../core/query-error.ts';
import { utf8 } from '../encoding/bytes.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { ErrStoreUnknownRequest, STORE_CODESPACE } from '../store/query-errors.ts';
import type { AppCore } from './app-core.ts';
import { KvPairs } from './kv-pairs.ts';
import type { QueryRoute } from './query-router.ts';
import { toSdkError } from './run-tx.ts';
import { simulationJson } from './simulation-json.ts';
import type { AppTx } from './tx.ts';

const EMPTY = new Uint8Array(0);
const NO_PROOF = 'proof is unexpectedly empty; ensure height has not been pruned';
/** Of the store's codespace (store:types/errors.go). */
const ErrStoreTxDecode = registerError(STORE_CODESPACE, 3, 'tx parse error');
const ErrStoreInvalidRequest = registerError(STORE_CODESPACE, 7, 'invalid request');
const PROOF_HEIGHT = 'cannot query with proof when height <= 1; please provide a valid height';

function answer(part: Partial<QueryResponse>): QueryResponse {
  return { code: 0, log: '', info: '', index: 0n, key: EMPTY, value: EMPTY, proofOps: undefined, height: 0n, codespace: '', ...part };
}

function refusal(e: SdkError, height = 0n): QueryResponse {
  return answer({ code: e.code, codespace: e.codespace, log: e.message, height });
}

export function query<T extends AppTx>(app: AppCore<T>, req: QueryRequest): QueryResponse {
  const height = req.height === 0n ? app.lastHeight : req.height;
  try {
    if (req.path === '/cosmos.tx.v1beta1.Service/BroadcastTx') throw ErrInvalidRequest.wrap("can't route a broadcast tx message");
    const route = app.options.queries.route(req.path);
    if (route !== undefined) return queryGrpc(app, route, req, height);
    const path = (req.path.startsWith('/') ? req.path.slice(1) : req.path).split('/');
    if (req.path === '') throw ErrUnknownRequest.wrap('no query path provided');
    switch (path[0]) {
      case 'app':
        return queryApp(app, path, req, height);
      case 'store':
        return queryStore(app, path, req, height);
      case 'p2p':
        return queryP2p(path);
      default:
        throw ErrUnknownRequest.wrap('unknown query path');
    }
  } catch (e) {
    return refusal(e instanceof SdkError ? e : toSdkError(e, 0n, 0n));
  }
}

/** Throws an SdkError where the height cannot be answered. */
export function queryContext<T extends AppTx>(app: AppCore<T>, height: bigint, prove: boolean): Context {
  const last = app.lastHeight;
  if (height < 0n) throw ErrInvalidRequest.wrap('cannot query with height < 0; please provide a valid height');
  if (last === 0n) throw ErrInvalidHeight.wrap(`${app.options.name} is not ready; please wait for first block`);
  if (height > last) throw ErrInvalidHeight.wrap('cannot query with height in the future; please provide a valid height');
  if (height === 1n && prove) throw ErrInvalidRequest.wrap(PROOF_HEIGHT);
  const at = height === 0n ? last : height;
  const { queryGasLimit = 0n, minGasPrices = [], store } = app.options;
  let stores: ReturnType<typeof store.at>;
  try {
    stores = store.at(at);
  } catch (e) {
    throw ErrNotFound.wrap(`failed to load state at height ${at}; ${e instanceof Error ? e.message : String(e)} (latest height: ${last})`);
  }
  // A branch: handlers may write (a module account made on the way), and nothing of it is kept.
  return new Context({
    block: { ...app.checkState.block, height: at, time: store.timeAt?.(at) ?? app.checkState.block.time },
    mode: 'query',
    stores: stores.branch(),
    gasMeter: queryGasLimit === 0n ? GasMeter.infinite() : GasMeter.withLimit(queryGasLimit),
    consensusParams: app.checkState.consensusParams,
    minGasPrices,
  });
}

function queryGrpc<T extends AppTx>(app: AppCore<T>, route: QueryRoute, req: QueryRequest, height: bigint): QueryResponse {
  const ctx = queryContext(app, height, req.prove);
  try {
    const request = decodeRequest(route, req.data, plainError);
    return answer({ value: route.response.encode(route.handle(ctx, request)), height });
  } catch (e) {
    // What is no error of the query is answered further out, without a height.
    if (!(e instanceof QueryError || e instanceof SdkError)) throw e;
    return refusal(queryErrorToSdk(e), height);
  }
}

function decodeRequest(route: QueryRoute, data: Uint8Array, failure: (text: string) => Error): unknown {
  try {
    return route.request.decode(data);
  } catch (e) {
    throw e instanceof WireError ? failure(e.message) : e;
  }
}

/** For the gRPC and REST doors: the response message's bytes; throws what the handler throws, and for undecodable requests a QueryError. */
export function runQuery(route: QueryRoute, ctx: Context, data: Uint8Array): Uint8Array {
  const request = decodeRequest(route, data, (text) => new QueryError('Internal', `grpc: error unmarshalling request: ${text}`));
  return route.response.encode(route.handle(ctx, request));
}

function queryApp<T extends AppTx>(app: AppCore<T>, path: readonly string[], req: QueryRequest, height: bigint): QueryResponse {
  switch (path[1]) {
    case 'simulate': {
      const outcome = app.simulate(req.data);
      if (outcome.error !== undefined) throw outcome.error.wrap('failed to simulate tx');
      return answer({ codespace: 'sdk', height, value: utf8(simulationJson(outcome)) });
    }
    case 'version':
      return answer({ codespace: 'sdk', height, value: utf8(app.options.version) });
    case undefined:
      throw ErrUnknownRequest.wrap("expected second parameter to be either 'simulate' or 'version', neither was present");
    default:
      throw ErrUnknownRequest.wrap(`unknown query: [${path.join(' ')}]`);
  }
}

function queryStore<T extends AppTx>(app: AppCore<T>, path: readonly string[], req: QueryRequest, height: bigint): QueryResponse {
  if (height <= 1n && req.prove) throw ErrInvalidRequest.wrap(PROOF_HEIGHT);
  const { store } = app.options;
  const name = path[1] ?? '';
  if (!app.options.storeNames.includes(name)) throw ErrStoreUnknownRequest.wrap(`no such store: ${name}`);
  const what = path.slice(2).join('/');
  if (req.data.length === 0) throw what === 'key' && req.prove ? ErrStoreInvalidRequest.wrap(NO_PROOF) : ErrStoreTxDecode.wrap('query cannot be zero length');
  if (what !== 'key' && what !== 'subspace') throw ErrStoreUnknownRequest.wrap(`unexpected query path: ${path.length > 2 ? '/' : ''}${what}`);
  if (what === 'subspace') {
    const pairs = [...store.kvStore(name).iterate(req.data, prefixEnd(req.data))].map(([key, value]) => ({ key, value }));
    return answer({ key: req.data, value: KvPairs.encode({ pairs }), height });
  }
  let found: ReturnType<typeof store.query>;
  try {
    found = store.query(name, req.data, height, req.prove);
  } catch (e) {
    if (!(e instanceof SdkError)) throw e;
    // The height is not kept: without a proof the reference answers with nothing but this text.
    if (req.prove) throw ErrStoreInvalidRequest.wrap(NO_PROOF);
    return answer({ key: req.data, log: 'version does not exist', height });
  }
  return answer({ key: req.data, value: found.value ?? EMPTY, proofOps: found.ops.length === 0 ? undefined : { ops: found.ops }, height });
}

function queryP2p(path: readonly string[]): QueryResponse {
  if (path.length < 4) throw ErrUnknownRequest.wrap('path should be p2p filter <addr|id> <parameter>');
  if (path[1] !== 'filter') throw ErrUnknownRequest.wrap("expected second parameter to be 'filter'");
  // No filter is configured: every peer passes.
  return answer({});
}
