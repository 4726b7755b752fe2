// Control of the node, only where the operator set rpc.unsafe (cmt:rpc/core/{dev,net}.go).
import type { UnsafeDoor } from '../../backend.ts';
import { type CallContext, type MethodTable, method } from '../method.ts';
import { bool, strings } from '../params.ts';

function door({ backend }: CallContext): UnsafeDoor {
  if (backend.unsafe === undefined) throw new Error('unsafe commands are off');
  return backend.unsafe;
}

export const unsafeMethods: MethodTable = {
  dial_seeds: method({ seeds: strings }, async ({ seeds }, context) => {
    if (seeds.length === 0) throw new Error('no seeds provided');
    await door(context).dialSeeds(seeds);
    return { log: 'Dialing seeds in progress. See /net_info for details' };
  }),
  dial_peers: method({ peers: strings, persistent: bool, unconditional: bool, private: bool }, async ({ peers, ...options }, context) => {
    if (peers.length === 0) throw new Error('no peers provided');
    await door(context).dialPeers(peers, options);
    return { log: 'Dialing peers in progress. See /net_info for details' };
  }),
  unsafe_flush_mempool: method({}, async (_, context) => {
    await door(context).flushMempool();
    return {};
  }),
};
