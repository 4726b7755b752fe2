import { createHash } from 'node:crypto';
import secp256k1 from 'secp256k1/bindings.js';
import { expect, test } from 'vitest';
import { secp256k1Address } from '../../crypto/address.ts';
import { toHex } from '../../encoding/bytes.ts';
import { keyFromMnemonic, mnemonicFromEntropy } from '../keyring/mnemonic.ts';
import { TEST_ACCOUNTS } from './accounts.ts';

test('the words and addresses of the test accounts are what their rule gives', () => {
  for (const { name, mnemonic, addressHex } of TEST_ACCOUNTS) {
    const entropy = createHash('sha256').update(`trellis test account ${name}`).digest().subarray(0, 16);
    expect(mnemonicFromEntropy(new Uint8Array(entropy))).toBe(mnemonic);
    expect(toHex(secp256k1Address(secp256k1.publicKeyCreate(keyFromMnemonic(mnemonic).secret)))).toBe(addressHex);
  }
});
