// Every JSON-RPC method by name (cmt:rpc/core/routes.go).
import type { MethodTable } from './method.ts';
import { abciMethods } from './methods/abci.ts';
import { blockMethods } from './methods/blocks.ts';
import { consensusMethods } from './methods/consensus.ts';
import { eventMethods } from './methods/events.ts';
import { evidenceMethods } from './methods/evidence.ts';
import { infoMethods } from './methods/info.ts';
import { mempoolMethods } from './methods/mempool.ts';
import { searchMethods } from './methods/search.ts';
import { unsafeMethods } from './methods/unsafe.ts';

export function methodTable(unsafe: boolean): MethodTable {
  return {
    ...eventMethods,
    ...infoMethods,
    ...blockMethods,
    ...consensusMethods,
    ...searchMethods,
    ...mempoolMethods,
    ...abciMethods,
    ...evidenceMethods,
    ...(unsafe ? unsafeMethods : {}),
  };
}
