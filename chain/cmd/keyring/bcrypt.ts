// bcrypt (Provos and Mazières 1999) over Blowfish (Schneier 1993), for keys exported by older Cosmos programs and for the `keyhash` of a
// file keyring. Blowfish's tables are the hexadecimal digits of pi, so they are computed instead of stored.

const ROUNDS = 16;
const WORDS = ROUNDS + 2 + 4 * 256;

/** The first fractional 32-bit words of pi, by Machin's formula in fixed point. */
function piWords(count: number): Uint32Array {
  const guard = 64n;
  const bits = BigInt(count * 32) + guard;
  const one = 1n << bits;
  const arctanOfInverse = (n: bigint): bigint => {
    let term = one / n;
    let sum = term;
    for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
      term /= n * n;
      sum += (sign * term) / k;
    }
    return sum;
  };
  const pi = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
  const fraction = (pi - 3n * one) >> guard;
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i++) out[i] = Number((fraction >> BigInt(32 * (count - 1 - i))) & 0xffffffffn);
  return out;
}

let initial: Uint32Array | undefined;

class Blowfish {
  readonly p: Uint32Array;
  readonly s: Uint32Array;
  left = 0;
  right = 0;

  constructor() {
    initial ??= piWords(WORDS);
    this.p = initial.slice(0, ROUNDS + 2);
    this.s = initial.slice(ROUNDS + 2);
  }

  /** Encrypts left and right in place. */
  encrypt(): void {
    const { p, s } = this;
    let l = this.left ^ (p[0] as number);
    let r = this.right;
    for (let i = 1; i <= ROUNDS; i += 2) {
      r ^=
        ((((((s[l >>> 24] as number) + (s[256 + ((l >>> 16) & 255)] as number)) | 0) ^ (s[512 + ((l >>> 8) & 255)] as number)) +
          (s[768 + (l & 255)] as number)) |
          0) ^
        (p[i] as number);
      l ^=
        ((((((s[r >>> 24] as number) + (s[256 + ((r >>> 16) & 255)] as number)) | 0) ^ (s[512 + ((r >>> 8) & 255)] as number)) +
          (s[768 + (r & 255)] as number)) |
          0) ^
        (p[i + 1] as number);
    }
    this.left = (r ^ (p[ROUNDS + 1] as number)) >>> 0;
    this.right = l >>> 0;
  }

  /** Mixes the key in, then replaces the tables by the encryption of a stream that the salt changes. */
  expand(key: Uint8Array, salt: Uint8Array): void {
    const word = (b: Uint8Array, at: number): number => {
      let w = 0;
      for (let i = 0; i < 4; i++) w = (w << 8) | (b[(at + i) % b.length] as number);
      return w;
    };
    for (let i = 0; i < this.p.length; i++) this.p[i] = (this.p[i] as number) ^ word(key, i * 4);
    this.left = 0;
    this.right = 0;
    let at = 0;
    for (const table of [this.p, this.s]) {
      for (let i = 0; i < table.length; i += 2) {
        if (salt.length > 0) {
          this.left ^= word(salt, at);
          this.right ^= word(salt, at + 4);
          at += 8;
        }
        this.encrypt();
        table[i] = this.left;
        table[i + 1] = this.right;
      }
    }
  }
}

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const NO_SALT = new Uint8Array(0);

function encode64(b: Uint8Array): string {
  let out = '';
  for (let i = 0; i < b.length; i += 3) {
    const n = ((b[i] as number) << 16) | ((b[i + 1] ?? 0) << 8) | (b[i + 2] ?? 0);
    const chars = Math.min(4, b.length - i + 1);
    for (let j = 0; j < chars; j++) out += ALPHABET.charAt((n >> (18 - 6 * j)) & 63);
  }
  return out;
}

function decode64(s: string): Uint8Array {
  const out = new Uint8Array(Math.floor((s.length * 3) / 4));
  let n = 0;
  let bits = 0;
  let at = 0;
  for (const c of s) {
    n = ((n << 6) | ALPHABET.indexOf(c)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      if (at < out.length) out[at++] = (n >> bits) & 255;
    }
  }
  return out;
}

/** `$2a$<cost>$<22 characters of salt><31 of hash>`; the salt has 16 bytes. 2^cost rounds, about 0.3 s at cost 12. */
export function bcryptHash(password: Uint8Array, salt: Uint8Array, cost: number): string {
  if (salt.length !== 16 || cost < 4 || cost > 31) throw new RangeError('bcrypt: the salt has 16 bytes and the cost lies between 4 and 31');
  const key = new Uint8Array(password.length + 1);
  key.set(password);
  const cipher = new Blowfish();
  cipher.expand(key, salt);
  for (let i = 2 ** cost; i > 0; i--) {
    cipher.expand(key, NO_SALT);
    cipher.expand(salt, NO_SALT);
  }
  const text = new TextEncoder().encode('OrpheanBeholderScryDoubt');
  const out = new Uint8Array(24);
  const view = new DataView(text.buffer);
  for (let i = 0; i < 24; i += 8) {
    cipher.left = view.getUint32(i);
    cipher.right = view.getUint32(i + 4);
    for (let j = 0; j < 64; j++) cipher.encrypt();
    new DataView(out.buffer).setUint32(i, cipher.left);
    new DataView(out.buffer).setUint32(i + 4, cipher.right);
  }
  return `$2a$${String(cost).padStart(2, '0')}$${encode64(salt)}${encode64(out.subarray(0, 23))}`;
}

/** Highest cost that is followed: a `keyhash` of Cosmos has 10. */
const VERIFY_COST_MAX = 15;

export function bcryptVerify(hash: string, password: Uint8Array): boolean {
  const m = /^\$2[ab]\$(\d\d)\$([./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/.exec(hash);
  if (m === null || Number(m[1]) < 4 || Number(m[1]) > VERIFY_COST_MAX) return false;
  return bcryptHash(password, decode64(m[2] as string), Number(m[1])).slice(4) === hash.slice(4);
}
