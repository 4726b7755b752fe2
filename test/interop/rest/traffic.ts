// Some of everything for queries to find: stake that moves, proposals, grants, a refused transaction.

import { GenericAuthorization, MsgGrant } from '../../../proto/gen/cosmos/authz/v1beta1.ts';
import { MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { PubKey as Ed25519Key } from '../../../proto/gen/cosmos/crypto/ed25519.ts';
import { MsgFundCommunityPool, MsgSetWithdrawAddress } from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { BasicAllowance, MsgGrantAllowance } from '../../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { MsgSubmitProposal, MsgVote, MsgVoteWeighted } from '../../../proto/gen/cosmos/gov/v1.ts';
import { MsgSubmitProposal as LegacyMsgSubmitProposal, TextProposal } from '../../../proto/gen/cosmos/gov/v1beta1.ts';
import { MsgBeginRedelegate, MsgCreateValidator, MsgDelegate, MsgUndelegate } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import { any } from '../economy/world.ts';
import type { Any, FundedAccount } from '../traffic/signer.ts';

export interface Step {
  readonly from: FundedAccount;
  readonly messages: readonly Any[];
  /** Refused in its block. */
  readonly fails?: true;
}

export function steps(accounts: readonly FundedAccount[], denom: string, operatorOf: (address: string) => string, validator: string): Step[] {
  const [a, b, c, d, e] = accounts as [FundedAccount, FundedAccount, FundedAccount, FundedAccount, FundedAccount];
  const coin = (amount: number) => ({ denom, amount: String(amount) });
  const second = operatorOf(a.address);
  const description = { moniker: 'second', identity: '', website: 'https://w', securityContact: '', details: 'a validator' };
  const commission = { rate: '100000000000000000', maxRate: '200000000000000000', maxChangeRate: '10000000000000000' };
  return [
    {
      from: a,
      messages: [
        any(MsgCreateValidator, {
          description,
          commission,
          minSelfDelegation: '1',
          delegatorAddress: '',
          validatorAddress: second,
          pubkey: any(Ed25519Key, { key: new Uint8Array(32).fill(9) }),
          value: coin(10_000_000),
        }),
      ],
    },
    {
      from: b,
      messages: [validator, second].map((v) => any(MsgDelegate, { delegatorAddress: b.address, validatorAddress: v, amount: coin(6_000_000) })),
    },
    { from: b, messages: [any(MsgUndelegate, { delegatorAddress: b.address, validatorAddress: validator, amount: coin(1_500_001) })] },
    { from: c, messages: [any(MsgDelegate, { delegatorAddress: c.address, validatorAddress: validator, amount: coin(3_000_000) })] },
    {
      from: c,
      messages: [
        any(MsgBeginRedelegate, { delegatorAddress: c.address, validatorSrcAddress: validator, validatorDstAddress: second, amount: coin(1_000_000) }),
        any(MsgSetWithdrawAddress, { delegatorAddress: c.address, withdrawAddress: d.address }),
      ],
    },
    {
      from: d,
      messages: [
        any(MsgSubmitProposal, {
          messages: [],
          initialDeposit: [coin(1000)],
          proposer: d.address,
          metadata: 'ipfs://m',
          title: 'A title',
          summary: 'A summary',
          expedited: false,
        }),
        any(MsgSubmitProposal, {
          messages: [],
          initialDeposit: [coin(500)],
          proposer: d.address,
          metadata: 'm',
          title: 'Too little',
          summary: 's',
          expedited: true,
        }),
      ],
    },
    {
      from: e,
      messages: [
        any(LegacyMsgSubmitProposal, { content: any(TextProposal, { title: 'T', description: 'D' }), initialDeposit: [coin(1000)], proposer: e.address }),
      ],
      // simd's application has no handler for such a proposal.
      fails: true,
    },
    { from: b, messages: [any(MsgVote, { proposalId: 1n, voter: b.address, option: 1, metadata: '' })] },
    {
      from: c,
      messages: [
        any(MsgVoteWeighted, {
          proposalId: 1n,
          voter: c.address,
          options: [
            { option: 1, weight: '0.600000000000000000' },
            { option: 4, weight: '0.400000000000000000' },
          ],
          metadata: 'why',
        }),
      ],
    },
    {
      from: d,
      messages: [
        any(MsgGrantAllowance, {
          granter: d.address,
          grantee: e.address,
          allowance: any(BasicAllowance, { spendLimit: [coin(100)], expiration: undefined }),
        }),
        any(MsgGrant, {
          granter: d.address,
          grantee: e.address,
          grant: { authorization: any(GenericAuthorization, { msg: '/cosmos.gov.v1.MsgVote' }), expiration: undefined },
        }),
        any(MsgFundCommunityPool, { amount: [coin(777)], depositor: d.address }),
      ],
    },
    { from: e, messages: [any(MsgSend, { fromAddress: e.address, toAddress: a.address, amount: [coin(42)] })] },
    { from: e, messages: [any(MsgSend, { fromAddress: e.address, toAddress: a.address, amount: [{ denom: 'nothing', amount: '1' }] })], fails: true },
  ];
}
