// JSON text without a loss: the fields of an object as the text they have in the file, and re-spacing that touches no literal. A genesis
// goes to the application byte for byte, and its numbers may exceed what a double holds.
import { jsonFail } from './json-codec.ts';

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\n' || c === '\r' || c === '\t';

/** Index after the string that starts at `at` (a quote). */
function stringEnd(s: string, at: number): number {
  for (let i = at + 1; i < s.length; i++) {
    if (s[i] === '\\') i++;
    else if (s[i] === '"') return i + 1;
  }
  return s.length;
}

/** Index after the value that starts at `at`, in text that is valid JSON. */
function valueEnd(s: string, at: number): number {
  const c = s[at];
  if (c === '"') return stringEnd(s, at);
  if (c !== '{' && c !== '[') {
    let i = at;
    while (i < s.length && !isSpace(s[i]) && s[i] !== ',' && s[i] !== '}' && s[i] !== ']') i++;
    return i;
  }
  let depth = 0;
  for (let i = at; i < s.length; i++) {
    const d = s[i];
    if (d === '"') i = stringEnd(s, i) - 1;
    else if (d === '{' || d === '[') depth++;
    else if (d === '}' || d === ']') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return s.length;
}

/** The fields of a JSON object, each as its text; of a repeated name the last one. Throws TypesError on anything but an object. */
export function rawFields(text: string, path = ''): ReadonlyMap<string, string> {
  try {
    JSON.parse(text);
  } catch (e) {
    jsonFail(path, `not valid JSON: ${(e as Error).message}`);
  }
  const out = new Map<string, string>();
  let i = 0;
  const skip = (): void => {
    while (isSpace(text[i])) i++;
  };
  skip();
  if (text[i] !== '{') jsonFail(path, 'expected an object');
  i++;
  for (;;) {
    skip();
    if (text[i] === '}') return out;
    const nameEnd = stringEnd(text, i);
    const name = JSON.parse(text.slice(i, nameEnd)) as string;
    i = nameEnd;
    skip();
    i++; // the colon
    skip();
    const end = valueEnd(text, i);
    out.set(name, text.slice(i, end));
    i = end;
    skip();
    if (text[i] === ',') i++;
  }
}

/** The same JSON with other spacing: none, or `indent` a level and one element a line, as Go's json.Indent. */
export function respaceJson(text: string, indent?: string, prefix = ''): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): void => {
    if (indent !== undefined) parts.push(`\n${prefix}${indent.repeat(depth)}`);
  };
  let i = 0;
  while (i < text.length) {
    const c = text[i] as string;
    if (isSpace(c)) {
      i++;
      continue;
    }
    if (c === '{' || c === '[') {
      parts.push(c);
      let j = i + 1;
      while (isSpace(text[j])) j++;
      if (text[j] === '}' || text[j] === ']') {
        parts.push(text[j] as string);
        i = j + 1;
        continue;
      }
      depth++;
      line();
      i++;
    } else if (c === '}' || c === ']') {
      depth--;
      line();
      parts.push(c);
      i++;
    } else if (c === ',') {
      parts.push(c);
      line();
      i++;
    } else if (c === ':') {
      parts.push(indent === undefined ? ':' : ': ');
      i++;
    } else {
      const end = valueEnd(text, i);
      parts.push(text.slice(i, end));
      i = end;
    }
  }
  return parts.join('');
}

/** JSON text of a plain value, with Go's escapes of <, > and & in strings. */
export function goJson(j: unknown): string {
  return JSON.stringify(j).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
