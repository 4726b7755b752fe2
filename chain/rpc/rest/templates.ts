// Path templates of google.api.http: /a/{name}/b and {name=**}, compiled once and matched segment by segment.
// A literal segment wins over a variable, so that /supply/by_denom is not a denom; of variables, the one for the rest comes last.
import type { HttpRoute, HttpRule } from '../../../proto/registry.ts';

interface Segment {
  /** A literal, or the variable's field path. */
  readonly text: string;
  readonly kind: 'literal' | 'variable' | 'rest';
}
interface Compiled {
  readonly route: HttpRoute;
  readonly segments: readonly Segment[];
}
export interface Match {
  readonly route: HttpRoute;
  /** Field path to its text. */
  readonly variables: ReadonlyMap<string, string>;
}

const RANK = { literal: 0, variable: 1, rest: 2 } as const;

function compile(route: HttpRoute): Compiled {
  const segments = route.path
    .slice(1)
    .split('/')
    .map((s): Segment => {
      const m = /^\{([^=}]+)(?:=(\*\*?))?\}$/.exec(s);
      if (m === null) return { text: s, kind: 'literal' };
      return { text: m[1] as string, kind: m[2] === '**' ? 'rest' : 'variable' };
    });
  return { route, segments };
}

function compare(a: Compiled, b: Compiled): number {
  const n = Math.min(a.segments.length, b.segments.length);
  for (let i = 0; i < n; i++) {
    const d = RANK[(a.segments[i] as Segment).kind] - RANK[(b.segments[i] as Segment).kind];
    if (d !== 0) return d;
  }
  return a.segments.length - b.segments.length;
}

function match({ route, segments }: Compiled, parts: readonly string[]): Match | undefined {
  const variables = new Map<string, string>();
  for (const [i, s] of segments.entries()) {
    if (s.kind === 'rest') {
      if (parts.length < i) return undefined;
      variables.set(s.text, parts.slice(i).join('/'));
      return { route, variables };
    }
    const part = parts[i];
    if (part === undefined || (s.kind === 'literal' && part !== s.text)) return undefined;
    if (s.kind === 'variable') variables.set(s.text, part);
  }
  return parts.length === segments.length ? { route, variables } : undefined;
}

/** Finds the route of a method and a decoded path. */
export type Router = (verb: HttpRule['verb'], path: string) => Match | undefined;

export function createRouter(routes: readonly HttpRoute[]): Router {
  const byVerb = new Map<string, Compiled[]>();
  for (const r of routes) byVerb.set(r.verb, [...(byVerb.get(r.verb) ?? []), compile(r)]);
  for (const list of byVerb.values()) list.sort(compare);
  return (verb, path) => {
    if (!path.startsWith('/')) return undefined;
    const parts = path.slice(1).split('/');
    for (const c of byVerb.get(verb) ?? []) {
      const found = match(c, parts);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
