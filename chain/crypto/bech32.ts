// Bech32 (BIP-173) as the Cosmos SDK uses it: checksum constant 1, whole string up to 1023 characters instead of BIP-173's 90
// (sdk:types/bech32). Not Bech32m.
import { utf8 } from '../encoding/bytes.ts';
import { CryptoError } from './errors.ts';

/** Longest string that is decoded, in characters. */
export const BECH32_LENGTH_MAX = 1023;

const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const INDEX = new Int8Array(128).fill(-1);
for (let i = 0; i < 32; i++) INDEX[CHARSET.charCodeAt(i)] = i;

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function step(checksum: number, value: number): number {
  const top = checksum >>> 25;
  let c = ((checksum & 0x1ffffff) << 5) ^ value;
  for (let i = 0; i < 5; i++) if ((top >>> i) & 1) c ^= GENERATOR[i] as number;
  return c;
}

function prefixChecksum(prefix: string): number {
  let c = 1;
  for (let i = 0; i < prefix.length; i++) c = step(c, prefix.charCodeAt(i) >>> 5);
  c = step(c, 0);
  for (let i = 0; i < prefix.length; i++) c = step(c, prefix.charCodeAt(i) & 31);
  return c;
}

function checkPrintable(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 33 || c > 126) throw new CryptoError('bech32', `invalid character in string: '${text.charAt(i)}'`);
  }
}

/** Lower-case string; throws CryptoError on a prefix that is empty or not printable ASCII, and on too long a result. */
export function bech32Encode(prefix: string, bytes: Uint8Array): string {
  if (prefix.length === 0) throw new CryptoError('bech32', 'empty prefix');
  checkPrintable(prefix);
  const hrp = prefix.toLowerCase();
  if (hrp.length + 7 + Math.ceil((bytes.length * 8) / 5) > BECH32_LENGTH_MAX) throw new CryptoError('bech32', `longer than ${BECH32_LENGTH_MAX} characters`);
  let c = prefixChecksum(hrp);
  let out = `${hrp}1`;
  let acc = 0;
  let bits = 0;
  const put = (v: number): void => {
    c = step(c, v);
    out += CHARSET.charAt(v);
  };
  for (let i = 0; i < bytes.length; i++) {
    acc = ((acc << 8) | (bytes[i] as number)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      put((acc >>> bits) & 31);
    }
  }
  if (bits > 0) put((acc << (5 - bits)) & 31);
  return out + checksumText(c);
}

/** The six characters that end a string whose checksum so far is `checksum`. */
function checksumText(checksum: number): string {
  let c = checksum;
  for (let i = 0; i < 6; i++) c = step(c, 0);
  c ^= 1;
  let out = '';
  for (let i = 0; i < 6; i++) out += CHARSET.charAt((c >>> (5 * (5 - i))) & 31);
  return out;
}

/** What the last six characters should have been. */
function expectedChecksum(lower: string, one: number): string {
  let c = prefixChecksum(lower.slice(0, one));
  for (let i = one + 1; i < lower.length - 6; i++) c = step(c, INDEX[lower.charCodeAt(i)] as number);
  return checksumText(c);
}

/** A character for each byte of the UTF-8, as Go looks at texts. */
function byteText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return Array.from(utf8(text), (b) => String.fromCharCode(b)).join('');
  }
  return text;
}

/** In lower case; of several faults the first in the text counts. */
function normalized(text: string): string {
  const lower = text.toLowerCase();
  if (text === lower || text === text.toUpperCase()) checkPrintable(text);
  else {
    let cases = 0;
    for (let i = 0; i < text.length && cases < 3; i++) {
      checkPrintable(text.charAt(i));
      if (text.charAt(i) !== lower.charAt(i)) cases |= 1;
      else if (text.charAt(i) !== text.charAt(i).toUpperCase()) cases |= 2;
    }
    throw new CryptoError('bech32', 'string not all lowercase or all uppercase');
  }
  return lower;
}

/** Throws CryptoError with the reason in the reference's words (cosmos/btcutil bech32/error.go): length, mixed case, character, missing separator, checksum or padding. The prefix comes back in lower case. */
export function bech32Decode(given: string): { prefix: string; bytes: Uint8Array } {
  const text = byteText(given);
  if (text.length < 8 || text.length > BECH32_LENGTH_MAX) throw new CryptoError('bech32', `invalid bech32 string length ${text.length}`);
  const lower = normalized(text);
  const one = lower.lastIndexOf('1');
  if (one < 1 || one + 7 > lower.length) throw new CryptoError('bech32', `invalid separator index ${one}`);
  const prefix = lower.slice(0, one);
  let c = prefixChecksum(prefix);
  const words = lower.length - one - 7;
  const out = new Uint8Array((words * 5) >>> 3);
  let acc = 0;
  let bits = 0;
  let o = 0;
  for (let i = 0; i < words + 6; i++) {
    const v = INDEX[lower.charCodeAt(one + 1 + i)] as number;
    if (v < 0) throw new CryptoError('bech32', `invalid character not part of charset: ${lower.charCodeAt(one + 1 + i)}`);
    c = step(c, v);
    if (i >= words) continue;
    acc = ((acc << 5) | v) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[o++] = acc >>> bits;
    }
  }
  if (c !== 1) throw new CryptoError('bech32', `invalid checksum (expected ${expectedChecksum(lower, one)} got ${lower.slice(-6)})`);
  if (bits >= 5 || (acc & ((1 << bits) - 1)) !== 0) throw new CryptoError('bech32', 'invalid incomplete group');
  return { prefix, bytes: out };
}
