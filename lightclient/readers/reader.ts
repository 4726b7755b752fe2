// What a module publishes for light clients: where a fact stands and how its bytes are read.
import type { Client } from '../client/client.ts';
import { get } from '../proofs/questions.ts';

export interface Reader<Args extends readonly unknown[], T> {
  readonly store: string;
  readonly key: (...args: Args) => Uint8Array;
  /** undefined: it is proven that nothing stands there. Throws LightError `proof` for bytes that are not of its form. */
  readonly decode: (value: Uint8Array | undefined) => T;
}

export interface Fact<T> {
  readonly value: T;
  /** Of the state in which it holds. */
  readonly height: bigint;
}

/** Reads a fact, proven; at a height, or as late as can be proven now. */
export async function read<Args extends readonly unknown[], T>(c: Client, r: Reader<Args, T>, args: Args, height?: bigint): Promise<Fact<T>> {
  const { value, height: at } = await get(c, r.store, r.key(...args), height);
  return { value: r.decode(value), height: at };
}
