// Peers as the doors show them: /net_info and /dump_consensus_state.

import { toHexUpper } from '../encoding/bytes.ts';
import { formatTime, GO_ZERO_TIME } from '../encoding/time.ts';
import type { PeerRoundState } from '../engine/gossip/peer-round-state.ts';
import type { NodeInfo, PeerInfo } from '../rpc/backend.ts';
import type { Network } from './network.ts';

const NANOS_PER_MS = 1_000_000n;

/** `/ip4/H/udp/P/quic-v1/…` as host and port. */
function hostPort(address: string): { readonly host: string; readonly port: string } {
  const m = /^\/(?:ip4|ip6|dns\w*)\/([^/]+)\/udp\/(\d+)/.exec(address);
  return { host: m?.[1] ?? '', port: m?.[2] ?? '0' };
}

/** libp2p peers tell nothing of themselves but their identity; the rest is what a CometBFT node says of such a peer. */
export function peerInfos(network: Pick<Network, 'peers'> | undefined, own: NodeInfo): PeerInfo[] {
  return (network?.peers() ?? []).map((p) => {
    const { host, port } = hostPort(p.address);
    return {
      nodeInfo: { ...own, id: p.id, listenAddr: `${host}:${port}`, version: '', channels: new Uint8Array(0), moniker: '', txIndex: 'off', rpcAddress: '' },
      isOutbound: p.outbound,
      connectedFor: BigInt(Date.now() - p.since) * NANOS_PER_MS,
      remoteIp: host,
    };
  });
}

function roundStateJson(s: PeerRoundState): string {
  const bits = (b: { toString(): string } | undefined): string | null => b?.toString() ?? null;
  return JSON.stringify({
    round_state: {
      height: s.height.toString(),
      round: s.round,
      step: s.step,
      start_time: formatTime(s.startTimeMs === 0 ? GO_ZERO_TIME : BigInt(Math.round(s.startTimeMs)) * NANOS_PER_MS),
      proposal: s.proposal,
      proposal_block_part_set_header: {
        total: s.partSetHeader?.total ?? 0,
        hash: s.partSetHeader === undefined ? '' : toHexUpper(s.partSetHeader.hash),
      },
      proposal_block_parts: bits(s.parts),
      proposal_pol_round: s.polRound,
      proposal_pol: bits(s.pol),
      prevotes: bits(s.prevotes),
      precommits: bits(s.precommits),
      last_commit_round: s.lastCommitRound,
      last_commit: bits(s.lastCommit),
      catchup_commit_round: s.catchupCommitRound,
      catchup_commit: bits(s.catchupCommit),
    },
    stats: { votes: '0', block_parts: '0' },
  });
}

export function peerStates(network: Pick<Network, 'peers' | 'consensus'> | undefined): { readonly nodeAddress: string; readonly stateJson: string }[] {
  if (network === undefined) return [];
  const states = network.consensus.roundStates();
  return network.peers().flatMap((p) => {
    const s = states.get(p.id);
    const { host, port } = hostPort(p.address);
    return s === undefined ? [] : [{ nodeAddress: `${p.id}@${host}:${port}`, stateJson: roundStateJson(s) }];
  });
}
