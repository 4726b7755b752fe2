// The gRPC door: any bytes as frames of a stream, and any message to each of the node's methods and to reflection: an answer or a status.
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { recordedDescriptors } from '../../chain/rpc/grpc/file-descriptors.ts';
import { FrameReader, frameMessage, parseTimeoutMs } from '../../chain/rpc/grpc/frame.ts';
import { parseHeight } from '../../chain/rpc/grpc/height.ts';
import { callUnary, NODE_SERVICES, servedServices } from '../../chain/rpc/grpc/methods.ts';
import { ReflectionStream } from '../../chain/rpc/grpc/services/reflection.ts';
import { GrpcError } from '../../chain/rpc/grpc/status.ts';
import { testBackend } from '../../chain/rpc/testing/test-backend.ts';
import { GetBlockByHeightRequest } from '../../proto/gen/cosmos/base/tendermint/v1beta1.ts';
import { BroadcastTxRequest, GetBlockWithTxsRequest, GetTxsEventRequest, SimulateRequest } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { ServerReflectionRequest } from '../../proto/gen/grpc/reflection/v1.ts';
import type { FuzzTarget } from './target.ts';

const BYTES_MAX = 10_000;
const backend = testBackend();
const paths = Object.keys(NODE_SERVICES);
const services = servedServices(backend);

const MESSAGES = [
  SimulateRequest.encode({ tx: undefined, txBytes: new Uint8Array([10, 0]) }),
  GetTxsEventRequest.encode(GetTxsEventRequest.from({ query: 'tx.height=2', page: 1n, limit: 5n })),
  GetBlockWithTxsRequest.encode({ height: 2n, pagination: { key: new Uint8Array(0), offset: 0n, limit: 5n, countTotal: false, reverse: true } }),
  GetBlockByHeightRequest.encode({ height: 1n }),
  BroadcastTxRequest.encode({ txBytes: new Uint8Array([1]), mode: 2 }),
  ServerReflectionRequest.encode({ host: '', messageRequest: { case: 'fileContainingSymbol', value: 'cosmos.bank.v1beta1.Query' } }),
];

/** What a handler throws must be an error that has a status; programming errors have none. */
function requireRefusal(e: unknown): void {
  if (e instanceof GrpcError || (e instanceof Error && e.constructor === Error)) return;
  throw e;
}

export const target: FuzzTarget = {
  name: 'rpc-grpc',
  corpus: () => [...MESSAGES, ...MESSAGES.map((m) => frameMessage(m)), Buffer.concat(MESSAGES.map((m) => frameMessage(m)))],
  inputBytesMax: BYTES_MAX + 100,
  run: async (input) => {
    const bytes = Buffer.from(input);
    const reader = new FrameReader(BYTES_MAX, 'identity');
    const messages: Uint8Array[] = [input];
    try {
      // In two chunks, as the network may cut them.
      const cut = (input[0] ?? 0) % (input.length + 1);
      messages.push(...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut)));
    } catch (e) {
      requireRefusal(e);
    }
    const header = bytes.toString('latin1').slice(0, 40);
    for (const parse of [parseTimeoutMs, parseHeight]) {
      try {
        parse(header);
      } catch (e) {
        requireRefusal(e);
      }
    }
    for (const message of messages.slice(0, 4)) {
      try {
        new ReflectionStream(recordedDescriptors(), services).answer(message);
      } catch (e) {
        if (!(e instanceof WireError)) throw e;
      }
      const path = paths[message.length % paths.length] as string;
      try {
        await callUnary(backend, path, message, 0n);
      } catch (e) {
        requireRefusal(e);
      }
    }
  },
};
