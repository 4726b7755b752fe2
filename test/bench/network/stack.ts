// What the rows of area `network` are measured on: one node, or several validators, of one kind on loopback.
import type { LoadAccount } from '../support/accounts.ts';

export interface StackNode {
  readonly name: string;
  readonly home: string;
  readonly rpcPort: number;
  readonly metricsPort: number;
  /** Its own process and that of an application beside it. */
  pids(): readonly number[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Stack {
  readonly name: string;
  readonly chainId: string;
  readonly denom: string;
  readonly accounts: readonly LoadAccount[];
  /** Account number of `accounts[0]` in the genesis. */
  readonly firstNumber: bigint;
  readonly nodes: readonly StackNode[];
}

export interface StackOptions {
  readonly accounts: number;
  readonly validators: number;
  /** Nodes without power that are started later. */
  readonly late?: number;
  readonly timeoutCommit: string;
  /** Of a block, from the genesis on; -1n: the chain's own default. */
  readonly blockBytesMax?: number;
}

export type CreateStack = (o: StackOptions) => Promise<Stack>;

export const AMOUNT = '1000000000';
export const FEE = '200';
export const MIN_GAS_PRICE = '0.000001';

/** The validators; the others are not started. */
export async function startStack(stack: Stack, count: number = stack.nodes.length): Promise<void> {
  await Promise.all(stack.nodes.slice(0, count).map((n) => n.start()));
}

export async function stopStack(stack: Stack): Promise<void> {
  await Promise.all(stack.nodes.map((n) => n.stop()));
}
