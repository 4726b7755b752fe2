// Questions to the application (cmt:rpc/core/abci.go).
import { infoResponseJson, queryResponseJson } from '../json/abci.ts';
import { type MethodTable, method } from '../method.ts';
import { bool, hexBytes, int64, string } from '../params.ts';

export const abciMethods: MethodTable = {
  abci_query: method({ path: string, data: hexBytes, height: int64, prove: bool }, async (request, { backend }) => ({
    response: queryResponseJson(await backend.app.query(request)),
  })),

  // Cacheable at CometBFT too, though the answer changes with every block.
  abci_info: method({}, async (_, { backend }) => ({ response: infoResponseJson(await backend.app.info()) }), { cacheable: true }),
};
