// Metadata of proposals, which anybody may send: read without a throw, and never where it is no JSON.
import { fromUtf8, utf8 } from '../../chain/encoding/bytes.ts';
import { titleAndSummary } from '../../modules/gov/metadata.ts';
import type { FuzzTarget } from './target.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const target: FuzzTarget = {
  name: 'gov-metadata',
  corpus: () =>
    ['{"title":"T","summary":"S","authors":["a",null],"details":"d"}', '{"Title":"T","x":[{"y":[1,-2.5e3,true,null]}]}', 'null', '[[[]]]', 'ipfs://x'].map(
      utf8,
    ),
  run(input) {
    let text: string;
    try {
      text = fromUtf8(input);
    } catch {
      return;
    }
    if (titleAndSummary(text) !== undefined && !isJson(text)) throw new Error(`not JSON, but read as metadata: ${JSON.stringify(text)}`);
  },
};
