// Where a light client keeps what it trusts: small byte values under short names. A device may have no more than two flash pages, so the
// client's state (148 bytes) is one value; blocks are a cache that a store may refuse to keep.

export interface Store {
  /** undefined: nothing is stored. Rejects with LightError `store` where something is, and is damaged. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Durable once it resolves; a power cut leaves the old value or the new one. */
  put(name: string, value: Uint8Array): Promise<void>;
  delete(name: string): Promise<void>;
  /** Only grows (secure element, TPM, RPMB). With it a store that its owner rolled back is detected. */
  readonly counter?: Counter;
}

export interface Counter {
  read(): Promise<bigint>;
  /** One more than before, durable once it resolves. */
  raise(): Promise<void>;
}
