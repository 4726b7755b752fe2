// Lines as gogoproto's CompactTextString prints them.
import { expect, test } from 'vitest';
import { findMessage, type MessageType } from './registry.ts';
import { compactText } from './text.ts';

const text = (name: string, part: object): string => {
  const type = findMessage(name) as MessageType;
  return compactText(type, { ...type.codec.zero(), ...part });
};

test('scalars are left out where they are zero, numbers of money never', () => {
  expect(text('cosmos.gov.v1.WeightedVoteOption', { option: 1, weight: '0.5' })).toBe('option:VOTE_OPTION_YES weight:"0.5" ');
  expect(text('cosmos.gov.v1.WeightedVoteOption', { option: 9, weight: '' })).toBe('option:9 ');
  expect(text('cosmos.base.v1beta1.Coin', { denom: 'x', amount: '' })).toBe('denom:"x" amount:"0" ');
});

test('embedded messages, lists, times and escapes', () => {
  const send = { fromAddress: 'a"\\\n\u00e4', toAddress: 'b', amount: [{ denom: 'stake', amount: '7' }] };
  expect(text('cosmos.bank.v1beta1.MsgSend', send)).toBe('from_address:"a\\"\\\\\\n\\303\\244" to_address:"b" amount:<denom:"stake" amount:"7" > ');
  expect(text('cosmos.gov.v1.MsgUpdateParams', { authority: 'g' })).toBe('authority:"g" params:<> ');
  expect(text('cosmos.gov.v1.VotingParams', { votingPeriod: 1_500_000_000n })).toBe('voting_period:<seconds:1 nanos:500000000 > ');
  expect(text('cosmos.gov.v1.MsgExecLegacyContent', { content: { typeUrl: '/x', value: Uint8Array.of(1, 65) } })).toBe(
    'content:<type_url:"/x" value:"\\001A" > ',
  );
});
