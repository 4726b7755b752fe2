// A node in memory for the tests of the doors: a few blocks of one validator, a mempool that judges by a transaction's first byte,
// and events that a test publishes by hand. No consensus, no signatures.
import type { ExecTxResult, FinalizeBlockResponse, QueryRequest, QueryResponse } from '../../abci/application.ts';
import { bytesEqual, toHexUpper, utf8 } from '../../encoding/bytes.ts';
import { NANOS_PER_SECOND, parseTime, type Time } from '../../encoding/time.ts';
import { matches } from '../../execution/query/matcher.ts';
import type { Query } from '../../execution/query/query.ts';
import { type Block, blockIdOf, bodyHashes, makePartSet } from '../../types/block.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../../types/block-id.ts';
import { BLOCK_ID_FLAG_COMMIT, type Commit, EMPTY_COMMIT } from '../../types/commit.ts';
import { consensusParamsHash, DEFAULT_CONSENSUS_PARAMS } from '../../types/consensus-params.ts';
import type { Evidence } from '../../types/evidence.ts';
import type { PublicKey } from '../../types/public-key.ts';
import { lastResultsHash } from '../../types/results.ts';
import { txHash } from '../../types/tx.ts';
import { newValidator } from '../../types/validator.ts';
import { ValidatorSet } from '../../types/validator-set.ts';
import type { Backend, BlockMeta, GrpcAnswer, IndexedTx, Page, PublishedEvent, SearchOptions, SimulateResult } from '../backend.ts';

export const TEST_CHAIN_ID = 'doors-1';
const GENESIS_TIME: Time = parseTime('2026-01-02T03:04:05.000000006Z');
const KEY: PublicKey = { case: 'ed25519', value: new Uint8Array(32).fill(7) };
const EMPTY = new Uint8Array(0);

interface Stored {
  readonly block: Block;
  readonly meta: BlockMeta;
  readonly results: FinalizeBlockResponse;
}

export function okResult(part: Partial<ExecTxResult> = {}): ExecTxResult {
  return { code: 0, data: EMPTY, log: '', info: '', gasWanted: 10n, gasUsed: 7n, events: [], codespace: '', ...part };
}

/** What the tests of a door may look at and change. */
export interface TestBackend extends Backend {
  readonly checked: Uint8Array[];
  readonly evidenceAdded: Evidence[];
  catchingUp: boolean;
  /** Answers app.query; by default code 6. */
  onQuery: (request: QueryRequest) => Promise<QueryResponse> | undefined;
  /** Answers app.grpc; by default code 12. */
  onGrpc: (path: string, request: Uint8Array, height: bigint) => Promise<GrpcAnswer> | undefined;
  onSimulate: (tx: Uint8Array) => Promise<SimulateResult>;
  publish(event: PublishedEvent): void;
  readonly listeners: ReadonlySet<unknown>;
  /** Adds a block with these transactions and publishes its events. */
  addBlock(txs: readonly Uint8Array[]): void;
}

export function queryAnswer(part: Partial<QueryResponse>): QueryResponse {
  return { code: 0, log: '', info: '', index: 0n, key: EMPTY, value: EMPTY, proofOps: undefined, height: 0n, codespace: '', ...part };
}

export function testBackend(blocks: readonly (readonly Uint8Array[])[] = [[], [utf8('a=1'), utf8('b=<2>')], []]): TestBackend {
  const validators = ValidatorSet.create([newValidator(KEY, 10n)]);
  const address = (validators.getByIndex(0) as { address: Uint8Array }).address;
  const chain: Stored[] = [];
  const index: IndexedTx[] = [];
  const listeners = new Set<{ query: Query; listener: (e: PublishedEvent) => void }>();
  const cache = new Set<string>();

  const commitFor = (height: bigint, blockId: BlockId): Commit => ({
    height,
    round: 0,
    blockId,
    signatures: [
      {
        blockIdFlag: BLOCK_ID_FLAG_COMMIT,
        validatorAddress: address,
        timestamp: GENESIS_TIME + height * NANOS_PER_SECOND,
        signature: new Uint8Array(64).fill(9),
      },
    ],
  });
  const at = (height: bigint): Stored | undefined => chain[Number(height) - 1];
  const page = <T>(items: readonly T[], { order, skip, limit }: SearchOptions): Page<T> => {
    const ordered = order === 'asc' ? items : [...items].reverse();
    return { total: items.length, items: ordered.slice(skip, skip + limit) };
  };
  const publish = (event: PublishedEvent): void => {
    for (const l of [...listeners]) if (matches(l.query, event.events)) l.listener(event);
  };
  const txEvents = (r: IndexedTx): Map<string, string[]> => {
    const events = new Map([
      ['tm.event', ['Tx']],
      ['tx.hash', [toHexUpper(txHash(r.tx))]],
      ['tx.height', [r.height.toString()]],
    ]);
    for (const e of r.result.events) for (const a of e.attributes) events.set(`${e.type}.${a.key}`, [...(events.get(`${e.type}.${a.key}`) ?? []), a.value]);
    return events;
  };
  const addBlock = (txs: readonly Uint8Array[]): void => {
    const last = chain.at(-1);
    const height = BigInt(chain.length + 1);
    const lastCommit = last === undefined ? EMPTY_COMMIT : commitFor(height - 1n, last.meta.blockId);
    const header = {
      version: { block: 11n, app: 0n },
      chainId: TEST_CHAIN_ID,
      height,
      time: GENESIS_TIME + height * NANOS_PER_SECOND,
      lastBlockId: last?.meta.blockId ?? ZERO_BLOCK_ID,
      ...bodyHashes({ txs }, [], lastCommit),
      validatorsHash: validators.hash(),
      nextValidatorsHash: validators.hash(),
      consensusHash: consensusParamsHash(DEFAULT_CONSENSUS_PARAMS),
      appHash: new Uint8Array(32).fill(Number(height)),
      lastResultsHash: lastResultsHash(last?.results.txResults ?? []),
      proposerAddress: address,
    };
    const block: Block = { header, data: { txs }, evidence: [], lastCommit };
    const parts = makePartSet(block);
    const blockId = blockIdOf(block, parts);
    const txResults = txs.map((tx, i) =>
      okResult({
        events: [{ type: 'kv', attributes: [{ key: 'key', value: `${String.fromCharCode(...tx.subarray(0, 1))}`, index: true }] }],
        data: new Uint8Array([i]),
      }),
    );
    const results: FinalizeBlockResponse = {
      events: [],
      txResults,
      validatorUpdates: [],
      consensusParamUpdates: undefined,
      appHash: new Uint8Array(32).fill(1),
    };
    chain.push({ block, meta: { blockId, blockSize: 1n, header, numTxs: BigInt(txs.length) }, results });
    publish({ data: { type: 'NewBlock', block, blockId, result: results }, events: new Map([['tm.event', ['NewBlock']]]) });
    txs.forEach((tx, i) => {
      const indexed = { height, index: i, tx, result: txResults[i] as ExecTxResult };
      index.push(indexed);
      publish({ data: { type: 'Tx', ...indexed }, events: txEvents(indexed) });
    });
  };

  const simulated: SimulateResult = { gasWanted: 0n, gasUsed: 4242n, data: EMPTY, log: '', events: [], msgResponses: [], error: undefined };
  const backend: TestBackend = {
    checked: [],
    evidenceAdded: [],
    catchingUp: false,
    onQuery: () => undefined,
    onGrpc: () => undefined,
    onSimulate: async () => simulated,
    publish,
    listeners,
    addBlock,
    chain: {
      get base() {
        return chain.length === 0 ? 0n : 1n;
      },
      get height() {
        return BigInt(chain.length);
      },
      block: (h) => at(h)?.block,
      blockByHash: (hash) => chain.find((s) => bytesEqual(s.meta.blockId.hash, hash))?.block,
      meta: (h) => at(h)?.meta,
      metaByHash: (hash) => chain.find((s) => bytesEqual(s.meta.blockId.hash, hash))?.meta,
      commit: (h) => at(h + 1n)?.block.lastCommit,
      seenCommit: (h) => {
        const stored = at(h);
        return stored && commitFor(h, stored.meta.blockId);
      },
      results: (h) => at(h)?.results,
      validators: (h) => (h <= BigInt(chain.length + 1) ? validators : undefined),
      consensusParams: () => DEFAULT_CONSENSUS_PARAMS,
    },
    consensus: {
      get catchingUp() {
        return backend.catchingUp;
      },
      publicKey: KEY,
      roundState: () => ({
        height: BigInt(chain.length + 1),
        round: 0,
        step: 1,
        startTime: GENESIS_TIME,
        commitTime: GENESIS_TIME,
        validators,
        proposal: undefined,
        proposalBlock: undefined,
        proposalBlockParts: undefined,
        lockedRound: -1,
        lockedBlock: undefined,
        lockedBlockParts: undefined,
        validRound: -1,
        validBlock: undefined,
        validBlockParts: undefined,
        votes: [{ round: 0, prevotes: undefined, precommits: undefined }],
        commitRound: -1,
        lastCommit: undefined,
        lastValidators: validators,
        triggeredTimeoutPrecommit: false,
      }),
      peerStates: () => [],
    },
    mempool: {
      size: 1,
      sizeBytes: 3n,
      checkTx: async (tx) => {
        const key = toHexUpper(tx);
        if (cache.has(key)) throw new Error('tx already exists in cache');
        cache.add(key);
        backend.checked.push(tx);
        return tx[0] === 0x21 ? okResult({ code: 5, codespace: 'sdk', log: 'insufficient <funds>' }) : okResult();
      },
      unconfirmed: () => [utf8('a=b')],
    },
    search: {
      enabled: true,
      tx: (hash) => index.find((r) => bytesEqual(txHash(r.tx), hash)),
      txs: (query, options) =>
        page(
          index.filter((r) => matches(query, txEvents(r))),
          options,
        ),
      blocks: (query, options) =>
        page(
          chain.map((s) => s.block.header.height).filter((h) => matches(query, new Map([['block.height', [h.toString()]]]))),
          options,
        ),
    },
    events: {
      subscribe: (query, listener) => {
        const entry = { query, listener };
        listeners.add(entry);
        return () => listeners.delete(entry);
      },
    },
    app: {
      info: async () => ({ data: 'app', version: '1', appVersion: 0n, lastBlockHeight: BigInt(chain.length), lastBlockAppHash: new Uint8Array([1]) }),
      query: async (request) => (await backend.onQuery(request)) ?? queryAnswer({ code: 6, codespace: 'sdk', log: `unknown query path ${request.path}` }),
      services: ['cosmos.bank.v1beta1.Query'],
      grpc: async (path, request, height) => {
        const answer = await backend.onGrpc(path, request, height);
        if (answer === undefined) throw Object.assign(new Error(`unknown method ${path}`), { name: 'QueryError', code: 12 });
        return answer;
      },
      checkTx: async () => okResult(),
      registry: {
        interfaces: () => ['cosmos.base.v1beta1.Msg'],
        implementations: (name) => (name === 'cosmos.base.v1beta1.Msg' ? ['/cosmos.bank.v1beta1.MsgSend'] : []),
      },
      requireDecodable: (tx) => {
        if (tx[0] !== 0x0a) throw Object.assign(new Error('not a transaction: tx parse error'), { name: 'SdkError', codespace: 'sdk', code: 2 });
      },
      simulate: (tx) => backend.onSimulate(tx),
    },
    genesis: { json: `{"genesis_time":"2026-01-02T03:04:05.000000006Z","chain_id":"${TEST_CHAIN_ID}"}` },
    network: {
      listening: true,
      listeners: ['Listener(@)'],
      nodeInfo: () => ({
        protocolVersion: { p2p: 8n, block: 11n, app: 0n },
        id: '0102030405060708090a0b0c0d0e0f1011121314',
        listenAddr: 'tcp://127.0.0.1:26656',
        network: TEST_CHAIN_ID,
        version: '0.38.99-trellis',
        channels: new Uint8Array([0x40, 0x20]),
        moniker: 'test',
        txIndex: 'on',
        rpcAddress: 'tcp://127.0.0.1:26657',
      }),
      peers: () => [],
    },
    evidence: { add: (e) => void backend.evidenceAdded.push(e) },
    nodeConfig: {
      minimumGasPrices: '0.0025utrel',
      pruningKeepRecent: '100',
      pruningInterval: '10',
      haltHeight: 0n,
      bech32Prefix: 'trellis',
      appName: 'trellis',
      appVersion: '0.1.0',
      cosmosSdkVersion: 'v0.53.4',
    },
    unsafe: undefined,
  };
  for (const txs of blocks) addBlock(txs);
  return backend;
}
