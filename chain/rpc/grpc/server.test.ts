import { connect } from 'node:http2';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ServiceClientImpl as TendermintClient } from 'cosmjs-types/cosmos/base/tendermint/v1beta1/query';
import { SimulateRequest, SimulateResponse, ServiceClientImpl as TxClient } from 'cosmjs-types/cosmos/tx/v1beta1/service';
import { Tx } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileDescriptorCodec } from '../../../proto/descriptor.ts';
import { ServerReflectionRequest, ServerReflectionResponse } from '../../../proto/gen/grpc/reflection/v1.ts';
import { type TestBackend, testBackend } from '../testing/test-backend.ts';
import { frameMessage } from './frame.ts';
import { serveAbciQuery } from './methods.ts';
import { createGrpc, type GrpcServer } from './server.ts';

let backend: TestBackend;
let server: GrpcServer;
let client: Client;
const TX = Tx.encode(Tx.fromPartial({ body: { memo: 'hello' }, authInfo: { fee: { gasLimit: 5n } }, signatures: [new Uint8Array(64)] })).finish();

beforeAll(async () => {
  backend = testBackend([[], [TX], []]);
  server = createGrpc({ backend, host: '127.0.0.1', port: 0, config: { maxRecvMsgBytes: 100_000 } });
  await server.start();
  client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.stop();
});

interface Reply {
  readonly value: Uint8Array;
  readonly height: string | undefined;
}
function call(path: string, request: Uint8Array, height?: string, deadlineMs?: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const metadata = new Metadata();
    if (height !== undefined) metadata.set('x-cosmos-block-height', height);
    let seen: string | undefined;
    const bytes = (b: Uint8Array): Buffer => Buffer.from(b);
    const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    client
      .makeUnaryRequest(path, bytes, bytes, request, metadata, options, (e, value) =>
        e === null ? resolve({ value: value as Uint8Array, height: seen }) : reject(e),
      )
      .on('metadata', (m) => {
        seen = m.get('x-cosmos-block-height')[0]?.toString();
      });
  });
}
const refused = (path: string, request: Uint8Array = new Uint8Array(0), height?: string): Promise<ServiceError> =>
  call(path, request, height).then(
    () => expect.unreachable(),
    (e: ServiceError) => e,
  );
const rpc = { request: async (service: string, method: string, data: Uint8Array) => (await call(`/${service}/${method}`, data)).value };

describe('application services', () => {
  it('pass bytes and height both ways', async () => {
    backend.onGrpc = async (path, request, height) => ({ value: Buffer.concat([Buffer.from(path), request]), height: height === 0n ? 9n : height });
    const { value, height } = await call('/cosmos.bank.v1beta1.Query/Balance', new Uint8Array([1, 2]));
    expect(Buffer.from(value).toString('latin1')).toBe('/cosmos.bank.v1beta1.Query/Balance\x01\x02');
    expect(height).toBe('9');
    expect((await call('/cosmos.bank.v1beta1.Query/Balance', new Uint8Array(), '5')).height).toBe('5');
  });

  it('give the status of what a handler throws', async () => {
    const failing = async (e: object): Promise<ServiceError> => {
      backend.onGrpc = async () => {
        throw Object.assign(new Error(''), e);
      };
      return refused('/cosmos.bank.v1beta1.Query/Balance');
    };
    expect(await failing({ name: 'QueryError', code: 5, message: 'account ü% not found' })).toMatchObject({
      code: status.NOT_FOUND,
      details: 'account ü% not found',
    });
    expect(await failing({ name: 'SdkError', code: 7, codespace: 'sdk', message: 'too short: invalid address' })).toMatchObject({
      code: status.UNKNOWN,
      details: 'codespace sdk code 7: invalid address: too short',
    });
    expect(await failing({ message: 'boom' })).toMatchObject({ code: status.UNKNOWN, details: 'boom' });
  });

  it('refuse what is not there, bad heights and big messages', async () => {
    expect(await refused('/no.such.Service/X')).toMatchObject({ code: status.UNIMPLEMENTED, details: 'unknown service no.such.Service' });
    expect(await refused('/cosmos.tx.v1beta1.Service/X')).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: 'unknown method X for service cosmos.tx.v1beta1.Service',
    });
    expect((await refused('/cosmos.tx.v1beta1.Service/GetTx', new Uint8Array(0), 'x')).details).toContain('invalid height header');
    expect((await refused('/cosmos.tx.v1beta1.Service/GetTx', new Uint8Array(0), '-1')).details).toContain('cannot query with height < 0');
    expect(await refused('/cosmos.bank.v1beta1.Query/Balance', new Uint8Array(100_001))).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'grpc: received message larger than max (100001 vs. 100000)',
    });
    expect(await refused('/cosmos.tx.v1beta1.Service/GetTx', new Uint8Array([0xff]))).toMatchObject({ code: status.INTERNAL });
  });

  it('keep the deadline', async () => {
    backend.onGrpc = () => new Promise(() => {});
    await expect(call('/cosmos.bank.v1beta1.Query/Balance', new Uint8Array(0), undefined, 50)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  });
});

describe("the node's services", () => {
  it('tx: finds, decodes, simulates and broadcasts', async () => {
    const tx = new TxClient(rpc);
    const { txs, txResponses, total } = await tx.GetTxsEvent({ events: [], orderBy: 0, page: 0n, limit: 0n, query: 'tx.height=2' } as never);
    expect([txs.length, total]).toEqual([1, 1n]);
    expect(txs[0]?.body?.memo).toBe('hello');
    const hash = txResponses[0]?.txhash as string;
    const found = await tx.GetTx({ hash });
    expect(found.txResponse).toMatchObject({ height: 2n, code: 0, timestamp: '2026-01-02T03:04:07Z', tx: { typeUrl: '/cosmos.tx.v1beta1.Tx' } });
    expect(found.tx?.authInfo?.fee?.gasLimit).toBe(5n);
    expect(await refused('/cosmos.tx.v1beta1.Service/GetTx', new Uint8Array([10, 2, 0x30, 0x31]))).toMatchObject({
      code: status.NOT_FOUND,
      details: 'tx not found: 01',
    });
    expect((await tx.Simulate(SimulateRequest.fromPartial({ txBytes: TX }))).gasInfo?.gasUsed).toBe(4242n);
    backend.onSimulate = async () => ({
      gasWanted: 0n,
      gasUsed: 77n,
      data: new Uint8Array(0),
      log: '',
      events: [],
      msgResponses: [],
      error: { codespace: 'sdk', code: 32, message: 'account sequence mismatch, expected 1, got 0: incorrect account sequence' },
    });
    expect(await refused('/cosmos.tx.v1beta1.Service/Simulate', SimulateRequest.encode(SimulateRequest.fromPartial({ txBytes: TX })).finish())).toMatchObject({
      code: status.UNKNOWN,
      details: "account sequence mismatch, expected 1, got 0: incorrect account sequence with gas used: '77'",
    });
    expect((await tx.BroadcastTx({ txBytes: Buffer.from('!x'), mode: 2 })).txResponse).toMatchObject({
      code: 5,
      codespace: 'sdk',
      rawLog: 'insufficient <funds>',
    });
    expect((await tx.BroadcastTx({ txBytes: Buffer.from('!x'), mode: 2 })).txResponse).toMatchObject({ code: 19, codespace: 'sdk' });
    const block = await tx.GetBlockWithTxs({ height: 2n } as never);
    expect([block.txs.length, block.block?.header.height, block.pagination?.total]).toEqual([1, 2n, 1n]);
    expect((await refused('/cosmos.tx.v1beta1.Service/GetBlockWithTxs')).details).toBe(
      'codespace sdk code 26: invalid height: requested height 0 but height must not be less than 1 or greater than the current height 3',
    );
    expect((await tx.TxDecode({ txBytes: TX })).tx?.body?.memo).toBe('hello');
    expect((await tx.TxEncode({ tx: Tx.decode(TX) })).txBytes).toEqual(TX);
  });

  it('base.tendermint: blocks, validators, node info, queries', async () => {
    const t = new TendermintClient(rpc);
    expect((await t.GetLatestBlock()).sdkBlock?.header.proposerAddress).toMatch(/^trellisvalcons1/);
    expect((await t.GetBlockByHeight({ height: 2n })).block?.data.txs).toHaveLength(1);
    expect((await t.GetLatestValidatorSet({})).validators[0]).toMatchObject({ votingPower: 10n, pubKey: { typeUrl: '/cosmos.crypto.ed25519.PubKey' } });
    expect((await t.GetNodeInfo()).defaultNodeInfo?.network).toBe('doors-1');
    expect((await t.GetSyncing()).syncing).toBe(false);
    await expect(t.GetBlockByHeight({ height: 99n })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(t.ABCIQuery({ path: '/cosmos.bank.v1beta1.Query/Balance', data: new Uint8Array(), height: 0n, prove: false })).rejects.toMatchObject({
      details: 'unsupported ABCI query path: /cosmos.bank.v1beta1.Query/Balance',
    });
    expect((await t.ABCIQuery({ path: '/store/bank/key', data: new Uint8Array(), height: 0n, prove: false })).code).toBe(6);
  });

  it('are reachable by ABCI query path, where wallets call Simulate', async () => {
    const data = SimulateRequest.encode(SimulateRequest.fromPartial({ txBytes: TX })).finish();
    backend.onSimulate = async () => ({ gasWanted: 1n, gasUsed: 2n, data: new Uint8Array(0), log: '', events: [], msgResponses: [], error: undefined });
    const ok = await serveAbciQuery(backend, '/cosmos.tx.v1beta1.Service/Simulate', data, 0n);
    expect(SimulateResponse.decode(ok?.value as Uint8Array).gasInfo).toEqual({ gasWanted: 1n, gasUsed: 2n });
    expect(await serveAbciQuery(backend, '/cosmos.tx.v1beta1.Service/Simulate', new Uint8Array(0), 0n)).toMatchObject({
      code: 18,
      codespace: 'sdk',
      log: 'rpc error: code = InvalidArgument desc = empty txBytes is not allowed: invalid request',
    });
    expect(serveAbciQuery(backend, '/cosmos.bank.v1beta1.Query/Balance', data, 0n)).toBeUndefined();
    expect(serveAbciQuery(backend, '/cosmos.tx.v1beta1.Service/BroadcastTx', data, 0n)).toBeUndefined();
  });
});

describe('reflection', () => {
  it.each(['v1', 'v1alpha'])('%s lists services and gives files with their dependencies once', async (version) => {
    const identity = (b: Uint8Array): Buffer => Buffer.from(b);
    const stream = client.makeBidiStreamRequest(`/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`, identity, identity, new Metadata());
    const answers: ServerReflectionResponse[] = [];
    stream.on('data', (b: Buffer) => answers.push(ServerReflectionResponse.decode(b)));
    const done = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
    const ask = (messageRequest: ServerReflectionRequest['messageRequest']) => stream.write(ServerReflectionRequest.encode({ host: 'h', messageRequest }));
    ask({ case: 'listServices', value: '*' });
    ask({ case: 'fileContainingSymbol', value: 'cosmos.bank.v1beta1.Query' });
    ask({ case: 'fileByFilename', value: 'cosmos/bank/v1beta1/bank.proto' });
    ask({ case: 'fileContainingSymbol', value: 'no.Such' });
    ask({ case: 'allExtensionNumbersOfType', value: 'google.protobuf.MethodOptions' });
    stream.end();
    await done;
    const [list, query, bank, missing, numbers] = answers.map((a) => a.messageResponse);
    expect(list).toMatchObject({
      case: 'listServicesResponse',
      value: {
        service: expect.arrayContaining([
          { name: 'cosmos.bank.v1beta1.Query' },
          { name: 'cosmos.tx.v1beta1.Service' },
          { name: 'grpc.reflection.v1.ServerReflection' },
        ]),
      },
    });
    const names = (a: typeof query) =>
      (a as unknown as { value: { fileDescriptorProto: Uint8Array[] } }).value.fileDescriptorProto.map((b) => fileDescriptorCodec.decode(b).name);
    expect(names(query)[0]).toBe('cosmos/bank/v1beta1/query.proto');
    expect(names(query)).toContain('cosmos/base/query/v1beta1/pagination.proto');
    expect(names(bank)).toEqual(['cosmos/bank/v1beta1/bank.proto']);
    expect(missing).toMatchObject({ case: 'errorResponse', value: { errorCode: 5 } });
    expect(numbers).toMatchObject({ value: { extensionNumber: expect.arrayContaining([72295728]) } });
  });
});

describe('bad HTTP/2 input', () => {
  const raw = (headers: Record<string, string>, body: Buffer): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const session = connect(`http://127.0.0.1:${server.port}`);
      session.on('error', reject);
      const stream = session.request({ ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', ...headers });
      let seen: Record<string, unknown> = {};
      stream.on('response', (h) => {
        seen = { ...seen, ...h };
      });
      stream.on('trailers', (h) => {
        seen = { ...seen, ...h };
      });
      stream.on('close', () => {
        session.destroy();
        resolve(seen);
      });
      stream.on('error', () => {});
      stream.resume();
      stream.end(body);
    });
  const path = { ':path': '/cosmos.tx.v1beta1.Service/GetTx' };

  it.each([
    ['a compressed message', { ...path, 'grpc-encoding': 'gzip' }, Buffer.from([1, 0, 0, 0, 1, 0]), '12'],
    ['a cut frame', path, Buffer.from([0, 0, 0, 0, 9, 1]), '13'],
    ['no message', path, Buffer.alloc(0), '13'],
    ['two messages', path, Buffer.concat([frameMessage(new Uint8Array(1)), frameMessage(new Uint8Array(1))]), '13'],
    ['a bad timeout', { ...path, 'grpc-timeout': 'soon' }, frameMessage(new Uint8Array(0)), '13'],
    ['a path of another kind', { ':path': '/x' }, frameMessage(new Uint8Array(0)), '12'],
  ])('%s', async (_, headers, body, code) => {
    expect((await raw(headers, body))['grpc-status']).toBe(code);
  });

  it('another content type', async () => {
    expect((await raw({ ...path, 'content-type': 'application/json' }, Buffer.from('{}')))[':status']).toBe(415);
  });
});
