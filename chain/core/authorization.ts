// What one account lets another do in its name: the contract between x/authz, which keeps authorizations, and the modules that have kinds of
// their own. chain/app joins them. Source: sdk:x/authz/authorizations.go, errors.go.
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { Context } from './context.ts';
import { registerError } from './errors.ts';

export const AUTHZ_CODESPACE = 'authz';
/** Codes of x/authz that authorizations of other modules answer with. */
export const ErrUnknownAuthorizationType = registerError(AUTHZ_CODESPACE, 4, 'unknown authorization type');
export const ErrNegativeMaxTokens = registerError(AUTHZ_CODESPACE, 12, 'max tokens should be positive');

export interface Accepted {
  /** What remains after the message; undefined: nothing, the grant is removed. `same`: it stays as it is. */
  readonly left: Authorization | 'same' | undefined;
}

export interface Authorization {
  /** The message it lets pass. May throw a panic for a value that validation should not have let in. */
  messageUrl(): string;
  /** Throws a registered error where it does not allow the message. `message` is decoded and of the type that messageUrl names. */
  accept(ctx: Context, message: unknown): Accepted;
  /** Throws an error with what is wrong by itself. */
  validate(): void;
  /** Encoded anew. */
  pack(): Any;
}

export interface AuthorizationKind {
  readonly typeUrl: string;
  /** Throws WireError. */
  open(value: Uint8Array): Authorization;
}
