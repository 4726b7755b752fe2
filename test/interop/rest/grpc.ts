// Every query method of the services over gRPC, asked of both doors by a stock client: status, text and the answer's bytes.
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { toHex } from '../../../chain/encoding/bytes.ts';
import { fromJson, type JsonValue } from '../../../proto/json.ts';
import { findMessage, findService, type MessageType, serviceNames } from '../../../proto/registry.ts';
import { type Known, valuesOf } from './paths.ts';

const client = (address: string): Client => new Client(address, credentials.createInsecure());

function call(c: Client, path: string, request: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    c.makeUnaryRequest(
      path,
      (b: Uint8Array) => Buffer.from(b),
      (b: Buffer) => new Uint8Array(b),
      request,
      (e: ServiceError | null, answer?: Uint8Array) => resolve(e === null ? toHex(answer ?? new Uint8Array(0)) : `code ${e.code}: ${e.details}`),
    );
  });
}

function requestOf(type: MessageType, k: Known): Uint8Array {
  const values = valuesOf(k);
  const json: Record<string, JsonValue> = {};
  for (const f of type.fields) {
    const v = values[f.protoName];
    if (v !== undefined && f.shape.kind === 'scalar' && !f.shape.repeated) json[f.protoName] = v;
  }
  return type.codec.encode(fromJson(type, json));
}

/** The deprecated field beside the one that counts is refused. */
const WITHOUT: Readonly<Record<string, string>> = { AccountAddressByID: 'id' };

export interface GrpcCompared {
  readonly asked: number;
  readonly answered: number;
  readonly differences: readonly string[];
}

export async function compareGrpc(simd: string, ours: string, k: Known): Promise<GrpcCompared> {
  const [a, b] = [client(ours), client(simd)];
  const differences: string[] = [];
  let asked = 0;
  let answered = 0;
  try {
    for (const service of serviceNames().filter((s) => /^cosmos\..*\.Query$/.test(s))) {
      for (const m of findService(service)?.methods ?? []) {
        const type = findMessage(m.input) as MessageType;
        const left = WITHOUT[m.name];
        for (const bytes of [
          requestOf(left === undefined ? type : { ...type, fields: type.fields.filter((f) => f.protoName !== left) }, k),
          new Uint8Array(0),
        ]) {
          const path = `/${service}/${m.name}`;
          const [own, theirs] = [await call(a, path, bytes), await call(b, path, bytes)];
          asked++;
          if (!theirs.startsWith('code ')) answered++;
          if (own !== theirs) differences.push(`${path}: ours ${own.slice(0, 200)}; simd ${theirs.slice(0, 200)}`);
        }
      }
    }
  } finally {
    a.close();
    b.close();
  }
  return { asked, answered, differences };
}
