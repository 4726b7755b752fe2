// Query text: a query or a QueryError, and a query's canonical text reads as itself; matching never throws.
import { matches } from '../../chain/execution/query/matcher.ts';
import { parseQuery } from '../../chain/execution/query/parser.ts';
import { formatQuery, QueryError } from '../../chain/execution/query/query.ts';
import type { FuzzTarget } from './target.ts';

const text = new TextEncoder();
const SAMPLES = [
  "tm.event='Tx' AND tx.height>5",
  "transfer.recipient = 'trellis1x' AND message.action CONTAINS 'Send'",
  'slash EXISTS AND a.b <= 8.045',
  'tx.date >= DATE 2020-01-02 AND tx.time < TIME 2020-01-02T03:04:05+01:00',
  'big.value > 99999999999999999999.00000000001',
];
const EVENTS = new Map([
  ['tm.event', ['Tx']],
  ['tx.height', ['7', '12345678901234567890.5stake']],
  ['tx.date', ['2020-02-30', '2021-01-01']],
  ['tx.time', ['2020-01-01T00:00:00Z', '']],
  ['slash.reason', ['x']],
]);

export const target: FuzzTarget = {
  name: 'rpc-query',
  corpus: () => SAMPLES.map((s) => text.encode(s)),
  run: (input) => {
    let query: ReturnType<typeof parseQuery>;
    try {
      query = parseQuery(Buffer.from(input).toString('utf8'));
    } catch (e) {
      if (e instanceof QueryError) return;
      throw e;
    }
    const canonical = formatQuery(query);
    if (formatQuery(parseQuery(canonical)) !== canonical) throw new Error(`not canonical: ${canonical}`);
    matches(query, EVENTS);
  },
};
