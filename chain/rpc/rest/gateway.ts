// From an HTTP request to a gRPC method and back: the gateway of the SDK (grpc-gateway v1 with the SDK's JSON, sdk:server/api/server.go).
import { fromJson, type JsonValue, jsonText, ProtoJsonError, parseJson, toJson } from '../../../proto/json.ts';
import { findMessage, type HttpRule, httpRoutes, type MessageType, messageOfCodec } from '../../../proto/registry.ts';
import type { Backend } from '../backend.ts';
import { callUnary, servedServices } from '../grpc/methods.ts';
import { GrpcCode, GrpcError, internal, invalidArgument, toGrpcError } from '../grpc/status.ts';
import { setPathVariable, setQueryParameters } from './fields.ts';
import { createRouter, type Match, type Router } from './templates.ts';

export interface GatewayRequest {
  readonly verb: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly contentType: string;
  readonly body: string;
  readonly height: bigint;
}
export interface GatewayReply {
  readonly status: number;
  readonly text: string;
  /** Of the state that was asked, where one was. */
  readonly height: bigint | undefined;
}

/** HTTP status of each gRPC code (grpc-gateway v1 runtime/errors.go). */
const HTTP_STATUS: readonly number[] = [200, 408, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

export function errorReply(e: unknown): GatewayReply {
  const { code, message } = toGrpcError(e);
  return { status: HTTP_STATUS[code] ?? 500, text: jsonText({ code, message, details: [] }), height: undefined };
}

/** Deeper bodies are left to the reader, which refuses them. */
const DEPTH_MAX = 100;

const NOT_IMPLEMENTED = (): GrpcError => new GrpcError(GrpcCode.UNIMPLEMENTED, 'Not Implemented');

function required(name: string): MessageType {
  const type = findMessage(name);
  if (type === undefined) throw internal(`unknown message ${name}`);
  return type;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('invalid URL escape');
  }
}

function parameters(query: string): URLSearchParams {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(query);
  if (bad !== null) throw invalidArgument(`invalid URL escape ${JSON.stringify(bad[0])}`);
  return new URLSearchParams(query);
}

/** The gateway ignores unknown fields; what is inside an Any stays as it is. */
function withoutUnknown(type: MessageType, json: JsonValue, depth = 0): JsonValue {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || type.name.startsWith('google.protobuf.') || depth > DEPTH_MAX) return json;
  const out: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(json)) {
    const shape = type.byName.get(name)?.shape;
    if (shape === undefined) continue;
    const inner = shape.kind === 'message' ? messageOfCodec(shape.codec()) : undefined;
    if (inner === undefined) out[name] = value;
    else if (Array.isArray(value)) out[name] = (value as readonly JsonValue[]).map((v) => withoutUnknown(inner, v, depth + 1));
    else out[name] = withoutUnknown(inner, value, depth + 1);
  }
  return out;
}

function bodyOf(type: MessageType, text: string): unknown {
  if (text.trim() === '') return type.codec.zero();
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (e) {
    const first = text.trimStart()[0] as string;
    throw invalidArgument(/[-[{"0-9tfn]/.test(first) ? (e as Error).message : `invalid character '${first}' looking for beginning of value`);
  }
  try {
    return fromJson(type, withoutUnknown(type, json));
  } catch (e) {
    if (e instanceof ProtoJsonError || e instanceof RangeError) throw invalidArgument(e.message);
    throw e;
  }
}

function requestMessage(type: MessageType, { route, variables }: Match, request: GatewayRequest): unknown {
  let message: unknown;
  if (route.body === '*') message = bodyOf(type, request.body);
  else {
    message = type.codec.zero();
    const query = parameters(request.query);
    if (request.contentType.startsWith('application/x-www-form-urlencoded')) for (const [k, v] of new URLSearchParams(request.body)) query.append(k, v);
    setQueryParameters(type, message, query, variables);
  }
  for (const [path, text] of variables) setPathVariable(type, message, path, text);
  return message;
}

export class Gateway {
  private readonly backend: Backend;
  private readonly router: Router;

  constructor(backend: Backend) {
    this.backend = backend;
    const served = new Set(servedServices(backend));
    this.router = createRouter(httpRoutes().filter((r) => served.has(r.method.slice(1, r.method.lastIndexOf('/')))));
  }

  /** Never throws. */
  async serve(request: GatewayRequest): Promise<GatewayReply> {
    try {
      const found = this.find(request);
      const input = required(found.route.input);
      const output = required(found.route.output);
      const bytes = input.codec.encode(requestMessage(input, found, request));
      const { value, height } = await callUnary(this.backend, found.route.method, bytes, request.height);
      return { status: 200, text: jsonText(toJson(output, output.codec.decode(value))), height };
    } catch (e) {
      return errorReply(e);
    }
  }

  private find({ verb, path, contentType }: GatewayRequest): Match {
    const decoded = decodePath(path);
    const found = this.router(verb as HttpRule['verb'], decoded);
    if (found !== undefined) return found;
    // A form posted to a GET path counts as its query.
    const form = verb === 'POST' && contentType.startsWith('application/x-www-form-urlencoded');
    const get = form ? this.router('GET', decoded) : undefined;
    if (get === undefined) throw NOT_IMPLEMENTED();
    return get;
  }
}
