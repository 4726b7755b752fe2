// Headers and misbehaviour as relayers send them, read with the types that CometBFT's own messages are read with. Source: ibc-go v10
// modules/light-clients/07-tendermint/header.go, misbehaviour.go.
import { plainError, SdkError, wrapError } from '../../../../chain/core/errors.ts';
import { bytesEqual } from '../../../../chain/encoding/bytes.ts';
import { type Codec, embed, message, optional, string } from '../../../../chain/encoding/codec.ts';
import { WireError } from '../../../../chain/encoding/proto-wire.ts';
import { verifyCommitLight } from '../../../../chain/types/commit-verify.ts';
import { TypesError } from '../../../../chain/types/errors.ts';
import { isMissingHeader, type SignedHeader, validateSignedHeader } from '../../../../chain/types/light-block.ts';
import { signedHeaderCodec } from '../../../../chain/types/light-block-codec.ts';
import type { ValidatorSet } from '../../../../chain/types/validator-set.ts';
import { validatorSetCodec } from '../../../../chain/types/validator-set-codec.ts';
import { verifyEach } from '../../../../chain/types/verify-signature.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { ErrInvalidClientType, ErrInvalidHeader, ErrInvalidMisbehaviour } from '../../core/02-client/errors.ts';
import { compareHeights, revisionOf } from '../../core/02-client/height.ts';
import { validateClientId } from '../../core/24-host/identifiers.ts';
import { heightText } from '../../core/24-host/paths.ts';
import { ErrInvalidHeaderHeight, ErrInvalidHeader as ErrInvalidTendermintHeader, ErrInvalidValidatorSet } from './errors.ts';

export interface Header {
  readonly signedHeader: SignedHeader | undefined;
  readonly validatorSet: ValidatorSet | undefined;
  readonly trustedHeight: Height;
  readonly trustedValidators: ValidatorSet | undefined;
}
const headerCodec: Codec<Header> = message('ibc.lightclients.tendermint.v1.Header', {
  signedHeader: optional(1, signedHeaderCodec),
  validatorSet: optional(2, validatorSetCodec),
  trustedHeight: embed(3, Height),
  trustedValidators: optional(4, validatorSetCodec),
});

export interface Misbehaviour {
  readonly clientId: string;
  readonly header1: Header | undefined;
  readonly header2: Header | undefined;
}
const misbehaviourCodec: Codec<Misbehaviour> = message('ibc.lightclients.tendermint.v1.Misbehaviour', {
  clientId: string(1),
  header1: optional(2, headerCodec),
  header2: optional(3, headerCodec),
});

/** A header whose parts are all there. */
export interface WholeHeader {
  readonly signedHeader: SignedHeader;
  readonly validatorSet: ValidatorSet;
  readonly trustedHeight: Height;
  readonly trustedValidators: ValidatorSet | undefined;
}

export const HEADER_URL = '/ibc.lightclients.tendermint.v1.Header';
export const MISBEHAVIOUR_URL = '/ibc.lightclients.tendermint.v1.Misbehaviour';

/** Errors of the consensus types are Go's plain errors there. */
export function asSdk<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (e instanceof TypesError || e instanceof WireError) throw plainError(what === '' ? e.message : `${what}: ${e.message}`);
    throw e;
  }
}

export const heightOf = ({ header }: SignedHeader): Height => ({ revisionNumber: revisionOf(header.chainId), revisionHeight: header.height });

/** Form only. Throws. */
export function wholeHeader(h: Header): WholeHeader {
  const { signedHeader, validatorSet } = h;
  if (signedHeader === undefined) throw ErrInvalidHeader.wrap('tendermint signed header cannot be nil');
  if (isMissingHeader(signedHeader.header)) throw ErrInvalidHeader.wrap('tendermint header cannot be nil');
  asSdk('header failed basic validation', () => validateSignedHeader(signedHeader, signedHeader.header.chainId));
  const height = heightOf(signedHeader);
  if (compareHeights(h.trustedHeight, height) >= 0) {
    throw ErrInvalidHeaderHeight.wrap(`TrustedHeight ${heightText(h.trustedHeight)} must be less than header height ${heightText(height)}`);
  }
  if (validatorSet === undefined) throw ErrInvalidHeader.wrap('validator set is nil');
  if (!bytesEqual(signedHeader.header.validatorsHash, validatorSet.hash())) throw ErrInvalidHeader.wrap('validator set does not match hash');
  return { ...h, signedHeader, validatorSet };
}

export interface WholeMisbehaviour {
  readonly clientId: string;
  readonly header1: WholeHeader;
  readonly header2: WholeHeader;
}

function misbehavingHeader(h: WholeHeader): void {
  const { header, commit } = h.signedHeader;
  try {
    verifyCommitLight(header.chainId, h.validatorSet, commit.blockId, commit.height, commit, verifyEach);
  } catch (e) {
    if (e instanceof TypesError) throw ErrInvalidMisbehaviour.wrap('validator set did not commit to header');
    throw e;
  }
}

/** Form, and that the headers' own sets signed them. Throws. */
function wholeMisbehaviour(m: Misbehaviour): WholeMisbehaviour {
  const [h1, h2] = [m.header1, m.header2];
  if (h1 === undefined) throw ErrInvalidTendermintHeader.wrap('misbehaviour Header1 cannot be nil');
  if (h2 === undefined) throw ErrInvalidTendermintHeader.wrap('misbehaviour Header2 cannot be nil');
  for (const [i, h] of [h1, h2].entries()) {
    if (h.trustedHeight.revisionHeight === 0n) throw ErrInvalidHeaderHeight.wrap(`misbehaviour Header${i + 1} cannot have zero revision height`);
  }
  for (const [i, h] of [h1, h2].entries()) {
    if (h.trustedValidators === undefined) throw ErrInvalidValidatorSet.wrap(`trusted validator set in Header${i + 1} cannot be empty`);
  }
  if (h1.signedHeader?.header.chainId !== h2.signedHeader?.header.chainId) throw ErrInvalidMisbehaviour.wrap('headers must have identical chainIDs');
  try {
    validateClientId(m.clientId);
  } catch (e) {
    throw wrapError(e, 'misbehaviour client ID is invalid');
  }
  const [header1, header2] = [h1, h2].map((h, i) => {
    try {
      return wholeHeader(h);
    } catch (e) {
      if (e instanceof SdkError) throw ErrInvalidMisbehaviour.wrap(`header ${i + 1} failed validation: ${e.message}`);
      throw e;
    }
  }) as [WholeHeader, WholeHeader];
  const [a, b] = [heightOf(header1.signedHeader), heightOf(header2.signedHeader)];
  if (compareHeights(a, b) < 0) throw ErrInvalidMisbehaviour.wrap(`Header1 height is less than Header2 height (${heightText(a)} < ${heightText(b)})`);
  misbehavingHeader(header1);
  misbehavingHeader(header2);
  return { clientId: m.clientId, header1, header2 };
}

export type ClientMessage =
  | { readonly type: 'header'; readonly header: WholeHeader }
  | { readonly type: 'misbehaviour'; readonly misbehaviour: WholeMisbehaviour };

const known = new WeakMap<Any, ClientMessage>();

/** A message of this kind of client, its form checked. Throws SdkErrors. */
export function clientMessage(any: Any): ClientMessage {
  let m = known.get(any);
  if (m !== undefined) return m;
  if (any.typeUrl === HEADER_URL) m = { type: 'header', header: wholeHeader(asSdk('', () => headerCodec.decode(any.value))) };
  else if (any.typeUrl === MISBEHAVIOUR_URL)
    m = { type: 'misbehaviour', misbehaviour: wholeMisbehaviour(asSdk('', () => misbehaviourCodec.decode(any.value))) };
  else throw ErrInvalidClientType.error();
  known.set(any, m);
  return m;
}
