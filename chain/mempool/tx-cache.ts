// Hashes of transactions seen lately, least recently seen first out (cmt:mempool/cache.go).

export class TxCache {
  readonly #size: number;
  readonly #keys = new Set<string>();

  /** A size of 0 remembers nothing. */
  constructor(size: number) {
    this.#size = size;
  }

  /** False if it was there; it then counts as seen again. */
  push(key: string): boolean {
    if (this.#size <= 0) return true;
    if (this.#keys.delete(key)) {
      this.#keys.add(key);
      return false;
    }
    if (this.#keys.size >= this.#size) {
      for (const oldest of this.#keys) {
        this.#keys.delete(oldest);
        break;
      }
    }
    this.#keys.add(key);
    return true;
  }

  remove(key: string): void {
    this.#keys.delete(key);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  clear(): void {
    this.#keys.clear();
  }

  get size(): number {
    return this.#keys.size;
  }
}
