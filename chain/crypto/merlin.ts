// Merlin transcripts (merlin.cool, the part that CometBFT's SecretConnection uses): messages under labels go in, challenges come out.
// Underneath lies STROBE-128 (strobe.sourceforge.io, version 1.0.2) with the operations meta-AD, AD and PRF.
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { keccakF1600 } from './keccak256.ts';

const RATE = 166;
const STATE_BYTES = 200;
/** Flags of STROBE's operations. */
const I = 1;
const A = 2;
const C = 4;
const M = 16;
const K = 32;

class Strobe {
  readonly #state = new Uint8Array(STATE_BYTES);
  #at = 0;
  #begin = 0;

  constructor(protocol: Uint8Array) {
    this.#state.set([1, RATE + 2, 1, 0, 1, 96]);
    this.#state.set(utf8('STROBEv1.0.2'), 6);
    this.#permute();
    this.metaAd(protocol, false);
  }

  #permute(): void {
    const view = new DataView(this.#state.buffer);
    const lanes = new Int32Array(STATE_BYTES / 4);
    for (let i = 0; i < lanes.length; i++) lanes[i] = view.getInt32(4 * i, true);
    keccakF1600(lanes);
    for (let i = 0; i < lanes.length; i++) view.setInt32(4 * i, lanes[i] as number, true);
  }

  #xor(at: number, b: number): void {
    this.#state[at] = (this.#state[at] as number) ^ b;
  }

  #endBlock(): void {
    this.#xor(this.#at, this.#begin);
    this.#xor(this.#at + 1, 0x04);
    this.#xor(RATE + 1, 0x80);
    this.#permute();
    this.#at = 0;
    this.#begin = 0;
  }

  #step(): void {
    this.#at++;
    if (this.#at === RATE) this.#endBlock();
  }

  #absorb(data: Uint8Array): void {
    for (const b of data) {
      this.#xor(this.#at, b);
      this.#step();
    }
  }

  /** `more` goes on with the operation before. */
  #operation(flags: number, more: boolean): void {
    if (more) return;
    const before = this.#begin;
    this.#begin = this.#at + 1;
    this.#absorb(Uint8Array.of(before, flags));
    if ((flags & (C | K)) !== 0 && this.#at !== 0) this.#endBlock();
  }

  metaAd(data: Uint8Array, more: boolean): void {
    this.#operation(M | A, more);
    this.#absorb(data);
  }

  ad(data: Uint8Array): void {
    this.#operation(A, false);
    this.#absorb(data);
  }

  prf(length: number): Uint8Array {
    this.#operation(I | A | C, false);
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      out[i] = this.#state[this.#at] as number;
      this.#state[this.#at] = 0;
      this.#step();
    }
    return out;
  }
}

function le32(n: number): Uint8Array {
  const b = new Uint8Array(4);
  new DataView(b.buffer).setUint32(0, n, true);
  return b;
}

export class MerlinTranscript {
  readonly #strobe = new Strobe(utf8('Merlin v1.0'));

  constructor(label: string) {
    this.append('dom-sep', utf8(label));
  }

  #label(label: string, length: number): void {
    this.#strobe.metaAd(concatBytes(utf8(label), le32(length)), false);
  }

  append(label: string, message: Uint8Array): void {
    this.#label(label, message.length);
    this.#strobe.ad(message);
  }

  /** `length` bytes that depend on all that was appended. */
  challenge(label: string, length: number): Uint8Array {
    this.#label(label, length);
    return this.#strobe.prf(length);
  }
}
