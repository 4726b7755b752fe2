// Cross-origin requests: off unless origins are configured (cors_allowed_origins). An origin may hold one "*".

export interface CorsConfig {
  readonly corsAllowedOrigins: readonly string[];
  readonly corsAllowedMethods: readonly string[];
  readonly corsAllowedHeaders: readonly string[];
}

function allowed(origin: string, patterns: readonly string[]): boolean {
  const o = origin.toLowerCase();
  return patterns.some((pattern) => {
    const [head, tail] = pattern.toLowerCase().split('*', 2) as [string, string?];
    return tail === undefined ? o === head : o.length >= head.length + tail.length && o.startsWith(head) && o.endsWith(tail);
  });
}

/** Headers of the answer to a request with this Origin; undefined where CORS is off or the request has none. */
export function corsHeaders(config: CorsConfig, origin: string | undefined, preflight: boolean): Record<string, string> | undefined {
  if (config.corsAllowedOrigins.length === 0 || origin === undefined) return undefined;
  const headers: Record<string, string> = { Vary: 'Origin' };
  if (!allowed(origin, config.corsAllowedOrigins)) return headers;
  headers['Access-Control-Allow-Origin'] = config.corsAllowedOrigins.includes('*') ? '*' : origin;
  if (preflight) {
    headers['Access-Control-Allow-Methods'] = config.corsAllowedMethods.join(', ');
    headers['Access-Control-Allow-Headers'] = config.corsAllowedHeaders.join(', ');
  }
  return headers;
}
