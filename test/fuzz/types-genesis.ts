// Genesis documents as text: a refused one gives a TypesError, an accepted one is the same after writing and reading it.
import { toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { type GenesisDoc, genesisToJson, genesisToSimdJson, parseGenesis } from '../../chain/types/genesis.ts';
import type { FuzzTarget } from './target.ts';

const KEY = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=';
const seed = `{"genesis_time":"2026-01-02T03:04:05.6Z","chain_id":"c-1","initial_height":"3","validators":[{"address":"","pub_key":{"type":"tendermint/PubKeyEd25519","value":"${KEY}"},"power":"10","name":"n"}],"app_hash":"AB","app_state":{"a":[1,"\\"]",{}],"b":1e400}}`;

function same(a: GenesisDoc, b: GenesisDoc): boolean {
  const key = (d: GenesisDoc): string => genesisToJson(d) + toHex(d.appHash);
  return key(a) === key(b);
}

export const target: FuzzTarget = {
  name: 'types-genesis',
  corpus: () => [utf8(seed), utf8(genesisToJson(parseGenesis(seed), '  ')), utf8(genesisToSimdJson(parseGenesis(seed), 'a', 'b')), utf8('{"chain_id":"x"}')],
  run: (input) => {
    const text = new TextDecoder().decode(input);
    let doc: GenesisDoc;
    try {
      doc = parseGenesis(text, 1n);
    } catch (e) {
      if (e instanceof TypesError) return;
      throw e;
    }
    if (!same(parseGenesis(genesisToJson(doc)), doc)) throw new Error("CometBFT's form changes the document");
    if (!same(parseGenesis(genesisToJson(doc, '\t')), doc)) throw new Error('white space changes the document');
    if (!same(parseGenesis(genesisToSimdJson(doc, 'a', 'b')), doc)) throw new Error("simd's form changes the document");
  },
};
