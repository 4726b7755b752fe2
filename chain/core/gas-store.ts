// A store whose accesses are charged to a gas meter, in the reference's order (store:gaskv/store.go).
import { GAS, type GasMeter } from './gas.ts';
import type { KVStore } from './kv-store.ts';

type Pair = readonly [Uint8Array, Uint8Array];

export class GasStore implements KVStore {
  readonly #parent: KVStore;
  readonly #meter: GasMeter;

  constructor(parent: KVStore, meter: GasMeter) {
    this.#parent = parent;
    this.#meter = meter;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#meter.consume(GAS.readFlat, 'ReadFlat');
    const value = this.#parent.get(key);
    this.#meter.consume(GAS.readPerByte * key.length, 'ReadPerByte');
    if (value !== undefined) this.#meter.consume(GAS.readPerByte * value.length, 'ReadPerByte');
    return value;
  }

  has(key: Uint8Array): boolean {
    this.#meter.consume(GAS.has, 'Has');
    return this.#parent.has(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#meter.consume(GAS.writeFlat, 'WriteFlat');
    this.#meter.consume(GAS.writePerByte * key.length, 'WritePerByte');
    this.#meter.consume(GAS.writePerByte * value.length, 'WritePerByte');
    this.#parent.set(key, value);
  }

  delete(key: Uint8Array): void {
    this.#meter.consume(GAS.delete, 'Delete');
    this.#parent.delete(key);
  }

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<Pair> {
    return this.#charged(this.#parent.iterate(start, end));
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<Pair> {
    return this.#charged(this.#parent.iterateReverse(start, end));
  }

  // Opening charges the first entry; each advance charges the entry it leaves. So the first is charged twice when passed.
  *#charged(source: Iterable<Pair>): Generator<Pair> {
    let opened = false;
    for (const pair of source) {
      if (!opened) {
        opened = true;
        this.#seek(pair);
      }
      yield pair;
      this.#seek(pair);
    }
    if (!opened) this.#meter.consume(GAS.iterNextFlat, 'IterNextFlat');
  }

  #seek(pair: Pair): void {
    this.#meter.consume(GAS.readPerByte * pair[0].length, 'ValuePerByte');
    this.#meter.consume(GAS.readPerByte * pair[1].length, 'ValuePerByte');
    this.#meter.consume(GAS.iterNextFlat, 'IterNextFlat');
  }
}
