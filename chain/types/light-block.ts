// Signed headers and light blocks: what a light client sees of a block (cmt:types/light.go).
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { isZeroBlockId } from './block-id.ts';
import { type Commit, validateCommit } from './commit.ts';
import { TypesError, within } from './errors.ts';
import { type Header, headerHash, validateHeader } from './header.ts';
import type { ValidatorList } from './validator-list.ts';

export interface SignedHeader {
  readonly header: Header;
  readonly commit: Commit;
}

export interface LightBlock {
  readonly signedHeader: SignedHeader;
  readonly validatorSet: ValidatorList;
}

/** No header, as a decoder finds it where the field is missing. */
export const isMissingHeader = (h: Header): boolean => h.version.block === 0n && h.chainId === '' && h.height === 0n && h.validatorsHash.length === 0;
export const isMissingCommit = (c: Commit): boolean => c.height === 0n && c.round === 0 && c.signatures.length === 0 && isZeroBlockId(c.blockId);

/** Header and commit are well-formed and belong together; no signature is verified. Throws TypesError. */
export function validateSignedHeader(sh: SignedHeader, chainId: string): void {
  if (isMissingHeader(sh.header)) throw new TypesError('light-block', 'missing header');
  if (isMissingCommit(sh.commit)) throw new TypesError('light-block', 'missing commit');
  within('light-block', 'invalid header', () => validateHeader(sh.header));
  within('light-block', 'invalid commit', () => validateCommit(sh.commit));
  if (sh.header.chainId !== chainId) {
    throw new TypesError('light-block', `header belongs to another chain ${JSON.stringify(sh.header.chainId)}, not ${JSON.stringify(chainId)}`);
  }
  if (sh.commit.height !== sh.header.height) {
    throw new TypesError('light-block', `header and commit height mismatch: ${sh.header.height} vs ${sh.commit.height}`);
  }
  const hash = headerHash(sh.header);
  if (!bytesEqual(hash, sh.commit.blockId.hash)) {
    throw new TypesError('light-block', `commit signs block ${toHexUpper(sh.commit.blockId.hash)}, header is block ${toHexUpper(hash)}`);
  }
}

/** As validateSignedHeader, and the validators are those the header names. Throws TypesError. */
export function validateLightBlock(lb: LightBlock, chainId: string): void {
  const { validators, proposer } = lb.validatorSet;
  if (isMissingHeader(lb.signedHeader.header) && isMissingCommit(lb.signedHeader.commit)) throw new TypesError('light-block', 'missing signed header');
  if (validators.length === 0 && proposer === undefined) throw new TypesError('light-block', 'missing validator set');
  within('light-block', 'invalid signed header', () => validateSignedHeader(lb.signedHeader, chainId));
  within('light-block', 'invalid validator set', () => lb.validatorSet.validate());
  const { validatorsHash } = lb.signedHeader.header;
  const hash = lb.validatorSet.hash();
  if (!bytesEqual(hash, validatorsHash)) {
    throw new TypesError('light-block', `expected validator hash of header to match validator set hash (${toHexUpper(validatorsHash)} != ${toHexUpper(hash)})`);
  }
}
