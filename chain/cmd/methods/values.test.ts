import { expect, test } from 'vitest';
import { MsgVoteWeighted } from '../../../proto/gen/cosmos/gov/v1.ts';
import { MsgDelegate } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { findMessage, type MessageType } from '../../../proto/registry.ts';
import { bech32Encode } from '../../crypto/bech32.ts';
import { argumentsOf, readRequest } from './arguments.ts';
import { enumValue, fieldValue, type ValueContext } from './values.ts';

const OWN = new Uint8Array(20).fill(7);
const ctx: ValueContext = { prefix: 'trellis', strict: true, keyAddress: (name) => (name === 'alice' ? OWN : undefined) };
const field = (message: string, name: string) => {
  const f = (findMessage(message) as MessageType).byName.get(name);
  if (f === undefined) throw new Error(name);
  return f;
};
const value = (message: string, name: string, ...words: string[]) => fieldValue(field(message, name), words, ctx);
const DELEGATE = 'cosmos.staking.v1beta1.MsgDelegate';
const COIN = 'cosmos.bank.v1beta1.MsgSend';

test.each(['yes', 'Yes', 'VOTE_OPTION_YES', '1'])('%s is a vote', (word) => {
  expect([1, 'VOTE_OPTION_YES']).toContain(enumValue('option', 'cosmos.gov.v1.VoteOption', word));
});
test.each(['no_with_veto', 'NoWithVeto', 'no-with-veto'])('%s is the veto', (word) => {
  expect(enumValue('option', 'cosmos.gov.v1.VoteOption', word)).toBe('VOTE_OPTION_NO_WITH_VETO');
});
test('an enum value that does not exist names those that do', () => {
  expect(() => enumValue('level', 'cosmos.circuit.v1.Permissions.Level', 'some')).toThrow(/none-unspecified, some-msgs, all-msgs, super-admin/);
});

test('names of keys stand for addresses of the kind that the field wants', () => {
  expect(value(DELEGATE, 'validator_address', 'alice')).toBe(bech32Encode('trellisvaloper', OWN));
  expect(value(DELEGATE, 'delegator_address', 'alice')).toBe(bech32Encode('trellis', OWN));
});
test.each([
  ['an unknown key', 'mallory'],
  ['an account for an operator', bech32Encode('trellis', OWN)],
  ['another chain', bech32Encode('cosmosvaloper', OWN)],
  ['a wrong checksum', `${bech32Encode('trellisvaloper', OWN).slice(0, -1)}x`],
  ['nothing', ''],
])('an address that is %s is refused', (_, word) => {
  expect(() => value(DELEGATE, 'validator_address', word)).toThrow(/validator_address must be an address trellisvaloper1/);
});

test('coins come in one word or several, or as JSON', () => {
  const coins = [
    { denom: 'atom', amount: '2' },
    { denom: 'utrel', amount: '1' },
  ];
  expect(value(COIN, 'amount', '1utrel,2atom')).toEqual(coins);
  expect(value(COIN, 'amount', '1utrel', '2atom')).toEqual(coins);
  expect(value(COIN, 'amount', JSON.stringify(coins))).toEqual(coins);
  expect(() => value(DELEGATE, 'amount', '1utrel,2atom')).toThrow(/one value/);
  expect(() => value(DELEGATE, 'amount', '-1utrel')).toThrow(/invalid coin/);
});
test('bytes are hex or base64', () => {
  const bytes = (word: string) => value('cosmos.auth.v1beta1.AddressBytesToStringRequest', 'address_bytes', word);
  expect(bytes('0aff')).toBe('Cv8=');
  expect(bytes('Cv8=')).toBe('Cv8=');
  expect(() => bytes('???')).toThrow(/hex or base64/);
});
test('a consensus key stands for its address', () => {
  const key = '{"@type":"/cosmos.crypto.ed25519.PubKey","key":"oWg2ISpLF405Jcm2vXV+2v4fnjodh6aafuIdeoW+rUw="}';
  expect(value('cosmos.slashing.v1beta1.QuerySigningInfoRequest', 'cons_address', key)).toMatch(/^trellisvalcons1/);
});
test.each(['1.5', 'one', '', '-'])('%j is no height', (word) => {
  expect(() => value('cosmos.staking.v1beta1.MsgCancelUnbondingDelegation', 'creation_height', word)).toThrow(/whole number/);
});

test('a request from words and flags', () => {
  const type = findMessage(DELEGATE) as MessageType;
  const a = argumentsOf(type, 'delegate validator_address amount', ['delegator_address']);
  expect([a.spec, a.flags]).toEqual(['delegate <validator-address> <amount>', []]);
  const read: MsgDelegate = readRequest(type, a, ['alice', '5utrel'], {}, ctx);
  expect(read).toEqual(MsgDelegate.from({ validatorAddress: bech32Encode('trellisvaloper', OWN), amount: { denom: 'utrel', amount: '5' } }));

  const vote = findMessage(MsgVoteWeighted.name) as MessageType;
  const weighted: MsgVoteWeighted = readRequest(
    vote,
    argumentsOf(vote, 'weighted-vote proposal_id options', ['voter']),
    ['07', 'yes=0.6,no'],
    { metadata: 'm' },
    ctx,
  );
  expect(weighted).toMatchObject({ proposalId: 7n, metadata: 'm' });
  expect(weighted.options.map((o) => o.weight)).toEqual(['0.600000000000000000', '1.000000000000000000']);
});
