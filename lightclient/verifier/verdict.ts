// What one step of verification says (cmt:light/verifier.go, cmt:spec/light-client). Only `not-enough-trust` makes a client try a height in
// between; `expired` says nothing of the new block, only that the trusted one is too old to judge it.

export type InvalidCode = 'expired' | 'invalid-header' | 'invalid-commit';

export type Verdict =
  | { readonly type: 'ok' }
  | { readonly type: 'not-enough-trust'; readonly detail: string }
  | { readonly type: 'invalid'; readonly code: InvalidCode; readonly detail: string };

export const OK: Verdict = { type: 'ok' };
export const notEnoughTrust = (detail: string): Verdict => ({ type: 'not-enough-trust', detail });
export const invalid = (code: InvalidCode, detail: string): Verdict => ({ type: 'invalid', code, detail });
