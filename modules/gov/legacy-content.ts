// Proposals of the old kind (v1beta1): a content with a title instead of messages, run by a handler that its route names.
// Source: sdk:x/gov/types/v1beta1/proposal.go, content.go, router.go.
import type { Context } from '../../chain/core/context.ts';
import type { SdkError } from '../../chain/core/errors.ts';
import type { LegacyContentKind } from '../../chain/core/legacy-content.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { TextProposal } from '../../proto/gen/cosmos/gov/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { ErrInvalidProposalContent } from './errors.ts';
import { MODULE_NAME } from './keys.ts';
import { open } from './messages.ts';

const DESCRIPTION_BYTES_MAX = 10_000;
const TITLE_BYTES_MAX = 140;

export interface Content {
  readonly title: string;
  readonly description: string;
  readonly kind: LegacyContentKind;
  /** The message itself. */
  readonly value: unknown;
}

export type LegacyHandler = (ctx: Context, content: Content) => void;
export type LegacyRouter = ReadonlyMap<string, LegacyHandler>;

/** Text proposals, which do nothing when they pass: the one kind that no module needs messages for. */
export const TEXT_ROUTER: LegacyRouter = new Map([[MODULE_NAME, () => undefined]]);

export const TEXT_KIND: LegacyContentKind = { typeUrl: `/${TextProposal.name}`, type: 'Text', registered: true, route: MODULE_NAME };

/** Go's strings.TrimSpace: unicode.IsSpace, which lacks the byte order mark that JavaScript trims too. */
const isBlank = (s: string): boolean => /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/.test(s);

function validateAbstract({ title, description }: Content): void {
  const refuse = (why: string): SdkError => ErrInvalidProposalContent.wrap(why);
  if (isBlank(title)) throw refuse('proposal title cannot be blank');
  if (utf8(title).length > TITLE_BYTES_MAX) throw refuse(`proposal title is longer than max length of ${TITLE_BYTES_MAX}`);
  if (description.length === 0) throw refuse('proposal description cannot be blank');
  if (utf8(description).length > DESCRIPTION_BYTES_MAX) throw refuse(`proposal description is longer than max length of ${DESCRIPTION_BYTES_MAX}`);
}

/** Throws what is wrong with it, as far as it can be said without state. */
export function validateContent(c: Content): void {
  const abstract = (): void => validateAbstract(c);
  if (c.kind.validate === undefined) abstract();
  else c.kind.validate(c.value, abstract);
}

/** undefined where it is of no kind that is known. */
export function contentOf(kinds: ReadonlyMap<string, LegacyContentKind>, any: Any): Content | undefined {
  const kind = kinds.get(any.typeUrl);
  const m = kind === undefined ? undefined : open(any);
  return m === undefined || kind === undefined ? undefined : { kind, title: m.value.title, description: m.value.description, value: m.value };
}
