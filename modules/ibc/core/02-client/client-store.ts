// The part of the state that belongs to one client: everything below `clients/{id}/`.

import { prefixEnd } from '../../../../chain/core/collections/state-map.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { concatBytes, utf8 } from '../../../../chain/encoding/bytes.ts';
import { CLIENTS_PREFIX, clientPath } from '../24-host/paths.ts';
import { STORE_NAME } from '../keys.ts';

export class ClientStore {
  readonly #ctx: Context;
  readonly #prefix: Uint8Array;

  constructor(ctx: Context, clientId: string) {
    this.#ctx = ctx;
    this.#prefix = utf8(clientPath(clientId, ''));
  }

  #key(path: string | Uint8Array): Uint8Array {
    return concatBytes(this.#prefix, typeof path === 'string' ? utf8(path) : path);
  }

  get(path: string | Uint8Array): Uint8Array | undefined {
    return this.#ctx.store(STORE_NAME).get(this.#key(path));
  }

  set(path: string | Uint8Array, value: Uint8Array): void {
    this.#ctx.store(STORE_NAME).set(this.#key(path), value);
  }

  delete(path: string | Uint8Array): void {
    this.#ctx.store(STORE_NAME).delete(this.#key(path));
  }

  /** Below `prefix`, from `start` (with the prefix) on; keys without the client's prefix. */
  *ascending(prefix: Uint8Array, start: Uint8Array = prefix): Generator<readonly [Uint8Array, Uint8Array]> {
    for (const [k, v] of this.#ctx.store(STORE_NAME).iterate(this.#key(start), prefixEnd(this.#key(prefix)))) yield [k.subarray(this.#prefix.length), v];
  }

  /** Below `prefix`, from before `end` downwards. */
  *descending(prefix: Uint8Array, end: Uint8Array): Generator<readonly [Uint8Array, Uint8Array]> {
    for (const [k, v] of this.#ctx.store(STORE_NAME).iterateReverse(this.#key(prefix), this.#key(end))) yield [k.subarray(this.#prefix.length), v];
  }
}

/** Everything of all clients, by keys without `clients/`. */
export function* allClients(ctx: Context): Generator<readonly [Uint8Array, Uint8Array]> {
  const prefix = utf8(CLIENTS_PREFIX);
  for (const [k, v] of ctx.store(STORE_NAME).iterate(prefix, prefixEnd(prefix))) yield [k.subarray(prefix.length), v];
}
