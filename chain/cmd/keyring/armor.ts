// ASCII armor of OpenPGP (RFC 4880 §6) with free headers, as Cosmos keyrings export keys: base64 in lines of 64 and a CRC-24 at the end.
import { fromBase64, toBase64 } from '../../encoding/bytes.ts';
import { KeyringError } from './errors.ts';

const ARMOR_CHARS_MAX = 65_536;
const LINE_CHARS = 64;

export interface Armor {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** RFC 4880 §6.1. */
function crc24(b: Uint8Array): number {
  let crc = 0xb704ce;
  for (const byte of b) {
    crc ^= byte << 16;
    for (let i = 0; i < 8; i++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return crc & 0xffffff;
}

function checksum(b: Uint8Array): string {
  const c = crc24(b);
  return toBase64(Uint8Array.of(c >> 16, (c >> 8) & 255, c & 255));
}

export function encodeArmor({ type, headers, body }: Armor): string {
  const lines = [`-----BEGIN ${type}-----`];
  for (const [k, v] of Object.entries(headers)) lines.push(`${k}: ${v}`);
  lines.push('');
  const text = toBase64(body);
  for (let i = 0; i < text.length; i += LINE_CHARS) lines.push(text.slice(i, i + LINE_CHARS));
  lines.push(`=${checksum(body)}`, `-----END ${type}-----`);
  return lines.join('\n');
}

/** Throws KeyringError. Text before and after the block is ignored. */
export function decodeArmor(text: string): Armor {
  if (text.length > ARMOR_CHARS_MAX) throw new KeyringError(`armor: longer than ${ARMOR_CHARS_MAX} characters`);
  const lines = text.split(/\r?\n/).map((l) => l.trim());
  const begin = lines.findIndex((l) => /^-----BEGIN .+-----$/.test(l));
  if (begin < 0) throw new KeyringError('armor: no line "-----BEGIN …-----"');
  const type = (lines[begin] as string).slice('-----BEGIN '.length, -'-----'.length);
  const end = lines.indexOf(`-----END ${type}-----`, begin);
  if (end < 0) throw new KeyringError(`armor: no line "-----END ${type}-----"`);
  const headers: Record<string, string> = {};
  let at = begin + 1;
  for (; at < end && lines[at] !== ''; at++) {
    const colon = (lines[at] as string).indexOf(': ');
    if (colon < 0) throw new KeyringError('armor: a header has no colon');
    headers[(lines[at] as string).slice(0, colon)] = (lines[at] as string).slice(colon + 2);
  }
  const content = lines.slice(at, end).filter((l) => l !== '');
  const last = content.at(-1);
  const sum = last?.startsWith('=') && last.length === 5 ? last.slice(1) : undefined;
  let body: Uint8Array;
  try {
    body = fromBase64((sum === undefined ? content : content.slice(0, -1)).join(''));
  } catch (e) {
    throw new KeyringError(`armor: ${(e as Error).message}`);
  }
  if (sum !== undefined && sum !== checksum(body)) throw new KeyringError('armor: the checksum does not match, the text is damaged');
  return { type, headers, body };
}
