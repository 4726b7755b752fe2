// The unsafe RPC command dial_peers on the libp2p network: `12D3Koo…@host:port`.
import type { UnsafeDoor } from '../rpc/backend.ts';
import { parseListenAddress } from './listen-address.ts';
import type { Network } from './network.ts';

type Options = Parameters<UnsafeDoor['dialPeers']>[1];

/** Resolves when all are dialled, whether they answer or not. Rejects, before any is dialled, where one cannot be read. */
export async function dialPeers(network: Pick<Network, 'dial'> | undefined, peers: readonly string[], options: Options): Promise<void> {
  if (network === undefined) throw new Error('this node has no peer network: set p2p.libp2p.enabled');
  const targets = peers.map((text) => {
    const at = text.indexOf('@');
    if (at <= 0) throw new Error(`${JSON.stringify(text)} is no peer: write id@host:port`);
    const { host, port } = parseListenAddress('peer', text.slice(at + 1));
    return { id: text.slice(0, at), host, port, persistent: options.persistent, unconditional: options.unconditional };
  });
  await Promise.allSettled(targets.map((t) => network.dial(t)));
}
