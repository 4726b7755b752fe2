// The transaction decoder: any bytes give a transaction or TxDecodeError, both ways the same, and sign bytes or TxError after that.
import { referenceTxDecoder, txDecoder } from '../../chain/tx/decode.ts';
import { TxDecodeError, TxError } from '../../chain/tx/errors.ts';
import { allInterfaces } from '../../chain/tx/interfaces.ts';
import { signBytes } from '../../chain/tx/sign-bytes.ts';
import { txCorpus, txEdgeCases } from '../differential/support/tx-corpus.ts';
import type { FuzzTarget } from './target.ts';

const interfaces = allInterfaces();
const decode = txDecoder(interfaces);
const decodeSlowly = referenceTxDecoder(interfaces);
const SIGNER = { chainId: 'c', accountNumber: 1n, sequence: 1n, address: 'trellis1x' };

function attempt<T>(f: () => T): T | string {
  try {
    return f();
  } catch (e) {
    if (e instanceof TxDecodeError || e instanceof TxError) return e.message;
    throw e;
  }
}

export const target: FuzzTarget = {
  name: 'tx-decode',
  corpus: () => [...txCorpus(), ...txEdgeCases()],
  inputBytesMax: 1 << 16,
  run: (input) => {
    const tx = attempt(() => decode(input));
    const slowly = attempt(() => decodeSlowly(input));
    if (typeof tx !== typeof slowly || (typeof tx === 'string' && tx !== slowly)) throw new Error(`fast and slow differ: ${typeof tx}, ${String(slowly)}`);
    if (typeof tx === 'string') return;
    for (const mode of [0, 1, 2, 3, 127]) attempt(() => signBytes(mode, tx, SIGNER, () => 'trellis1y'));
  },
};
