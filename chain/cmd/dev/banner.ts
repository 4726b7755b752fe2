// What a dev network prints first.
import type { DevInfo } from '../../node/dev-info.ts';
import { FUNDS } from './home.ts';

export const titleLine = (home: string, chainId: string): string => `Trellis dev network  ${chainId}   (state in ${home}, Ctrl-C stops)`;

export function doorLines(info: DevInfo): string {
  const nodes = info.nodes.length === 1 ? [] : info.nodes.map((n, i) => `  ${`val-${i}`.padEnd(7)} ${n.rpc}${n.kind === 'go' ? '  (Go CometBFT)' : ''}`);
  return [
    `  rpc     ${info.rpc}     rest  ${info.rest}     grpc  ${info.grpc}`,
    ...nodes,
    `  test accounts, ${Number(BigInt(FUNDS) / 1_000_000n).toLocaleString('en-US')} TREL each; their words are public, for tests only:`,
    ...info.accounts.map((a) => `    ${a.name.padEnd(6)} ${a.address}  ${a.mnemonic}`),
    '',
  ].join('\n');
}
