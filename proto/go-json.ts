// JSON text as Go's encoding/json leaves it: < > & and the line separators escaped, and \ufffd for every byte that was not UTF-8.

const ESCAPED_BYTE = /\\(?:u(dc[89a-f][0-9a-f])|[\s\S])/g;

/** Of JSON.stringify's output. */
export function goJson(text: string): string {
  const safe = text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // Lone surrogates stand for bytes (fromUtf8Escaped); JSON.stringify has escaped them.
  return safe.includes('\\udc') ? safe.replace(ESCAPED_BYTE, (all, byte) => (byte === undefined ? all : '\\ufffd')) : safe;
}
