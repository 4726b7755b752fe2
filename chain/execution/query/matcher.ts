// Does a set of events satisfy a query (cmt:libs/pubsub/query/query.go)? Each condition may be met by a different value of a tag.
import { compareBigFloat, leadingNumber } from './number.ts';
import type { Condition, Operator, Query } from './query.ts';
import { parseDateValue, parseTimeValue } from './scanner.ts';

function ordered(op: Operator, order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** One condition against one value of its tag. A value that is not of the argument's type does not match. */
export function matchesValue({ op, arg }: Condition, value: string): boolean {
  if (arg === undefined) return true;
  switch (arg.kind) {
    case 'string':
      return op === 'CONTAINS' ? value.includes(arg.text) : value === arg.text;
    case 'number': {
      const n = leadingNumber(value);
      return n !== undefined && ordered(op, compareBigFloat(n, arg.value));
    }
    default: {
      const t = arg.kind === 'date' ? parseDateValue(value) : parseTimeValue(value);
      return t !== undefined && ordered(op, t < arg.value ? -1 : t > arg.value ? 1 : 0);
    }
  }
}

function hasType(events: ReadonlyMap<string, readonly string[]>, type: string): boolean {
  for (const key of events.keys()) if (key.lastIndexOf('.') === type.length && key.startsWith(type)) return true;
  return false;
}

function holds(condition: Condition, events: ReadonlyMap<string, readonly string[]>): boolean {
  const values = events.get(condition.tag);
  if (values?.some((v) => matchesValue(condition, v))) return true;
  // A tag that names an event type alone is compared with the empty string, which is what makes "slash EXISTS" work.
  return matchesValue(condition, '') && hasType(events, condition.tag);
}

/** Keys are composite, "type.attribute". No events match nothing. */
export function matches(query: Query, events: ReadonlyMap<string, readonly string[]>): boolean {
  return events.size > 0 && query.every((c) => holds(c, events));
}
