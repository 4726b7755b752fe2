// Tokens of the query language (cmt:libs/pubsub/query/syntax/scanner.go). Offsets are bytes of the UTF-8 text.
import { parseTime, type Time } from '../../encoding/time.ts';
import { QueryError } from './query.ts';

export type TokenKind = 'end' | 'tag' | 'string' | 'number' | 'time' | 'date' | 'AND' | 'CONTAINS' | 'EXISTS' | '=' | '<' | '<=' | '>' | '>=';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes, and without the words DATE and TIME. */
  readonly text: string;
  readonly offset: number;
}

const SPACE = /^\p{White_Space}$/u;
const TAG_FIRST = /^[\p{L}\p{Nd}_]$/u;
const TAG_REST = /^[\p{L}\p{Nd}_.-]$/u;
const DIGIT = /^[0-9]$/;
const TIME_CHAR = /^[-T:+Z0-9]$/;
const DATE_CHAR = /^[-0-9]$/;
const YEAR_MIN = 1900;
const YEAR_MAX = 2999;

function byteLength(ch: string): number {
  const c = ch.codePointAt(0) as number;
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/** yyyy-mm-dd at midnight UTC; undefined for anything else. */
export function parseDateValue(text: string): Time | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return parseTimeValue(`${text}T00:00:00Z`);
}

/** RFC 3339 as Go's time.Parse reads it: the hour may have one digit. */
export function parseTimeValue(text: string): Time | undefined {
  try {
    return parseTime(text.replace(/^(\d{4}-\d{2}-\d{2}T)(\d):/, '$10$2:'));
  } catch {
    return undefined;
  }
}

export class Scanner {
  private readonly chars: readonly string[];
  private at = 0;
  private offset = 0;

  constructor(text: string) {
    this.chars = Array.from(text);
  }

  next(): Token {
    this.takeWhile(SPACE);
    const offset = this.offset;
    const ch = this.chars[this.at];
    if (ch === undefined) return { kind: 'end', text: '', offset };
    if (DIGIT.test(ch)) return { kind: 'number', text: this.number(), offset };
    if (TAG_FIRST.test(ch)) return this.word(offset);
    this.advance();
    switch (ch) {
      case "'":
        return { kind: 'string', text: this.quoted(), offset };
      case '=':
        return { kind: '=', text: '=', offset };
      case '<':
      case '>':
        if (this.chars[this.at] === '=') {
          this.advance();
          return { kind: `${ch}=`, text: `${ch}=`, offset };
        }
        return { kind: ch, text: ch, offset };
      default:
        throw new QueryError(`offset ${offset}: invalid input ${ch} at offset ${this.offset}`, offset);
    }
  }

  private advance(): string {
    const ch = this.chars[this.at] as string;
    this.at++;
    this.offset += byteLength(ch);
    return ch;
  }

  private takeWhile(accept: RegExp): string {
    let text = '';
    for (let ch = this.chars[this.at]; ch !== undefined && accept.test(ch); ch = this.chars[this.at]) text += this.advance();
    return text;
  }

  private number(): string {
    let text = this.takeWhile(DIGIT);
    if (this.chars[this.at] === '.') text += this.advance() + this.takeWhile(DIGIT);
    return text;
  }

  private quoted(): string {
    const start = this.offset - 1;
    let text = '';
    for (;;) {
      if (this.at >= this.chars.length) throw new QueryError(`offset ${start}: EOF: the string that begins here has no closing quote`, start);
      const ch = this.advance();
      if (ch === "'") return text;
      text += ch;
    }
  }

  private word(offset: number): Token {
    const text = this.takeWhile(TAG_REST);
    if ((text === 'TIME' || text === 'DATE') && this.chars[this.at] === ' ') {
      this.advance();
      return text === 'TIME' ? this.dated('time', TIME_CHAR, parseTimeValue, offset) : this.dated('date', DATE_CHAR, parseDateValue, offset);
    }
    if (text === 'AND' || text === 'EXISTS' || text === 'CONTAINS') return { kind: text, text, offset };
    return { kind: 'tag', text, offset };
  }

  private dated(kind: 'time' | 'date', accept: RegExp, parse: (s: string) => Time | undefined, offset: number): Token {
    const text = this.takeWhile(accept);
    if (parse(text) === undefined) {
      const form = kind === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02';
      throw new QueryError(`offset ${offset}: invalid ${kind.toUpperCase()} value: parsing time ${JSON.stringify(text)} as "${form}": cannot parse`, offset);
    }
    const year = Number(text.slice(0, 4));
    if (year < YEAR_MIN || year > YEAR_MAX) {
      throw new QueryError(`offset ${offset}: ${kind === 'time' ? 'timestamp' : 'datestamp'} year ${year} out of range`, offset);
    }
    return { kind, text, offset };
  }
}
