// `query`: modules by their Query services, and the chain by CometBFT's RPC.
import type { Register } from '../cli.ts';
import { queryServices } from '../methods/services.ts';
import { addChainQueries } from './chain-query.ts';
import { addModuleQueries } from './module-query.ts';

export const register: Register = (parent, cli) => {
  const query = parent.command('query');
  addChainQueries(query, cli);
  for (const module of [...queryServices().keys()].sort()) addModuleQueries(query, cli, module);
};
