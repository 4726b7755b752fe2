// What proposals of the random traffic say: changed parameters of every module, right ones and wrong ones, transfers, what nobody may propose.
import { Dec } from '../../../chain/core/math/dec.ts';
import { moduleAddress } from '../../../chain/crypto/address.ts';
import { MsgUpdateParams as UpdateAuth } from '../../../proto/gen/cosmos/auth/v1beta1.ts';
import { MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams as UpdateBank } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgUpdateParams as UpdateConsensus } from '../../../proto/gen/cosmos/consensus/v1.ts';
import { MsgCommunityPoolSpend, MsgUpdateParams as UpdateDistribution } from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { MsgGrantAllowance } from '../../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { MsgCancelProposal, MsgExecLegacyContent, MsgVote, type Params, MsgUpdateParams as UpdateGov } from '../../../proto/gen/cosmos/gov/v1.ts';
import { TextProposal } from '../../../proto/gen/cosmos/gov/v1beta1.ts';
import { MsgUpdateParams as UpdateMint } from '../../../proto/gen/cosmos/mint/v1beta1.ts';
import { MsgUpdateParams as UpdateSlashing } from '../../../proto/gen/cosmos/slashing/v1beta1.ts';
import { MsgDelegate, MsgUpdateParams as UpdateStaking } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../traffic/signer.ts';
import { authzContent } from './authz.ts';
import { circuitContent } from './circuit.ts';
import { feegrantContent } from './feegrant.ts';
import { upgradeContent } from './upgrade.ts';
import { any, SECOND_DENOM, type World } from './world.ts';

const SECOND = 1_000_000_000n;

export const govAddress = (w: World): string => w.app.addresses.toString(moduleAddress('gov'));

/** Thousandths as text, sometimes outside of [0, 1] or no number. */
function decText(w: World, from: number, to: number): string {
  const r = w.random;
  if (r.chance(0.03)) return r.pick(['', 'x', '-0.1', '1.000000000000000001', '0.1.2', '.5', '1e3', '0.1234567890123456789']);
  const d = Dec.withPrecision(BigInt(r.between(from, to)), 3);
  return r.chance(0.5) ? Dec.format(d) : Dec.format(d).replace(/0+$/, '').replace(/\.$/, '');
}

const decWire = (w: World, from: number, to: number): string =>
  w.random.chance(0.03) ? w.random.pick(['', '-1', '1000000000000000001']) : Dec.toWire(Dec.withPrecision(BigInt(w.random.between(from, to)), 3));

/** Near to what is there, with something wrong now and then. */
export function govParams(w: World): Params {
  const r = w.random;
  const now = w.app.keepers.gov.getParams(w.state());
  const minDeposit = r.chance(0.6)
    ? [w.coin(BigInt(r.between(1_000, 4_000_000)))]
    : [w.coin(BigInt(r.between(1, 500)), SECOND_DENOM), w.coin(BigInt(r.between(1_000, 4_000_000)))];
  const dest = r.pick([
    '',
    '',
    w.account().address,
    w.app.addresses.toString(moduleAddress('distribution')),
    w.app.addresses.toString(moduleAddress('mint')),
    'x',
  ]);
  const p: Params = {
    minDeposit,
    maxDepositPeriod: BigInt(r.between(20, 90)) * SECOND,
    votingPeriod: BigInt(r.between(41, 90)) * SECOND + 5n,
    quorum: decText(w, 0, 60),
    threshold: decText(w, 200, 550),
    vetoThreshold: decText(w, 150, 500),
    minInitialDepositRatio: decText(w, 0, 200),
    proposalCancelRatio: decText(w, 0, 1000),
    proposalCancelDest: dest,
    expeditedVotingPeriod: BigInt(r.between(15, 40)) * SECOND,
    expeditedThreshold: decText(w, 551, 800),
    expeditedMinDeposit: minDeposit.map((c) => w.coin(BigInt(c.amount) * 2n, c.denom)),
    burnVoteQuorum: r.chance(0.5),
    burnProposalDepositPrevote: r.chance(0.5),
    burnVoteVeto: r.chance(0.5),
    minDepositRatio: r.chance(0.3) ? '0' : Dec.format(Dec.withPrecision(BigInt(r.between(0, 60)), 3)),
  };
  if (!r.chance(0.15)) return p;
  const wrong: Partial<Params>[] = [
    { minDeposit: [] },
    { minDeposit: [...minDeposit].reverse() },
    { minDeposit: [w.coin(0n)] },
    { expeditedMinDeposit: minDeposit },
    { expeditedMinDeposit: [] },
    { maxDepositPeriod: undefined },
    { votingPeriod: 0n },
    { votingPeriod: undefined },
    { expeditedVotingPeriod: -3n * SECOND },
    { expeditedVotingPeriod: undefined },
    { expeditedVotingPeriod: 200n * SECOND },
    { expeditedThreshold: p.threshold },
    { vetoThreshold: '0' },
    { ...now },
  ];
  return { ...p, ...r.pick(wrong) };
}

type Content = (w: World, authority: string) => Any;

const staking: Content = (w, authority) => {
  const now = w.app.keepers.staking.getParams(w.state());
  const r = w.random;
  const params = {
    ...now,
    unbondingTime: BigInt(r.between(200, 400)) * SECOND,
    maxValidators: r.between(r.chance(0.05) ? 0 : 3, 8),
    maxEntries: r.between(r.chance(0.05) ? 0 : 2, 6),
    historicalEntries: r.between(5, 20),
    minCommissionRate: decWire(w, 0, 80),
    ...(r.chance(0.05) && { bondDenom: '' }),
  };
  return any(UpdateStaking, { authority, params });
};

const slashing: Content = (w, authority) => {
  const r = w.random;
  const params = {
    signedBlocksWindow: w.app.keepers.slashing.getParams(w.state()).signedBlocksWindow,
    minSignedPerWindow: decWire(w, 200, 500),
    downtimeJailDuration: BigInt(r.between(r.chance(0.1) ? -5 : 20, 90)) * SECOND,
    slashFractionDoubleSign: decWire(w, 1, 80),
    slashFractionDowntime: decWire(w, 0, 12),
  };
  return any(UpdateSlashing, { authority, params });
};

const distribution: Content = (w, authority) => {
  const deprecated = w.random.chance(0.1) ? decWire(w, 1, 100) : '0';
  const params = { communityTax: decWire(w, 0, 300), baseProposerReward: deprecated, bonusProposerReward: '0', withdrawAddrEnabled: w.random.chance(0.7) };
  return any(UpdateDistribution, { authority, params });
};

const mint: Content = (w, authority) => {
  const r = w.random;
  const params = {
    mintDenom: r.chance(0.05) ? ' ' : w.chain.denom,
    inflationRateChange: decWire(w, 100, 999),
    inflationMax: decWire(w, 150, 220),
    inflationMin: decWire(w, 10, r.chance(0.1) ? 400 : 140),
    goalBonded: decWire(w, r.chance(0.1) ? 0 : 300, 800),
    blocksPerYear: BigInt(r.between(r.chance(0.05) ? 0 : 50_000, 70_000)),
  };
  return any(UpdateMint, { authority, params });
};

const auth: Content = (w, authority) => {
  const r = w.random;
  const n = (from: number, to: number): bigint => BigInt(r.chance(0.04) ? 0 : r.between(from, to));
  const params = {
    maxMemoCharacters: n(200, 300),
    txSigLimit: n(7, 9),
    txSizeCostPerByte: n(8, 13),
    sigVerifyCostEd25519: n(500, 600),
    sigVerifyCostSecp256k1: n(900, 1100),
  };
  return any(UpdateAuth, { authority, params });
};

const bank: Content = (w, authority) => {
  const sendEnabled = w.random.chance(0.1) ? [{ denom: 'stake', enabled: true }] : [];
  return any(UpdateBank, { authority, params: { sendEnabled, defaultSendEnabled: true } });
};

const sendEnabled: Content = (w, authority) =>
  any(MsgSetSendEnabled, {
    authority,
    sendEnabled: [{ denom: w.random.chance(0.1) ? '2x' : 'other', enabled: w.random.chance(0.5) }],
    useDefaultFor: w.random.chance(0.3) ? ['other2'] : [],
  });

const consensus: Content = (w, authority) => {
  const r = w.random;
  const value = {
    authority,
    block: r.chance(0.05) ? undefined : { maxBytes: BigInt(r.between(r.chance(0.1) ? 0 : 1_000_000, 20_000_000)), maxGas: -1n },
    evidence: { maxAgeNumBlocks: BigInt(r.between(90_000, 110_000)), maxAgeDuration: 172_800n * 1000n * SECOND, maxBytes: 1_000_000n },
    validator: { pubKeyTypes: r.chance(0.05) ? [] : ['ed25519'] },
    abci: undefined,
  };
  return any(UpdateConsensus, value);
};

const gov: Content = (w, authority) => any(UpdateGov, { authority, params: govParams(w) });

const spend: Content = (w, authority) => any(MsgCommunityPoolSpend, { authority, recipient: w.account().address, amount: [w.coin(w.amount(50_000))] });

/** Governance has no coins of its own but the deposits that lie with it; what it sends of them others miss. */
const send: Content = (w, authority) =>
  any(MsgSend, {
    fromAddress: authority,
    toAddress: w.account().address,
    amount: [w.coin(w.random.chance(0.5) ? 0n : 10n ** 20n)],
  });

const multiSend: Content = (w, authority) => {
  const coins = [w.coin(10n ** 19n)];
  return any(MsgMultiSend, { inputs: [{ address: authority, coins }], outputs: [{ address: w.account().address, coins }] });
};

/** Two signers, or one that is not governance, or none that can be read. */
const unsignable: Content = (w, authority) =>
  w.random.pick([
    any(MsgSend, { fromAddress: w.account().address, toAddress: authority, amount: [w.coin(1n)] }),
    any(MsgDelegate, { delegatorAddress: 'x', validatorAddress: 'y', amount: w.coin(1n) }),
    any(MsgMultiSend, {
      inputs: [
        { address: authority, coins: [] },
        { address: w.account().address, coins: [] },
      ],
      outputs: [],
    }),
    any(MsgMultiSend, { inputs: [], outputs: [] }),
  ]);

/** Where Go's handler panics. */
const panicking: Content = (w, authority) =>
  any(MsgGrantAllowance, { granter: authority, grantee: w.random.chance(0.5) ? w.account().address : 'é"\\\n', allowance: undefined });

/** Governance as a voter and a proposer. */
const self: Content = (w, authority) =>
  w.random.pick([
    any(MsgVote, { proposalId: BigInt(w.random.between(1, 30)), voter: authority, option: w.random.between(1, 5), metadata: '' }),
    any(MsgCancelProposal, { proposalId: BigInt(w.random.between(1, 30)), proposer: authority }),
    any(MsgExecLegacyContent, { content: any(TextProposal, { title: 't', description: 'd' }), authority: w.random.chance(0.5) ? authority : 'x' }),
  ]);

const CONTENTS: readonly (readonly [number, Content])[] = [
  [3, staking],
  [3, slashing],
  [3, distribution],
  [3, mint],
  [2, auth],
  [1, bank],
  [1, sendEnabled],
  [2, consensus],
  [6, gov],
  [4, spend],
  [3, send],
  [1, multiSend],
  [1, unsignable],
  [2, self],
  [2, panicking],
  [4, upgradeContent],
  [4, authzContent],
  [2, feegrantContent],
  [2, circuitContent],
];

export function content(w: World): Any {
  const authority = w.random.chance(0.03) ? w.account().address : govAddress(w);
  let at = w.random.float() * CONTENTS.reduce((n, [weight]) => n + weight, 0);
  for (const [weight, make] of CONTENTS) {
    at -= weight;
    if (at < 0) return make(w, authority);
  }
  return gov(w, authority);
}
