// What a dev network prints first.
import type { DevInfo } from '../../node/dev-info.ts';
import { FUNDS } from './home.ts';

export function banner(home: string, info: DevInfo): string {
  const nodes = info.nodes.length === 1 ? [] : [`  nodes ${info.nodes.map((n, i) => `val-${i} (${n.kind}) ${n.rpc}`).join('\n        ')}`];
  return [
    `Trellis dev network  ${info.chainId}   (state in ${home}, Ctrl-C stops)`,
    `  rpc   ${info.rpc}      rest  ${info.rest}      grpc  ${info.grpc}`,
    ...nodes,
    `  test accounts, ${Number(BigInt(FUNDS) / 1_000_000n).toLocaleString('en-US')} TREL each; their words are public, for tests only:`,
    ...info.accounts.map((a) => `    ${a.name.padEnd(6)} ${a.address}  ${a.mnemonic}`),
    '',
  ].join('\n');
}
