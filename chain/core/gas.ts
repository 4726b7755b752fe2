// Gas: what a transaction may spend and has spent. Constants and order of charges are consensus: gas_used is hashed into the next header.
// Source: store:types/gas.go. Go counts in uint64; here numbers carry it and more than 2^53 is the overflow that Go has at 2^64, which no
// real transaction reaches (a limit above it is kept as given and only compared).
import { stackTrace } from './stack-trace.ts';

/** Costs of a store access; `PerByte` times key and value length. */
export const GAS = { has: 1000, delete: 1000, readFlat: 1000, readPerByte: 3, writeFlat: 2000, writePerByte: 30, iterNextFlat: 30 } as const;

export const GAS_LIMIT_INFINITE = 18_446_744_073_709_551_615n;

/** Thrown when a charge passes the limit. It passes through keepers; whoever set the meter turns it into code 11. */
export class OutOfGas extends Error {
  readonly descriptor: string;
  constructor(descriptor: string) {
    const limit = stackTrace.stackTraceLimit;
    stackTrace.stackTraceLimit = 0;
    super(`out of gas in location: ${descriptor}`);
    stackTrace.stackTraceLimit = limit;
    this.name = 'OutOfGas';
    this.descriptor = descriptor;
  }
}

/** Thrown when a sum leaves the range; a panic (code 111222) to whoever runs the transaction. */
export class GasOverflow extends Error {
  constructor(descriptor: string) {
    super(`gas overflow in location: ${descriptor}`);
    this.name = 'GasOverflow';
  }
}

export class GasMeter {
  /** As wanted by the transaction; GAS_LIMIT_INFINITE where nothing is limited. */
  readonly limit: bigint;
  readonly #limit: number;
  #consumed = 0;

  private constructor(limit: bigint) {
    this.limit = limit;
    this.#limit = limit > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(limit);
  }

  static withLimit(limit: bigint): GasMeter {
    return new GasMeter(limit);
  }

  static infinite(): GasMeter {
    return new GasMeter(GAS_LIMIT_INFINITE);
  }

  get consumed(): bigint {
    return BigInt(this.#consumed);
  }

  /** What was consumed, but at most the limit. */
  get consumedToLimit(): number {
    return Math.min(this.#consumed, this.#limit);
  }

  /** 2^64 - 1 for an infinite meter. */
  get remaining(): bigint {
    if (this.limit === GAS_LIMIT_INFINITE) return GAS_LIMIT_INFINITE;
    const left = this.limit - BigInt(this.#consumed);
    return left > 0n ? left : 0n;
  }

  /** A whole number of gas, not negative. The charge counts even when it passes the limit. */
  consume(amount: number, descriptor: string): void {
    const sum = this.#consumed + amount;
    if (sum > Number.MAX_SAFE_INTEGER) {
      this.#consumed = Number.MAX_SAFE_INTEGER;
      throw new GasOverflow(descriptor);
    }
    this.#consumed = sum;
    if (sum > this.#limit) throw new OutOfGas(descriptor);
  }

  refund(amount: number, descriptor: string): void {
    if (amount > this.#consumed) throw new Error(`negative gas consumed in location: ${descriptor}`);
    this.#consumed -= amount;
  }

  get isPastLimit(): boolean {
    return this.#consumed > this.#limit;
  }

  get isOutOfGas(): boolean {
    return this.#consumed >= this.#limit;
  }
}

/** A price from state as a charge; one too large for the meter becomes its overflow. */
export function gasAmount(price: bigint, times = 1): number {
  return Math.min(Number(price) * times, Number.MAX_SAFE_INTEGER);
}
