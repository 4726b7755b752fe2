// Texts as CometBFT v0.40.0 answered them to broadcast_evidence (recorded by `npm run interop -- evidence`).
import { expect, test } from 'vitest';
import { fromHex, toHexUpper, utf8 } from '../encoding/bytes.ts';
import { formatTimeWithZone, GO_ZERO_TIME } from '../encoding/time.ts';
import { blockIdText } from './block-id.ts';
import { commitSigText, validatorText, voteText } from './text.ts';

const EMPTY = new Uint8Array(0);
const timestamp = 1_700_000_000_123_456_789n;
const blockId = { hash: new Uint8Array(32).fill(0x14), partSetHeader: { total: 0, hash: EMPTY } };

test('a vote, with fingerprints of six bytes and zeros for what is not there', () => {
  const vote = {
    type: 2,
    height: 77n,
    round: 0,
    blockId,
    timestamp,
    validatorAddress: fromHex('843FF645D10E6C39E684FFB2D36546A1847524DB'),
    validatorIndex: 3,
    signature: fromHex('296BA4BD702AFFFF'),
    extension: EMPTY,
    extensionSignature: EMPTY,
  };
  expect(voteText(vote)).toBe(
    'Vote{3:843FF645D10E 77/00/SIGNED_MSG_TYPE_PRECOMMIT(Precommit) 141414141414 296BA4BD702A 000000000000 @ 2023-11-14T22:13:20.123456789Z}',
  );
  expect(blockIdText(blockId)).toBe(`${'14'.repeat(32)}:0:000000000000`);
});

test('an entry of a commit, a validator, a time', () => {
  const entry = { blockIdFlag: 2, validatorAddress: fromHex('6D41190B26815AF3514E8595A0F6253E53D3C948'), timestamp, signature: new Uint8Array(64) };
  expect(toHexUpper(utf8(commitSigText(entry)))).toBe(
    '436F6D6D69745369677B30303030303030303030303020627920364434313139304232363831206F6E2032204020323032332D31312D31345432323A31333A32302E3132333435363738395A7D',
  );
  const validator = {
    address: fromHex('421613E4AD27F6F16C547EC62E258998E18DF224'),
    pubKey: { case: 'ed25519', value: fromHex('79B572B31CBF231F3DD4C60397728D3B0089080A8F298167453C419D7F899283') },
    votingPower: 10n,
    proposerPriority: -10n,
  } as const;
  expect(validatorText(validator)).toBe(
    'Validator{421613E4AD27F6F16C547EC62E258998E18DF224 PubKeyEd25519{79B572B31CBF231F3DD4C60397728D3B0089080A8F298167453C419D7F899283} VP:10 A:-10}',
  );
  expect(formatTimeWithZone(GO_ZERO_TIME)).toBe('0001-01-01 00:00:00 +0000 UTC');
});
