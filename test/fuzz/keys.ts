// Texts and bytes in which keys and addresses come in: bech32 and amino keys. Refused by the one registered error, or read and written as the same.
import { aminoKeyBytes, decodeAminoKey } from '../../chain/crypto/account-key.ts';
import { bech32Decode, bech32Encode } from '../../chain/crypto/bech32.ts';
import { CryptoError } from '../../chain/crypto/errors.ts';
import { fromHex, fromUtf8, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import type { FuzzTarget } from './target.ts';

function refusable(run: () => void): void {
  try {
    run();
  } catch (e) {
    if (!(e instanceof CryptoError)) throw e;
  }
}

const key = `eb5ae98721${'02'.repeat(33)}`;

export const target: FuzzTarget = {
  name: 'keys',
  corpus: () => [
    fromHex(key),
    fromHex(`1624de6420${'07'.repeat(32)}`),
    fromHex(`22c1f7e208021226${key}1226${key}`),
    utf8(bech32Encode('trellis', new Uint8Array(20))),
    utf8(bech32Encode('trellisvalcons', new Uint8Array(32).fill(255)).toUpperCase()),
  ],
  run(input) {
    refusable(() => {
      const again = decodeAminoKey(aminoKeyBytes(decodeAminoKey(input)));
      aminoKeyBytes(again);
    });
    let text: string;
    try {
      text = fromUtf8(input);
    } catch {
      return;
    }
    refusable(() => {
      const { prefix, bytes } = bech32Decode(text);
      if (bech32Encode(prefix, bytes) !== text.toLowerCase()) throw new Error(`bech32: ${toHex(input)} is not written as it was read`);
    });
  },
};
