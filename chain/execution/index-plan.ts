// What a search query asks of the index (cmt:state/txindex/kv/kv.go, state/indexer/block/kv/kv.go). Unlike a subscription's, a search's
// conditions must all hold for ONE event; conditions on the height select whole transactions or blocks. Of several height equalities the
// first counts, and none beside a height range. A range compares numbers, and only values that are numbers as a whole.
import { BLOCK_HEIGHT_TAG } from './events.ts';
import { type BigFloat, compareBigFloat, parseDecimal } from './query/number.ts';
import type { Condition, Query } from './query/query.ts';

export interface HeightRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** A condition on one attribute value. */
export interface TagTest {
  readonly tag: string;
  /** The exact value, where that is what is asked for. */
  readonly equals: string | undefined;
  readonly test: (value: string) => boolean;
  /** Every value passes. */
  readonly any: boolean;
}

export interface IndexPlan {
  /** The query can match nothing. */
  readonly impossible: boolean;
  readonly heights: HeightRange;
  /** Each is a part of the height's decimal digits. */
  readonly heightParts: readonly string[];
  readonly tests: readonly TagTest[];
}

const MAX_HEIGHT = (1n << 63n) - 1n;

function isRange(c: Condition): boolean {
  return c.op === '<' || c.op === '<=' || c.op === '>' || c.op === '>=';
}

function floorOf(n: BigFloat): { readonly floor: bigint; readonly exact: boolean } {
  if (n.exponent >= 0) return { floor: n.mantissa << BigInt(n.exponent), exact: true };
  const shift = BigInt(-n.exponent);
  const floor = n.mantissa >> shift;
  return { floor, exact: floor << shift === n.mantissa };
}

/** The value as a number that may have a sign; undefined if it is none. */
function parseSigned(text: string): { readonly negative: boolean; readonly value: BigFloat } | undefined {
  const value = parseDecimal(/^[+-]/.test(text) ? text.slice(1) : text);
  return value === undefined ? undefined : { negative: text.startsWith('-'), value };
}

function inBounds(value: string, bounds: readonly Condition[]): boolean {
  const n = parseSigned(value);
  if (n === undefined) return false;
  return bounds.every(({ op, arg }) => {
    if (arg?.kind !== 'number') return false;
    const zero = n.value.mantissa === 0n;
    const order = n.negative && !(zero && arg.value.mantissa === 0n) ? -1 : compareBigFloat(n.value, arg.value);
    return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
  });
}

function heightRange(conditions: readonly Condition[]): HeightRange | undefined {
  const ranges = conditions.filter(isRange);
  let min = 0n;
  let max = MAX_HEIGHT;
  for (const { op, arg } of ranges) {
    if (arg?.kind !== 'number') return undefined;
    const { floor, exact } = floorOf(arg.value);
    if (op === '>' || op === '>=') {
      const from = op === '>=' && exact ? floor : floor + 1n;
      if (from > min) min = from;
    } else {
      const to = op === '<' && exact ? floor - 1n : floor;
      if (to < max) max = to;
    }
  }
  // Beside any other condition on the height an equality does not count.
  if (conditions.some((c) => c.op !== '=')) return { min, max };
  for (const { op, arg } of conditions) {
    // A string of digits is a number here.
    const number = op === '=' ? (arg?.kind === 'number' ? arg.value : parseDecimal(arg?.text ?? '')) : undefined;
    if (number === undefined) continue;
    const { floor } = floorOf(number);
    return { min: floor, max: floor };
  }
  return conditions.some((c) => c.op === '=') ? undefined : { min, max };
}

/** `heightTag` is tx.height or block.height. */
export function planSearch(query: Query, heightTag: string): IndexPlan {
  const onHeight = query.filter((c) => c.tag === heightTag);
  const textual = onHeight.filter((c) => c.op === 'EXISTS' || c.op === 'CONTAINS');
  // The reference keeps a block's height under a key that these two cannot read, so that they match no block.
  const heights = textual.length > 0 && heightTag === BLOCK_HEIGHT_TAG ? undefined : heightRange(onHeight);
  const heightParts = textual.filter((c) => c.op === 'CONTAINS').map((c) => c.arg?.text ?? '');
  const rest = query.filter((c) => c.tag !== heightTag);
  const ranges = new Map<string, Condition[]>();
  const tests: TagTest[] = [];
  for (const c of rest) {
    if (isRange(c)) {
      const bounds = ranges.get(c.tag);
      if (bounds === undefined) ranges.set(c.tag, [c]);
      else bounds.push(c);
      continue;
    }
    const text = c.arg?.text ?? '';
    if (c.op === '=') tests.push({ tag: c.tag, equals: text, test: (v) => v === text, any: false });
    else if (c.op === 'CONTAINS') tests.push({ tag: c.tag, equals: undefined, test: (v) => v.includes(text), any: false });
    else tests.push({ tag: c.tag, equals: undefined, test: () => true, any: true });
  }
  for (const [tag, bounds] of ranges) tests.push({ tag, equals: undefined, test: (v) => inBounds(v, bounds), any: false });
  // The most selective first.
  tests.sort((a, b) => Number(a.equals === undefined) - Number(b.equals === undefined));
  return { impossible: heights === undefined, heights: heights ?? { min: 0n, max: -1n }, heightParts, tests };
}
