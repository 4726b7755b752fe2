// CometBFT's event query language as a syntax tree (cmt:libs/pubsub/query/syntax): conditions joined by AND, `tag op value`.
// The same language selects events of a subscription, transactions (tx_search) and blocks (block_search).
import type { Time } from '../../encoding/time.ts';
import type { BigFloat } from './number.ts';

export type Operator = '=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'EXISTS';

/** A value as written, and as compared. DATE and TIME are nanoseconds since 1970. */
export type Argument =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: BigFloat }
  | { readonly kind: 'date' | 'time'; readonly text: string; readonly value: Time };

export interface Condition {
  /** Composite key "type.attribute", or an event type alone. */
  readonly tag: string;
  readonly op: Operator;
  /** Absent exactly for EXISTS. */
  readonly arg: Argument | undefined;
}

/** All conditions must hold. */
export type Query = readonly Condition[];

/** Refused query text. `offset` counts bytes of the text's UTF-8 form. */
export class QueryError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'QueryError';
    this.offset = offset;
  }
}

function formatArgument(arg: Argument): string {
  switch (arg.kind) {
    case 'string':
      return `'${arg.text}'`;
    case 'number':
      return arg.text;
    case 'date':
      return `DATE ${arg.text}`;
    case 'time':
      return `TIME ${arg.text}`;
  }
}

/** The canonical text: two queries that differ only in white space are equal in it. */
export function formatQuery(query: Query): string {
  return query.map((c) => (c.arg === undefined ? `${c.tag} ${c.op}` : `${c.tag} ${c.op} ${formatArgument(c.arg)}`)).join(' AND ');
}
