// The page at GET /: every endpoint with the names of its parameters (cmt:rpc/jsonrpc/server/http_json_handler.go).
import type { MethodTable } from './method.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

export function escapeMarkup(s: string): string {
  return s.replace(/[&<>"']/g, (c) => ENTITIES[c] as string);
}

/** `host` comes from the request and is escaped, so that it cannot break out of the markup (F-19). */
export function indexPage(methods: MethodTable, host: string): string {
  const safe = escapeMarkup(host);
  const links = Object.keys(methods)
    .sort()
    .map((name) => {
      const query = Object.keys((methods[name] as MethodTable[string]).params)
        .map((p) => `${p}=_`)
        .join('&');
      const link = `//${safe}/${name}?${query}`;
      return `<a href="${link}">${link}</a></br>`;
    });
  return `<html><body><br>Available endpoints:<br><br>Endpoints that require arguments:<br>${links.join('')}</body></html>`;
}
