import { createMultisigThresholdPubkey, encodeAminoPubkey, encodeSecp256k1Pubkey, pubkeyToRawAddress } from '@cosmjs/amino';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex, toHexUpper, utf8 } from '../encoding/bytes.ts';
import { type AccountKey, accountKeyAddress, aminoKeyBytes, decodeAminoKey, type MultisigKey } from './account-key.ts';
import { addressHash, moduleAddress, secp256k1ethAddress } from './address.ts';
import { bech32Encode } from './bech32.ts';
import { bitAt, bitCount, compactBitArrayCodec, compactBitArrayOf, trueBitsBefore } from './compact-bit-array.ts';
import { CryptoError } from './errors.ts';
import { type MultiSignatureData, type SignatureData, verifyMultisignature } from './multisig.ts';
import { installNoble, nobleSigner } from './noble.ts';

const secret = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const key = (n: number): AccountKey => ({ type: 'secp256k1', bytes: nobleSigner.secp256k1PublicKey(secret(n)) });
const message = utf8('sign bytes');
const sign = (n: number): SignatureData => ({ mode: 127, signature: nobleSigner.secp256k1(secret(n), message) });

beforeAll(() => installNoble());

describe('amino keys', () => {
  it('are written as CosmJS writes them', () => {
    const keys = [1, 2, 3].map(key);
    const cosm = keys.map((k) => encodeSecp256k1Pubkey((k as { bytes: Uint8Array }).bytes));
    const multisig: MultisigKey = { type: 'multisig', threshold: 2, keys };
    const cosmMultisig = createMultisigThresholdPubkey(cosm, 2, true);
    expect(toHex(aminoKeyBytes(multisig))).toBe(toHex(Uint8Array.from(encodeAminoPubkey(cosmMultisig))));
    expect(accountKeyAddress(multisig)).toEqual(pubkeyToRawAddress(cosmMultisig));
    expect(accountKeyAddress(keys[0] as AccountKey)).toEqual(pubkeyToRawAddress(cosm[0] as never));
    expect(decodeAminoKey(aminoKeyBytes(multisig))).toEqual(multisig);
  });

  it('refuse secp256r1 and everything that is no key', () => {
    expect(() => aminoKeyBytes({ type: 'secp256r1', bytes: new Uint8Array(33) })).toThrow(CryptoError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('eb5ae987', '1624de64', '22c1f7e2', ''), (tail, prefix) => {
        const data = Uint8Array.of(...fromHex(prefix), ...tail);
        try {
          expect(toHex(aminoKeyBytes(decodeAminoKey(data)))).toHaveLength(2 * data.length);
        } catch (e) {
          expect(e).toBeInstanceOf(CryptoError);
        }
      }),
    );
    let deep: AccountKey = key(1);
    for (let i = 0; i < 20; i++) deep = { type: 'multisig', threshold: 1, keys: [deep] };
    expect(() => aminoKeyBytes(deep)).toThrow('nested too deeply');
  });
});

describe('addresses', () => {
  it('of modules are those of the SDK', () => {
    expect(bech32Encode('cosmos', moduleAddress('fee_collector'))).toBe('cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta');
    expect(bech32Encode('cosmos', moduleAddress('gov'))).toBe('cosmos10d07y265gmmuvt4z0w9aw880jnsr700j6zn9kn');
    expect(moduleAddress('gov', utf8('a'))).toHaveLength(32);
    expect(moduleAddress('gov', utf8('a'), utf8('b'))).toEqual(addressHash(moduleAddress('gov', utf8('a')), utf8('b')));
  });

  it('of Ethereum keys end the hash of the point', () => {
    // The address of secret 1, the generator.
    expect(toHexUpper(secp256k1ethAddress(nobleSigner.secp256k1PublicKey(fromHex('01'.padStart(64, '0')))))).toBe('7E5F4552091A69125D5DFCB7B8C2659029395BDF');
    expect(() => secp256k1ethAddress(fromHex(`02${'00'.repeat(31)}05`))).toThrow('not a point');
  });

  it('need keys of their length', () => {
    expect(() => accountKeyAddress({ type: 'ed25519', bytes: new Uint8Array(33) })).toThrow('33 bytes, not 32');
    expect(() => accountKeyAddress({ type: 'secp256k1', bytes: new Uint8Array(32) })).toThrow('32 bytes, not 33');
    expect(accountKeyAddress({ type: 'secp256r1', bytes: new Uint8Array(33) })).toHaveLength(32);
  });
});

describe('compact bit array', () => {
  it('counts as a list of booleans does', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.nat(50), (bits, n) => {
        const a = compactBitArrayOf(bits);
        expect(bitCount(a)).toBe(bits.length);
        expect(bits.map((_, i) => bitAt(a, i))).toEqual(bits);
        expect(trueBitsBefore(a, n)).toBe(bits.slice(0, n).filter(Boolean).length);
        expect(compactBitArrayCodec.decode(compactBitArrayCodec.encode(a))).toEqual(a);
      }),
    );
  });

  it('whose fields do not fit together is told apart, not read beyond its end', () => {
    const lying = { extraBitsStored: 200, elems: Uint8Array.of(255) };
    expect(bitCount(lying)).toBe(200);
    expect(bitAt(lying, 7)).toBe(true);
    expect(() => bitAt(lying, 8)).toThrow(CryptoError);
    expect(bitCount({ extraBitsStored: 1, elems: new Uint8Array(0) })).toBe(-7);
  });
});

describe('threshold multisig', () => {
  const multisig: MultisigKey = { type: 'multisig', threshold: 2, keys: [key(1), key(2), key(3)] };
  const check = (data: MultiSignatureData, k = multisig): void => verifyMultisignature(k, data, () => message);

  it('takes threshold or more signatures, in the order of the keys', () => {
    check({ bitArray: compactBitArrayOf([true, false, true]), signatures: [sign(1), sign(3)] });
    check({ bitArray: compactBitArrayOf([true, true, true]), signatures: [sign(1), sign(2), sign(3)] });
  });

  it.each<[string, MultiSignatureData]>([
    ['bit array size is incorrect, expecting: 3', { bitArray: compactBitArrayOf([true, true]), signatures: [sign(1), sign(2)] }],
    ['bit array size is incorrect', { bitArray: undefined, signatures: [] }],
    ['signature size is incorrect 1', { bitArray: compactBitArrayOf([true, true, false]), signatures: [sign(1)] }],
    ['signature size is incorrect 4', { bitArray: compactBitArrayOf([true, true, true]), signatures: [sign(1), sign(2), sign(3), sign(3)] }],
    ['not enough signatures set, have 1, expected 2', { bitArray: compactBitArrayOf([true, false, false]), signatures: [sign(1), sign(2)] }],
    ['unable to verify signature at index 2', { bitArray: compactBitArrayOf([true, false, true]), signatures: [sign(1), sign(2)] }],
    ['unable to parse pubkey of index 0', { bitArray: compactBitArrayOf([true, true, false]), signatures: [{ bitArray: undefined, signatures: [] }, sign(2)] }],
    ['index: signature 2 of 2', { bitArray: compactBitArrayOf([true, true, true]), signatures: [sign(1), sign(2)] }],
  ])('refuses: %s', (why, data) => {
    expect(() => check(data)).toThrow(why);
  });

  it('may be nested, and a key may count twice', () => {
    const inner: MultisigKey = { type: 'multisig', threshold: 1, keys: [key(4), key(4)] };
    const outer: MultisigKey = { type: 'multisig', threshold: 2, keys: [inner, key(5)] };
    const bits = compactBitArrayOf([true, true]);
    check({ bitArray: bits, signatures: [{ bitArray: bits, signatures: [sign(4), sign(4)] }, sign(5)] }, outer);
    expect(() => check({ bitArray: bits, signatures: [sign(4), sign(5)] }, outer)).toThrow('index: ');
  });
});
