// Query text to conditions (cmt:libs/pubsub/query/syntax/parser.go). Grammar: cond { AND cond };  cond = tag op value | tag EXISTS.
import type { Time } from '../../encoding/time.ts';
import { parseDecimal } from './number.ts';
import { type Argument, type Condition, type Operator, type Query, QueryError } from './query.ts';
import { parseDateValue, parseTimeValue, Scanner, type Token, type TokenKind } from './scanner.ts';

const LABELS: Readonly<Record<TokenKind, string>> = {
  end: 'EOF',
  tag: 'tag',
  string: 'string',
  number: 'number',
  time: 'timestamp',
  date: 'datestamp',
  AND: 'AND operator',
  CONTAINS: 'CONTAINS operator',
  EXISTS: 'EXISTS operator',
  '=': '= operator',
  '<': '< operator',
  '<=': '<= operator',
  '>': '> operator',
  '>=': '>= operator',
};

const OPERATORS: readonly TokenKind[] = ['<=', '>=', '<', '>', '=', 'CONTAINS', 'EXISTS'];
const ORDERED: readonly TokenKind[] = ['number', 'time', 'date'];
const VALUES: Readonly<Record<Exclude<Operator, 'EXISTS'>, readonly TokenKind[]>> = {
  '<': ORDERED,
  '<=': ORDERED,
  '>': ORDERED,
  '>=': ORDERED,
  '=': [...ORDERED, 'string'],
  CONTAINS: ['string'],
};

function label(kinds: readonly TokenKind[]): string {
  const names = kinds.map((k) => LABELS[k]);
  const last = names.pop() as string;
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

function require(scanner: Scanner, kinds: readonly TokenKind[]): Token {
  const token = scanner.next();
  if (kinds.includes(token.kind)) return token;
  if (token.kind === 'end') throw new QueryError(`offset ${token.offset}: EOF`, token.offset);
  throw new QueryError(`offset ${token.offset}: got ${LABELS[token.kind]}, wanted ${label(kinds)}`, token.offset);
}

function argument(token: Token): Argument {
  switch (token.kind) {
    case 'number': {
      const value = parseDecimal(token.text);
      if (value === undefined) throw new QueryError(`offset ${token.offset}: number has too many digits`, token.offset);
      return { kind: 'number', text: token.text, value };
    }
    case 'time':
      return { kind: 'time', text: token.text, value: parseTimeValue(token.text) as Time };
    case 'date':
      return { kind: 'date', text: token.text, value: parseDateValue(token.text) as Time };
    default:
      return { kind: 'string', text: token.text };
  }
}

function condition(scanner: Scanner): Condition {
  const tag = require(scanner, ['tag']).text;
  const op = require(scanner, OPERATORS).kind as Operator;
  return { tag, op, arg: op === 'EXISTS' ? undefined : argument(require(scanner, VALUES[op])) };
}

/** Throws QueryError. */
export function parseQuery(text: string): Query {
  const scanner = new Scanner(text);
  const conditions = [condition(scanner)];
  for (let token = scanner.next(); token.kind !== 'end'; token = scanner.next()) {
    // The reference prints the number of its AND token.
    if (token.kind !== 'AND') throw new QueryError(`offset ${token.offset}: got ${LABELS[token.kind]}, want 6`, token.offset);
    conditions.push(condition(scanner));
  }
  return conditions;
}
