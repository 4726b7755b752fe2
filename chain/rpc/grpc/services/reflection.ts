// grpc.reflection.v1 and v1alpha: which services there are, and their .proto files. The two versions have the same messages on the wire.
// A file goes out with those it depends on that this stream has not sent yet (grpc/reflection, gogoreflection of the SDK).
import { ServerReflectionRequest, ServerReflectionResponse } from '../../../../proto/gen/grpc/reflection/v1.ts';
import type { DescriptorFile, FileDescriptors } from '../file-descriptors.ts';
import { GrpcCode } from '../status.ts';

export const REFLECTION_PATHS: readonly string[] = [
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
];

type Answer = ServerReflectionResponse['messageResponse'];

function notFound(errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode: GrpcCode.NOT_FOUND, errorMessage } };
}

/** One stream: answers requests in order. */
export class ReflectionStream {
  private readonly files: FileDescriptors;
  private readonly services: readonly string[];
  private readonly sent = new Set<string>();

  constructor(files: FileDescriptors, services: readonly string[]) {
    this.files = files;
    this.services = services;
  }

  /** Throws WireError on bytes that are no request. */
  answer(bytes: Uint8Array): Uint8Array {
    const request = ServerReflectionRequest.decode(bytes);
    return ServerReflectionResponse.encode({ validHost: request.host, originalRequest: request, messageResponse: this.respond(request.messageRequest) });
  }

  private respond(r: ServerReflectionRequest['messageRequest']): Answer {
    switch (r?.case) {
      case 'fileByFilename':
        return this.file(this.files.byName(r.value), `file ${JSON.stringify(r.value)} not found`);
      case 'fileContainingSymbol':
        return this.file(this.files.bySymbol(r.value), `unknown symbol: ${JSON.stringify(r.value)}`);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = r.value as { containingType: string; extensionNumber: number };
        return this.file(this.files.byExtension(containingType, extensionNumber), `unknown extension ${extensionNumber} of ${JSON.stringify(containingType)}`);
      }
      case 'allExtensionNumbersOfType': {
        const numbers = this.files.extensionNumbers(r.value);
        if (numbers === undefined) return notFound(`unknown type: ${JSON.stringify(r.value)}`);
        return { case: 'allExtensionNumbersResponse', value: { baseTypeName: r.value, extensionNumber: numbers } };
      }
      case 'listServices':
        return { case: 'listServicesResponse', value: { service: this.services.map((name) => ({ name })) } };
      default:
        return { case: 'errorResponse', value: { errorCode: GrpcCode.INVALID_ARGUMENT, errorMessage: 'invalid MessageRequest' } };
    }
  }

  private file(first: DescriptorFile | undefined, missing: string): Answer {
    if (first === undefined) return notFound(missing);
    const out: Uint8Array[] = [first.bytes];
    this.sent.add(first.name);
    const queue = [...first.dependencies];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (this.sent.has(name)) continue;
      this.sent.add(name);
      const file = this.files.byName(name);
      if (file === undefined) continue;
      out.push(file.bytes);
      queue.push(...file.dependencies);
    }
    return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: out } };
  }
}
