// What a keyring reads from disk or from a person: armor, encrypted items, records. Damage is refused with KeyringError.
import { encodeArmor } from '../../chain/cmd/keyring/armor.ts';
import { KeyringError } from '../../chain/cmd/keyring/errors.ts';
import { decryptJwe, encryptJwe } from '../../chain/cmd/keyring/jwe.ts';
import { decryptPrivateKey } from '../../chain/cmd/keyring/key-armor.ts';
import { decodeRecord, encodeRecord, localRecord, publicRecord } from '../../chain/cmd/keyring/record.ts';
import { bytesEqual, concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import type { FuzzTarget } from './target.ts';

const secret = new Uint8Array(32).fill(7);
let token = '';

/** The first byte chooses the reader. */
const KINDS = [
  // Damaged before its key derivation, which costs 80 ms: the salt is not hex.
  (text: string) => void decryptPrivateKey(text.replace(/^salt: ./m, 'salt: z'), 'passphrase'),
  (text: string) => {
    // A changed iteration count would only make the test slow.
    if (text.split('.')[0] === token.split('.')[0] && text !== token) decryptJwe(text, 'passphrase');
  },
];

export const target: FuzzTarget = {
  name: 'keyring',
  corpus: () => {
    installNative(() => {});
    token = encryptJwe('{"Key":"a.info","Data":"AAAA"}', 'passphrase');
    const local = localRecord('a', { type: 'secp256k1', secret });
    const multi = publicRecord('m', 'multi', { type: 'multisig', threshold: 1, keys: [local.publicKey] });
    const armor = encodeArmor({
      type: 'TENDERMINT PRIVATE KEY',
      headers: { kdf: 'argon2', salt: '00'.repeat(16), type: 'secp256k1' },
      body: new Uint8Array(80),
    });
    const of = (kind: number, bytes: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(kind), bytes);
    return [of(0, utf8(armor)), of(1, utf8(token)), of(2, encodeRecord(local)), of(2, encodeRecord(multi))];
  },
  run(input) {
    const [kind = 0] = input;
    const rest = input.subarray(1);
    try {
      if (kind < KINDS.length) KINDS[kind]?.(new TextDecoder().decode(rest));
      else {
        const record = decodeRecord(rest);
        const again = encodeRecord(record);
        if (!bytesEqual(encodeRecord(decodeRecord(again)), again)) throw new Error('a record is not stable when written again');
      }
    } catch (e) {
      if (!(e instanceof KeyringError)) throw e;
    }
  },
};
