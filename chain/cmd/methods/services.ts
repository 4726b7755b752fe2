// The services that commands are made from, by module; of several versions the newest.
import { findMessage, findService, type MessageType, type MethodMeta, serviceNames } from '../../../proto/registry.ts';

/** The module of a service's full name, as its commands call it; undefined where it has none. Of IBC the classic services are served. */
export function moduleOf(service: string): string | undefined {
  const ibc = /^ibc\.(?:core|applications)\.(client|connection|channel|transfer)\.v1\./.exec(service)?.[1];
  return ibc === undefined ? /^(?:cosmos|trellis)\.([a-z]+)\.v\w+\./.exec(service)?.[1] : `ibc-${ibc}`;
}

function newest(kind: 'Query' | 'Msg'): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const name of serviceNames()) {
    const module = moduleOf(name);
    if (module === undefined || !name.endsWith(`.${kind}`)) continue;
    // v1beta1 sorts behind v1, which is newer.
    if (!out.has(module) || name < (out.get(module) as string)) out.set(module, name);
  }
  return out;
}

/** Full names of Query services by module. */
export const queryServices = (): ReadonlyMap<string, string> => newest('Query');
/** Full names of Msg services by module. */
export const messageServices = (): ReadonlyMap<string, string> => newest('Msg');

/** Methods with one request and one response. */
export function unaryMethods(service: string): readonly MethodMeta[] {
  return (findService(service)?.methods ?? []).filter((m) => m.clientStreaming !== true && m.serverStreaming !== true);
}

/** Throws where proto/gen lacks it: a mistake of the program. */
export function messageType(name: string): MessageType {
  const type = findMessage(name);
  if (type === undefined) throw new Error(`${name} is not in proto/gen`);
  return type;
}
