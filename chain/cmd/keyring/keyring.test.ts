import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bech32Encode } from '../../crypto/bech32.ts';
import { installNoble } from '../../crypto/noble.ts';
import { verifySignature } from '../../crypto/signatures.ts';
import { toHex, utf8 } from '../../encoding/bytes.ts';
import { decodeArmor, encodeArmor } from './armor.ts';
import { KeyringError } from './errors.ts';
import { decryptJwe, encryptJwe } from './jwe.ts';
import { decryptPrivateKey, encryptPrivateKey } from './key-armor.ts';
import { openKeyring } from './keyring.ts';
import { hdPath, keyFromMnemonic } from './mnemonic.ts';
import type { PrivateKey } from './private-key.ts';
import { decodeRecord, encodeRecord, localRecord, publicRecord } from './record.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
let dir: string;
beforeAll(() => {
  installNoble();
  dir = mkdtempSync(join(tmpdir(), 'trellis-keyring-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const never = (): string => {
  throw new Error('no passphrase is to be asked');
};

test('the key of known words has its known address', () => {
  const record = localRecord('a', keyFromMnemonic(WORDS));
  expect(bech32Encode('cosmos', record.address)).toBe('cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4');
  expect(hdPath(118, 1, 2)).toBe("m/44'/118'/1'/0/2");
});

test.each(['abandon', `${WORDS} zoo`, ''])('words %j are refused', (words) => expect(() => keyFromMnemonic(words)).toThrow(KeyringError));
test('a wrong path is refused', () => expect(() => keyFromMnemonic(WORDS, 'm/44/x')).toThrow(KeyringError));

test('armor round trip, with checksum', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
      const armor = { type: 'TENDERMINT KEY INFO', headers: { type: 'Info', version: '0.0.0' }, body };
      expect(decodeArmor(encodeArmor(armor))).toEqual(armor);
    }),
  );
  const text = encodeArmor({ type: 'X', headers: { a: 'b' }, body: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  expect(() => decodeArmor(text.replace('AQID', 'AQIE'))).toThrow(/checksum/);
  expect(() => decodeArmor('')).toThrow(KeyringError);
  expect(() => decodeArmor(text.replace('a: b', 'ab'))).toThrow(/colon/);
});

test('an exported key opens with its passphrase only', () => {
  for (const key of [keyFromMnemonic(WORDS), { type: 'ed25519', secret: new Uint8Array(32).fill(7) } satisfies PrivateKey]) {
    const armor = encryptPrivateKey(key, 'a long passphrase');
    expect(armor).toMatch(/^-----BEGIN TENDERMINT PRIVATE KEY-----\nkdf: argon2\nsalt: [0-9A-F]{32}\ntype: (secp256k1|ed25519)\n\n/);
    expect(decryptPrivateKey(armor, 'a long passphrase')).toEqual(key);
    expect(() => decryptPrivateKey(armor, 'another')).toThrow(/passphrase is wrong/);
  }
});

// Vector of sdk:crypto/keyring/keyring_test.go TestImportPrivKey; the key is what the passphrase opens it to.
test('an export of an older program: bcrypt and XSalsa20-Poly1305', () => {
  const armor = [
    '-----BEGIN TENDERMINT PRIVATE KEY-----',
    'kdf: bcrypt',
    'salt: 6BC5D5187F9DF241E1A1243EECFF9C17',
    'type: secp256k1',
    '',
    'GDPpPfrSVZloiwufbal19fmd75QeiqwToZ949SwmnxxM03qL75xXVf3tTD/BrF4l',
    'Fs14HuhwntDBM2xgZvymTBk2edHlEI20Phv6oC0=',
    '=/zZh',
    '-----END TENDERMINT PRIVATE KEY-----',
  ].join('\n');
  const { type, secret } = decryptPrivateKey(armor, 'this passphrase has been used for all test vectors', 10);
  expect([type, toHex(secret)]).toEqual(['secp256k1', 'a92a683b6e1fad4fabf21fa029fbb947f0c7d2c17cebeaacb763d6db9c344a32']);
  expect(() => decryptPrivateKey(armor, 'wrong passphrase', 10)).toThrow(/passphrase is wrong/);
});

test('an item under a passphrase opens with it only', () => {
  const token = encryptJwe('{"Key":"x"}', 'secret');
  expect(decryptJwe(token, 'secret')).toBe('{"Key":"x"}');
  expect(() => decryptJwe(token, 'Secret')).toThrow(KeyringError);
  expect(() => decryptJwe(`${token}A`, 'secret')).toThrow(KeyringError);
  expect(() => decryptJwe('a.b.c', 'secret')).toThrow(KeyringError);
  const header = Buffer.from(JSON.stringify({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 2_000_000_000, p2s: 'AA' })).toString('base64url');
  expect(() => decryptJwe(`${header}.a.b.c.d`, 'secret')).toThrow(/key derivation/);
});

test('records round trip', () => {
  const a = localRecord('a', keyFromMnemonic(WORDS));
  const b = localRecord('b', keyFromMnemonic(WORDS, hdPath(118, 0, 1)));
  const multi = publicRecord('m', 'multi', { type: 'multisig', threshold: 2, keys: [a.publicKey, b.publicKey] });
  for (const r of [a, b, multi, publicRecord('o', 'offline', b.publicKey)]) expect(decodeRecord(encodeRecord(r))).toEqual(r);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        decodeRecord(bytes);
      } catch (e) {
        if (!(e instanceof KeyringError)) throw e;
      }
    }),
  );
});

test('a test keyring keeps, finds, renames and deletes keys', () => {
  const ring = openKeyring({ backend: 'test', dir, passphrase: never });
  const alice = ring.addPrivateKey('alice', keyFromMnemonic(WORDS));
  expect(() => ring.addPrivateKey('alice', keyFromMnemonic(WORDS, hdPath(118, 0, 5)))).toThrow(/exists already/);
  expect(() => ring.addPrivateKey('twin', keyFromMnemonic(WORDS))).toThrow(/there already, named alice/);
  const again = openKeyring({ backend: 'test', dir, passphrase: never });
  expect(again.get('alice')).toEqual(alice);
  again.rename('alice', 'al/ice');
  expect(ring.list().map((r) => r.name)).toEqual(['al/ice']);
  expect(ring.byAddress(alice.address)?.name).toBe('al/ice');
  const message = utf8('message');
  expect(verifySignature('secp256k1', (alice.publicKey as { bytes: Uint8Array }).bytes, message, ring.sign('al/ice', message))).toBe(true);
  expect(statSync(join(dir, 'keyring-test', `${toHex(alice.address)}.address`)).mode & 0o777).toBe(0o600);
  ring.delete('al/ice');
  expect(ring.list()).toEqual([]);
  expect(() => ring.get('alice')).toThrow(/no key is named alice/);
});

test('a file keyring asks for one passphrase and refuses another', () => {
  let fresh: boolean | undefined;
  const open = (text: string) =>
    openKeyring({
      backend: 'file',
      dir,
      passphrase: (f) => {
        fresh = f;
        return text;
      },
    });
  expect(() => open('short').addPrivateKey('a', keyFromMnemonic(WORDS))).toThrow(/at least 8/);
  expect(existsSync(join(dir, 'keyring-file', 'keyhash'))).toBe(false);
  open('long enough').addPrivateKey('a', keyFromMnemonic(WORDS));
  expect(fresh).toBe(true);
  expect(open('long enough').get('a').name).toBe('a');
  expect(fresh).toBe(false);
  expect(() => open('long enouhg').get('a')).toThrow(/wrong/);
  writeFileSync(join(dir, 'keyring-file', 'b.info'), 'garbage');
  expect(() => open('long enough').get('b')).toThrow(KeyringError);
});

test('backends that are not built are refused with those that are', () => {
  expect(() => openKeyring({ backend: 'os', dir, passphrase: never })).toThrow(/file, test or memory/);
});
