// A validator with our own engine in this process.
import { loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import { isPortTaken } from '../../node/listen-address.ts';
import { createLogger } from '../../node/logger.ts';
import { createNode, type Node } from '../../node/node.ts';
import { openApplication } from '../application.ts';
import { CHAIN } from '../cli.ts';
import { processIo } from '../io.ts';
import { packageJson } from '../version.ts';
import { reportBlocks } from './block-report.ts';
import type { FromValidator, Ports, Run } from './messages.ts';
import { anyPorts, portSettings } from './settings.ts';
import type { Validator } from './validator-process.ts';

/** The home's peers are those of an earlier start: this time the parent tells of them. */
function configOf({ home, settings }: Run, ports: Ports): NodeConfig {
  const flags = new Map([...settings, ...portSettings(ports), ['p2p.libp2p.enabled', 'true'] as const]);
  const config = loadNodeConfig({ home, environment: processIo().environment, flags });
  const { comet } = config;
  return { ...config, comet: { ...comet, p2p: { ...comet.p2p, libp2p: { ...comet.p2p.libp2p, bootstrapPeers: [] } } } };
}

async function startNode(run: Run, ports: Ports, tell: (m: FromValidator) => void): Promise<Node> {
  const config = configOf(run, ports);
  const { version } = packageJson();
  const logger = createLogger({ level: config.comet.base.logLevel as 'info', format: config.comet.base.logFormat as 'plain' | 'json' });
  const node = await createNode({
    config,
    logger,
    softwareVersion: version,
    bech32Prefix: CHAIN.bech32Prefix,
    openApplication: ({ chainId, verifyBatch }) =>
      openApplication({ config, chainId, version, bech32Prefix: CHAIN.bech32Prefix, verifyBatch, logger: logger.module('snapshots') }),
  });
  reportBlocks(node, (block) => tell({ type: 'block', ...block }));
  await node.start();
  return node;
}

/** Where another program was quicker to take a port, the system chooses others: those cannot be taken. */
export async function runNode(run: Run, tell: (m: FromValidator) => void): Promise<Validator> {
  const node = await startNode(run, run.ports, tell).catch((e: unknown) => {
    if (!isPortTaken(e)) throw e;
    return startNode(run, anyPorts(run.ports), tell);
  });
  const { rpc, grpc, rest, p2p } = node.addresses;
  const doors = grpc === undefined || rest === undefined ? undefined : { grpc: grpc.port, rest: rest.port };
  tell({ type: 'listening', ports: { rpc: rpc.port, p2p: p2p?.port ?? 0, doors }, peerId: node.network?.id ?? '' });
  return {
    failed: node.failed,
    onPeer({ id, port, dial }) {
      const peer = { id, host: '127.0.0.1', port, persistent: true, unconditional: true };
      node.network?.know(peer);
      // One that does not answer is tried again.
      if (dial) void node.network?.dial(peer).catch(() => undefined);
    },
    stop: () => node.stop(),
  };
}
