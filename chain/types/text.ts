// Consensus types as text in the form of CometBFT (the String methods of cmt:types): errors that clients see quote them.
import { toHexUpper } from '../encoding/bytes.ts';
import { formatTime, formatTimeWithZone } from '../encoding/time.ts';
import { blockIdText, fingerprint } from './block-id.ts';
import { PREVOTE, voteTypeName } from './canonical.ts';
import type { Commit, CommitSig } from './commit.ts';
import { type Header, headerHash } from './header.ts';
import type { LightBlock } from './light-block.ts';
import type { PublicKey } from './public-key.ts';
import type { Validator } from './validator.ts';
import type { ValidatorList } from './validator-list.ts';
import type { Vote } from './vote.ts';

const KEY_NAMES: Readonly<Record<PublicKey['case'], string>> = {
  ed25519: 'PubKeyEd25519',
  secp256k1: 'PubKeySecp256k1',
  bls12381: 'PubKeyBLS12381',
  mldsa65: 'PubKeyMLDSA65',
  secp256k1eth: 'PubKeySecp256k1Eth',
};

export function voteText(v: Vote): string {
  const type = `${voteTypeName(v.type)}(${v.type === PREVOTE ? 'Prevote' : 'Precommit'})`;
  const at = `${v.height}/${String(v.round).padStart(2, '0')}/${type}`;
  const parts = [v.blockId.hash, v.signature, v.extension].map(fingerprint).join(' ');
  return `Vote{${v.validatorIndex}:${fingerprint(v.validatorAddress)} ${at} ${parts} @ ${formatTime(v.timestamp)}}`;
}

export function commitSigText(s: CommitSig): string {
  return `CommitSig{${fingerprint(s.signature)} by ${fingerprint(s.validatorAddress)} on ${s.blockIdFlag} @ ${formatTime(s.timestamp)}}`;
}

export function validatorText(v: Validator): string {
  return `Validator{${toHexUpper(v.address)} ${KEY_NAMES[v.pubKey.case]}{${toHexUpper(v.pubKey.value)}} VP:${v.votingPower} A:${v.proposerPriority}}`;
}

/** `name{` with each line indented, `}` and what follows it. */
function block(name: string, indent: string, lines: readonly string[], after = ''): string {
  return `${name}{\n${lines.map((line) => `${indent}  ${line}\n`).join('')}${indent}}${after}`;
}

function headerText(h: Header, indent: string): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Version', `{${h.version.block} ${h.version.app}}`],
    ['ChainID', h.chainId],
    ['Height', String(h.height)],
    ['Time', formatTimeWithZone(h.time)],
    ['LastBlockID', blockIdText(h.lastBlockId)],
    ['LastCommit', toHexUpper(h.lastCommitHash)],
    ['Data', toHexUpper(h.dataHash)],
    ['Validators', toHexUpper(h.validatorsHash)],
    ['NextValidators', toHexUpper(h.nextValidatorsHash)],
    ['App', toHexUpper(h.appHash)],
    ['Consensus', toHexUpper(h.consensusHash)],
    ['Results', toHexUpper(h.lastResultsHash)],
    ['Evidence', toHexUpper(h.evidenceHash)],
    ['Proposer', toHexUpper(h.proposerAddress)],
  ];
  const lines = fields.map(([name, value]) => `${`${name}:`.padEnd(16)}${value}`);
  return block('Header', indent, lines, `#${toHexUpper(headerHash(h))}`);
}

function commitText(c: Commit, indent: string): string {
  const signatures = c.signatures.map(commitSigText).join(`\n${indent}    `);
  const lines = [`Height:     ${c.height}`, `Round:      ${c.round}`, `BlockID:    ${blockIdText(c.blockId)}`, 'Signatures:', `  ${signatures}`];
  return block('Commit', indent, lines, '#');
}

function validatorSetText(s: ValidatorList, indent: string): string {
  const validators = s.validators.map(validatorText).join(`\n${indent}    `);
  return block('ValidatorSet', indent, [
    `Proposer: ${s.proposer === undefined ? 'nil-Validator' : validatorText(s.proposer)}`,
    'Validators:',
    `  ${validators}`,
  ]);
}

export function lightBlockText({ signedHeader, validatorSet }: LightBlock): string {
  const header = block('SignedHeader', '  ', [headerText(signedHeader.header, '    '), commitText(signedHeader.commit, '    ')]);
  return block('LightBlock', '', [header, validatorSetText(validatorSet, '  ')]);
}
