// A private key under a passphrase, as `keys export` writes it (sdk:crypto/armor.go): Argon2id (t = 1, 64 MiB, 4 lanes) and ChaCha20-Poly1305
// with a zero nonce, which is safe because each export draws a fresh salt. Older exports with bcrypt and XSalsa20-Poly1305 are read.
import { argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { sha256 } from '../../crypto/sha256.ts';
import { concatBytes, fromHex, toHexUpper, utf8 } from '../../encoding/bytes.ts';
import { decodeArmor, encodeArmor } from './armor.ts';
import { bcryptHash } from './bcrypt.ts';
import { KeyringError } from './errors.ts';
import { type PrivateKey, privateKeyAmino, privateKeyFromAmino } from './private-key.ts';

/** The one function of libsodium that is needed, for old exports; loaded when one is read. */
interface Sodium {
  crypto_secretbox_open_easy(message: Buffer, box: Buffer, nonce: Buffer, key: Buffer): boolean;
}

const BLOCK = 'TENDERMINT PRIVATE KEY';
const BCRYPT_COST = 12;
const TAG_BYTES = 16;
const SECRETBOX_NONCE_BYTES = 24;

function argon2Key(passphrase: string, salt: Uint8Array): Uint8Array {
  return argon2Sync('argon2id', { message: passphrase, nonce: salt, parallelism: 4, tagLength: 32, memory: 65_536, passes: 1 });
}

const ZERO_NONCE = new Uint8Array(12);

export function encryptPrivateKey(key: PrivateKey, passphrase: string): string {
  const salt = randomBytes(16);
  const cipher = createCipheriv('chacha20-poly1305', argon2Key(passphrase, salt), ZERO_NONCE, { authTagLength: TAG_BYTES });
  const body = concatBytes(cipher.update(privateKeyAmino(key)), cipher.final(), cipher.getAuthTag());
  return encodeArmor({ type: BLOCK, headers: { kdf: 'argon2', salt: toHexUpper(salt), type: key.type }, body });
}

function wrongPassphrase(): never {
  throw new KeyringError('the passphrase is wrong, or the armor is damaged');
}

function openArgon2(passphrase: string, salt: Uint8Array, body: Uint8Array): Uint8Array {
  if (body.length < TAG_BYTES) wrongPassphrase();
  const decipher = createDecipheriv('chacha20-poly1305', argon2Key(passphrase, salt), ZERO_NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  try {
    return concatBytes(decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final());
  } catch {
    return wrongPassphrase();
  }
}

function openBcrypt(passphrase: string, salt: Uint8Array, body: Uint8Array, cost: number): Uint8Array {
  if (body.length < SECRETBOX_NONCE_BYTES + TAG_BYTES) wrongPassphrase();
  const key = Buffer.from(sha256(utf8(bcryptHash(utf8(passphrase), salt, cost))));
  const out = Buffer.alloc(body.length - SECRETBOX_NONCE_BYTES - TAG_BYTES);
  const box = Buffer.from(body.subarray(SECRETBOX_NONCE_BYTES));
  const sodium = createRequire(import.meta.url)('sodium-native') as Sodium;
  if (!sodium.crypto_secretbox_open_easy(out, box, Buffer.from(body.subarray(0, SECRETBOX_NONCE_BYTES)), key)) wrongPassphrase();
  return new Uint8Array(out);
}

/** Throws KeyringError. `bcryptCost` is 12 in all exports; the SDK's test vector has 10. */
export function decryptPrivateKey(armor: string, passphrase: string, bcryptCost = BCRYPT_COST): PrivateKey {
  const { type, headers, body } = decodeArmor(armor);
  if (type !== BLOCK) throw new KeyringError(`armor: holds "${type}", not "${BLOCK}"`);
  let salt: Uint8Array;
  try {
    salt = fromHex(headers.salt ?? '');
  } catch {
    throw new KeyringError('armor: the salt is not hex');
  }
  if (salt.length !== 16) throw new KeyringError('armor: the salt must have 16 bytes');
  switch (headers.kdf) {
    case 'argon2':
      return privateKeyFromAmino(openArgon2(passphrase, salt, body));
    case 'bcrypt':
      return privateKeyFromAmino(openBcrypt(passphrase, salt, body, bcryptCost));
    default:
      throw new KeyringError(`armor: unknown key derivation ${JSON.stringify(headers.kdf ?? '')}`);
  }
}
