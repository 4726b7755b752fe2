// One item of a file keyring: a JSON Web Encryption in compact form (RFC 7516) under a passphrase, PBES2-HS256+A128KW and A256GCM (RFC 7518),
// which is what the Go keyring library behind simd writes. So folders of simd are read, and simd reads ours.
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { KeyringError } from './errors.ts';

const ALGORITHM = 'PBES2-HS256+A128KW';
const ENCRYPTION = 'A256GCM';
const ITERATIONS = 8192;
const ITERATIONS_MAX = 1_300_000;
const TOKEN_CHARS_MAX = 65_536;
const WRAP_IV = Buffer.alloc(8, 0xa6);
const TAG_BYTES = 16;

function wrapKey(passphrase: string, salt: Uint8Array, iterations: number): Buffer {
  return pbkdf2Sync(passphrase, Buffer.concat([Buffer.from(`${ALGORITHM}\0`), salt]), iterations, 16, 'sha256');
}

export function encryptJwe(payload: string, passphrase: string): string {
  const salt = randomBytes(12);
  const header = { alg: ALGORITHM, created: new Date().toISOString(), enc: ENCRYPTION, p2c: ITERATIONS, p2s: salt.toString('base64url') };
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  const contentKey = randomBytes(32);
  const wrapper = createCipheriv('id-aes128-wrap', wrapKey(passphrase, salt, ITERATIONS), WRAP_IV);
  const wrapped = Buffer.concat([wrapper.update(contentKey), wrapper.final()]);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(protectedHeader));
  const body = Buffer.concat([cipher.update(payload, 'utf8'), cipher.final()]);
  return [protectedHeader, ...[wrapped, iv, body, cipher.getAuthTag()].map((b) => b.toString('base64url'))].join('.');
}

interface Header {
  readonly alg?: unknown;
  readonly enc?: unknown;
  readonly p2c?: unknown;
  readonly p2s?: unknown;
}

/** Throws KeyringError: a wrong passphrase and a damaged token look the same. */
export function decryptJwe(token: string, passphrase: string): string {
  const parts = token.trim().split('.');
  if (token.length > TOKEN_CHARS_MAX || parts.length !== 5) throw new KeyringError('keyring: an entry is no encrypted token');
  const [protectedHeader, wrapped, iv, body, tag] = parts as [string, string, string, string, string];
  let header: Header;
  try {
    header = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString('utf8')) as Header;
  } catch {
    throw new KeyringError('keyring: the header of an entry is not JSON');
  }
  if (header?.alg !== ALGORITHM || header.enc !== ENCRYPTION) throw new KeyringError(`keyring: an entry is not encrypted by ${ALGORITHM} and ${ENCRYPTION}`);
  const { p2c, p2s } = header;
  if (typeof p2c !== 'number' || !Number.isInteger(p2c) || p2c < 1 || p2c > ITERATIONS_MAX || typeof p2s !== 'string') {
    throw new KeyringError('keyring: the key derivation of an entry is malformed');
  }
  try {
    const unwrap = createDecipheriv('id-aes128-wrap', wrapKey(passphrase, Buffer.from(p2s, 'base64url'), p2c), WRAP_IV);
    const contentKey = Buffer.concat([unwrap.update(Buffer.from(wrapped, 'base64url')), unwrap.final()]);
    const decipher = createDecipheriv('aes-256-gcm', contentKey, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(protectedHeader));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  } catch {
    throw new KeyringError('keyring: the passphrase is wrong, or an entry is damaged');
  }
}
