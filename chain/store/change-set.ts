// The writes of one height as one record: what a tree needs to come from one version to the next. Order matters and is kept.
// Record: byte 1 (format); then per changed store: name and operations, each behind its length as uvarint. Operation: byte 0 (set), key, value;
// or byte 1 (delete), key; byte strings behind their length.
import { Reader, WireError, Writer } from '../encoding/proto-wire.ts';

const FORMAT = 1;
const SET = 0;
const DELETE = 1;
const CAPACITY = 256;
const CAPACITY_MAX = 1 << 20;

/** The operations of one store since they were last taken. */
export class ChangeLog {
  #ops = new Writer(CAPACITY);
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#ops.uint32(SET).bytes(key).bytes(value);
    this.#count++;
  }

  delete(key: Uint8Array): void {
    this.#ops.uint32(DELETE).bytes(key);
    this.#count++;
  }

  /** The operations so far, and an empty log. */
  take(): Uint8Array {
    const ops = this.#ops.finish();
    this.clear();
    return ops;
  }

  clear(): void {
    if (this.#count === 0) return;
    // The next height is likely to take as much as this.
    this.#ops = new Writer(Math.max(CAPACITY, Math.min(this.#ops.length * 2, CAPACITY_MAX)));
    this.#count = 0;
  }
}

/** Empties the logs. Stores without a change are left out. */
export function encodeChangeSet(logs: Iterable<readonly [string, ChangeLog]>): Uint8Array {
  const w = new Writer(512).uint32(FORMAT);
  for (const [name, log] of logs) {
    if (log.isEmpty) continue;
    w.string(name).bytes(log.take());
  }
  return w.finish();
}

export interface StoreChanges {
  readonly name: string;
  /** Undefined value: deleted. Views into the record. */
  readonly ops: Iterable<readonly [Uint8Array, Uint8Array | undefined]>;
}

/** Throws WireError, also while the operations are read. */
export function* decodeChangeSet(record: Uint8Array): Generator<StoreChanges> {
  const r = new Reader(record);
  if (r.uint32() !== FORMAT) throw new WireError('change set of another format', 0);
  while (!r.done()) {
    const name = r.string();
    const ops = r.bytes();
    yield { name, ops: decodeOps(ops) };
  }
}

function* decodeOps(ops: Uint8Array): Generator<readonly [Uint8Array, Uint8Array | undefined]> {
  const r = new Reader(ops);
  while (!r.done()) {
    const op = r.uint32();
    if (op > DELETE) r.fail(`unknown operation ${op}`);
    const key = r.bytes();
    if (key.length === 0) r.fail('empty key');
    yield [key, op === SET ? r.bytes() : undefined];
  }
}
