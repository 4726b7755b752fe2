// What governance may do through the whole application: proposals that a genesis brings to their vote's end, executed in the first block.
import { beforeAll, expect, test } from 'vitest';
import { MsgUpdateParams as UpdateAuth } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import { MsgSend, MsgUpdateParams as UpdateBank } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgUpdateParams as UpdateConsensus } from '../../proto/gen/cosmos/consensus/v1.ts';
import { MsgUpdateParams as UpdateDistribution } from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import { MsgGrantAllowance } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { GenesisState, MsgExecLegacyContent, type Proposal, MsgUpdateParams as UpdateGov } from '../../proto/gen/cosmos/gov/v1.ts';
import { TextProposal } from '../../proto/gen/cosmos/gov/v1beta1.ts';
import { MsgUpdateParams as UpdateMint } from '../../proto/gen/cosmos/mint/v1beta1.ts';
import { MsgUpdateParams as UpdateSlashing } from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import { MsgUpdateParams as UpdateStaking } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { FinalizeBlockResponse } from '../abci/application.ts';
import { readGenesis, writeGenesis } from '../core/genesis-json.ts';
import type { Json } from '../core/module.ts';
import { moduleAddress } from '../crypto/address.ts';
import { utf8 } from '../encoding/bytes.ts';
import type { Codec } from '../encoding/codec.ts';
import { NANOS_PER_SECOND } from '../encoding/time.ts';
import { openCommitMultiStore } from '../store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import { composeModules, createTrellisApp, type TrellisApp } from './app.ts';
import { appStateText, exportApp } from './export.ts';
import { defaultAppState, validateAppState } from './genesis.ts';
import { addGenesisStakes } from './genesis-stake.ts';
import { checkInvariants } from './invariants/check.ts';
import { STORE_NAMES } from './store-names.ts';

const SECOND = NANOS_PER_SECOND;
const EMPTY = new Uint8Array(0);
const { addresses, modules } = composeModules('trellis');
const AUTHORITY = addresses.toString(moduleAddress('gov'));
const OPERATOR = new Uint8Array(20).fill(5);
const HOLDER = addresses.toString(OPERATOR);
const any = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const half = '500000000000000000';

const govParams = readGenesis('gov', GenesisState, defaultAppState(modules).gov as Json).params as NonNullable<GenesisState['params']>;
const consensus = {
  authority: AUTHORITY,
  block: { maxBytes: 2_000_000n, maxGas: 77_000_000n },
  evidence: { maxAgeNumBlocks: 1000n, maxAgeDuration: 1000n * SECOND, maxBytes: 10_000n },
  validator: { pubKeyTypes: ['ed25519'] },
  abci: undefined,
};

/** By name; each a proposal that everybody votes for. */
const PROPOSALS: Readonly<Record<string, readonly Any[]>> = {
  staking: [
    any(UpdateStaking, {
      authority: AUTHORITY,
      params: { unbondingTime: 7n * SECOND, maxValidators: 3, maxEntries: 4, historicalEntries: 5, bondDenom: 'utrel', minCommissionRate: '0' },
    }),
  ],
  slashing: [
    any(UpdateSlashing, {
      authority: AUTHORITY,
      params: { signedBlocksWindow: 55n, minSignedPerWindow: half, downtimeJailDuration: SECOND, slashFractionDoubleSign: half, slashFractionDowntime: half },
    }),
  ],
  distribution: [
    any(UpdateDistribution, {
      authority: AUTHORITY,
      params: { communityTax: half, baseProposerReward: '0', bonusProposerReward: '0', withdrawAddrEnabled: false },
    }),
  ],
  mint: [
    any(UpdateMint, {
      authority: AUTHORITY,
      params: { mintDenom: 'utrel', inflationRateChange: half, inflationMax: half, inflationMin: half, goalBonded: half, blocksPerYear: 77n },
    }),
  ],
  auth: [
    any(UpdateAuth, {
      authority: AUTHORITY,
      params: { maxMemoCharacters: 77n, txSigLimit: 7n, txSizeCostPerByte: 9n, sigVerifyCostEd25519: 590n, sigVerifyCostSecp256k1: 1000n },
    }),
  ],
  consensus: [any(UpdateConsensus, consensus)],
  gov: [any(UpdateGov, { authority: AUTHORITY, params: { ...govParams, burnVoteQuorum: true } })],
  text: [any(MsgExecLegacyContent, { authority: AUTHORITY, content: any(TextProposal, { title: 't', description: 'd' }) })],
  nothing: [],
  wrong: [
    any(UpdateStaking, {
      authority: AUTHORITY,
      params: { unbondingTime: 7n * SECOND, maxValidators: 0, maxEntries: 4, historicalEntries: 5, bondDenom: 'utrel', minCommissionRate: '0' },
    }),
  ],
  'half of it': [
    any(UpdateSlashing, {
      authority: AUTHORITY,
      params: { signedBlocksWindow: 1n, minSignedPerWindow: half, downtimeJailDuration: SECOND, slashFractionDoubleSign: half, slashFractionDowntime: half },
    }),
    any(MsgSend, { fromAddress: AUTHORITY, toAddress: HOLDER, amount: [{ denom: 'utrel', amount: '5' }] }),
  ],
  panic: [any(MsgGrantAllowance, { granter: AUTHORITY, grantee: HOLDER, allowance: undefined })],
  // Last, as nobody can send after it.
  bank: [any(UpdateBank, { authority: AUTHORITY, params: { sendEnabled: [], defaultSendEnabled: false } })],
};
const NAMES = Object.keys(PROPOSALS);

function proposal(id: bigint, messages: readonly Any[]): Proposal {
  return {
    id,
    messages,
    status: 2,
    finalTallyResult: { yesCount: '0', abstainCount: '0', noCount: '0', noWithVetoCount: '0' },
    submitTime: 0n,
    depositEndTime: SECOND,
    totalDeposit: [],
    votingStartTime: 0n,
    votingEndTime: SECOND,
    metadata: '',
    title: 't',
    summary: 's',
    proposer: HOLDER,
    expedited: false,
    failedReason: '',
  };
}

async function start(state: object): Promise<TrellisApp> {
  const app = createTrellisApp({ store: await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES }), chainId: 'gov-1' });
  const appStateBytes = utf8(JSON.stringify(state));
  await app.initChain({ time: 0n, chainId: 'gov-1', consensusParams: DEFAULT_CONSENSUS_PARAMS, validators: [], appStateBytes, initialHeight: 1n });
  return app;
}

async function block(app: TrellisApp, time: bigint): Promise<FinalizeBlockResponse> {
  const decidedLastCommit = { round: 0, votes: [] };
  const r = await app.finalizeBlock({
    txs: [],
    decidedLastCommit,
    misbehavior: [],
    hash: EMPTY,
    height: app.lastHeight + 1n,
    time,
    nextValidatorsHash: EMPTY,
    proposerAddress: EMPTY,
  });
  await app.commit();
  expect(checkInvariants(app.keepers, app.queryContext(0n))).toEqual([]);
  return r;
}

let app: TrellisApp;
let before: string;
let response: FinalizeBlockResponse;

beforeAll(async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = { ...defaultAppState(modules) } as any;
  addGenesisStakes(state, 'trellis', [
    { operator: OPERATOR, pubKey: { case: 'ed25519', value: new Uint8Array(32).fill(1) }, moniker: 'v', tokens: 10_000_000n },
  ]);
  state.gov = writeGenesis(GenesisState, {
    ...GenesisState.zero(),
    startingProposalId: BigInt(NAMES.length + 1),
    params: govParams,
    proposals: Object.values(PROPOSALS).map((messages, i) => proposal(BigInt(i + 1), messages)),
    votes: NAMES.map((_, i) => ({ proposalId: BigInt(i + 1), voter: HOLDER, options: [{ option: 1, weight: '1' }], metadata: '' })),
    constitution: 'be fair',
  });
  validateAppState(modules, state);
  app = await start(state);
  await block(app, SECOND - 1n);
  before = appStateText(exportApp(app).appState);
  response = await block(app, SECOND);
});

const outcome = (name: string): Proposal => app.keepers.gov.proposal(app.queryContext(0n), BigInt(NAMES.indexOf(name) + 1));

test.each(['staking', 'slashing', 'distribution', 'mint', 'auth', 'bank', 'consensus', 'gov', 'text', 'nothing'])('%s: passed', (name) => {
  expect(outcome(name)).toMatchObject({ status: 3, failedReason: '', finalTallyResult: { yesCount: '10000000' } });
});

test('every module took its parameters', () => {
  const { keepers: k } = app;
  const ctx = app.queryContext(0n);
  expect(k.staking.getParams(ctx).maxEntries).toBe(4);
  expect(k.slashing.getParams(ctx).signedBlocksWindow).toBe(55n);
  expect(k.distribution.params.get(ctx)?.communityTax).toBe(half);
  expect(k.mint.params.get(ctx)?.blocksPerYear).toBe(77n);
  expect(k.accounts.getParams(ctx).maxMemoCharacters).toBe(77n);
  expect(k.bank.params.get(ctx)?.defaultSendEnabled).toBe(false);
  expect(k.gov.getParams(ctx).burnVoteQuorum).toBe(true);
  expect(response.consensusParamUpdates?.block?.maxGas).toBe(77_000_000n);
});

test.each([
  ['wrong', 'max validators must be positive: 0'],
  ['half of it', 'spendable balance 0utrel is smaller than 5utrel: insufficient funds'],
  [
    'panic',
    `handling x/gov proposal msg [granter:"${AUTHORITY}" grantee:"${HOLDER}" ] PANICKED: runtime error: invalid memory address or nil pointer dereference`,
  ],
])('%s: failed, and the chain goes on', (name, why) => {
  expect(outcome(name)).toMatchObject({ status: 5, failedReason: why });
  const told = response.events.filter((e) => e.type === 'active_proposal')[NAMES.indexOf(name)];
  expect(told?.attributes.map((a) => a.value).slice(1, 3)).toEqual([
    'proposal_failed',
    expect.stringMatching(/^passed, but msg \d \(\/.*\) failed on execution: /),
  ]);
});

test('an export with proposals under way begins again as it was', async () => {
  const again = await start(JSON.parse(before));
  await block(again, SECOND - 1n);
  const state = JSON.parse(appStateText(exportApp(again).appState));
  expect(state.gov).toEqual(JSON.parse(before).gov);
  await block(again, SECOND);
  expect(JSON.parse(appStateText(exportApp(again).appState)).gov).toEqual(JSON.parse(appStateText(exportApp(app).appState)).gov);
});
