// JSON text as Go's encoding/json writes it: compact, with <, >, & and the two line separators escaped (they occur in strings only).

/** A value that is JSON text already; placed as it is where a result is written. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const HTML = /[<>&\u2028\u2029]/;
const SURROGATE = /[\ud800-\udfff]/;
const HTML_ALL = /[<>&\u2028\u2029]/g;

/** Escapes what JSON.stringify leaves alone and Go does not. */
export function escapeHtml(text: string): string {
  return HTML.test(text) ? text.replace(HTML_ALL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
}

/** A lone surrogate, which UTF-8 cannot carry, becomes U+FFFD as in Go. */
export function jsonString(s: string): string {
  return escapeHtml(JSON.stringify(SURROGATE.test(s) ? s.replace(/\p{Surrogate}/gu, '\ufffd') : s));
}

/** The text of a value made of objects, arrays, strings, numbers, booleans and null; properties that are undefined are left out. */
export function jsonText(value: unknown): string {
  return value instanceof RawJson ? value.text : escapeHtml(JSON.stringify(value));
}
