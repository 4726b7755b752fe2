// Every unary gRPC method a node serves: its own services by table, and whatever query services the application has registered.
import type { QueryResponse } from '../../abci/application.ts';
import type { Backend, GrpcAnswer } from '../backend.ts';
import { abciOverGrpc } from './over-abci.ts';
import type { UnaryTable } from './service.ts';
import { cosmosReflectionService } from './services/cosmos-reflection.ts';
import { nodeService } from './services/node.ts';
import { tendermintService } from './services/tendermint.ts';
import { txService } from './services/tx.ts';
import { GrpcCode, GrpcError, unknown } from './status.ts';

/** Services of the node itself, which an application does not know. */
export const NODE_SERVICES: UnaryTable = { ...txService, ...tendermintService, ...nodeService, ...cosmosReflectionService };

function serviceOf(path: string): string {
  return path.slice(1, path.lastIndexOf('/'));
}

export const REFLECTION_SERVICES: readonly string[] = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** Full names, sorted. */
export function servedServices(backend: Backend): readonly string[] {
  const own = new Set(Object.keys(NODE_SERVICES).map(serviceOf));
  return [...new Set([...own, ...backend.app.services, ...REFLECTION_SERVICES])].sort();
}

/** Calls a unary method; height 0 is the latest. Throws what toGrpcError understands. */
export async function callUnary(backend: Backend, path: string, request: Uint8Array, height: bigint): Promise<GrpcAnswer> {
  const own = Object.hasOwn(NODE_SERVICES, path) ? NODE_SERVICES[path] : undefined;
  if (own !== undefined) {
    const latest = backend.chain.height;
    if (height > latest) throw unknown('codespace sdk code 26: invalid height: cannot query with height in the future; please provide a valid height');
    return { value: await own(request, { backend, height, services: servedServices(backend) }), height: height === 0n ? latest : height };
  }
  const service = serviceOf(path);
  if (!backend.app.services.includes(service)) {
    const known = servedServices(backend).includes(service);
    throw new GrpcError(
      GrpcCode.UNIMPLEMENTED,
      known ? `unknown method ${path.slice(path.lastIndexOf('/') + 1)} for service ${service}` : `unknown service ${service}`,
    );
  }
  return backend.app.grpc(path, request, height);
}

/**
 * The node's services by ABCI query path, as wallets call Simulate; undefined where the path is not one of them and the application
 * should answer. BroadcastTx is not reachable this way, as in the reference.
 */
export function serveAbciQuery(backend: Backend, path: string, data: Uint8Array, height: bigint): Promise<QueryResponse> | undefined {
  if (!Object.hasOwn(NODE_SERVICES, path) || path.endsWith('/BroadcastTx')) return undefined;
  return abciOverGrpc(() => callUnary(backend, path, data, height), height);
}
