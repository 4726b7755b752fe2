// The query of a URI (application/x-www-form-urlencoded, WHATWG URL §5): the ordinary ones are read without a URLSearchParams, which costs more.

/** The first value of a name, null where there is none. */
export interface UriQuery {
  get(name: string): string | null;
}

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
}

/** As URLSearchParams reads it. */
export function readQuery(text: string): UriQuery {
  const values = new Map<string, string>();
  try {
    for (let at = 0; at < text.length; ) {
      const next = text.indexOf('&', at);
      const end = next < 0 ? text.length : next;
      const mark = text.indexOf('=', at);
      const nameEnd = mark < 0 || mark > end ? end : mark;
      if (end > at) {
        const name = decoded(text.slice(at, nameEnd));
        if (!values.has(name)) values.set(name, decoded(text.slice(nameEnd + 1, end)));
      }
      at = end + 1;
    }
  } catch {
    // A percent sign without two digits, or bytes that are not UTF-8.
    return new URLSearchParams(text);
  }
  return { get: (name) => values.get(name) ?? null };
}
