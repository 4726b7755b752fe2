// Proto3 JSON of transactions: any text gives a message, ProtoJsonError or a SyntaxError; a message that was read is written and read again.
import { utf8 } from '../../chain/encoding/bytes.ts';
import { txDecoder } from '../../chain/tx/decode.ts';
import { allInterfaces } from '../../chain/tx/interfaces.ts';
import { Tx } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { fromJsonText, ProtoJsonError, toJsonText } from '../../proto/json.ts';
import { txCorpus } from '../differential/support/tx-corpus.ts';
import type { FuzzTarget } from './target.ts';

export const target: FuzzTarget = {
  name: 'tx-json',
  corpus: () => {
    const decode = txDecoder(allInterfaces());
    return txCorpus().map((b) => {
      const { body, authInfo, signatures } = decode(b);
      return utf8(toJsonText(Tx, { body, authInfo, signatures }));
    });
  },
  inputBytesMax: 1 << 14,
  run: (input) => {
    let tx: Tx;
    try {
      tx = fromJsonText(Tx, new TextDecoder().decode(input));
    } catch (e) {
      if (e instanceof ProtoJsonError || e instanceof SyntaxError) return;
      throw e;
    }
    const text = toJsonText(Tx, tx);
    const again = toJsonText(Tx, fromJsonText(Tx, text));
    if (again !== text) throw new Error(`written ${text}, read and written again ${again}`);
  },
};
