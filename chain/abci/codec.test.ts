// Our bytes of ABCI messages beside those of cosmjs-types (its ABCI is of CometBFT 0.38, whose messages have the same numbers).
import * as cosm from 'cosmjs-types/tendermint/abci/types';
import { expect, test } from 'vitest';
import type { Codec } from '../encoding/codec.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import * as abci from './codec.ts';

const b = (...n: number[]): Uint8Array => Uint8Array.from(n);
const SECONDS = 1_700_000_000n;
const time = SECONDS * 1_000_000_000n + 5n;
const cosmTime = { seconds: SECONDS, nanos: 5 };
const events = [
  {
    type: 'transfer',
    attributes: [
      { key: 'a', value: 'b', index: true },
      { key: 'c', value: '', index: false },
    ],
  },
];
const result = { code: 5, data: b(1, 2), log: 'log', info: 'info', gasWanted: -1n, gasUsed: 7n, events, codespace: 'sdk' };
const validator = { address: b(1, 2, 3), power: 9n };
const misbehavior = [{ type: 1, validator, height: 4n, time, totalVotingPower: 10n }];
const cosmMisbehavior = [{ type: 1, validator, height: 4n, time: cosmTime, totalVotingPower: 10n }];
const commit = { round: 2, votes: [{ validator, blockIdFlag: 2 }] };
const extended = { round: 1, votes: [{ validator, blockIdFlag: 3, voteExtension: b(4), extensionSignature: b(5) }] };
const key = new Uint8Array(32).fill(3);
const updates = [{ pubKey: { case: 'ed25519' as const, value: key }, power: 6n }];
const cosmUpdates = [{ pubKey: { ed25519: key }, power: 6n }];
// cosmjs-types does not know the authority parameters, and writes no duration of nanoseconds.
const params = { ...DEFAULT_CONSENSUS_PARAMS, authority: undefined };
const cosmParams = {
  block: params.block,
  evidence: { maxAgeNumBlocks: 100_000n, maxAgeDuration: { seconds: 172_800n, nanos: 0 }, maxBytes: 1_048_576n },
  validator: { pubKeyTypes: ['ed25519'] },
  version: { app: 0n },
  abci: { voteExtensionsEnableHeight: 0n },
};
const block = { txs: [b(1), b(), b(2, 3)], hash: b(9), height: 3n, nextValidatorsHash: b(8), proposerAddress: b(7) };

interface Theirs {
  encode(m: never): { finish(): Uint8Array };
  fromPartial(m: never): unknown;
}
function same<T>(name: string, codec: Codec<T>, ours: T, theirs: unknown, message: object): void {
  const t = theirs as Theirs;
  const expected = t.encode(t.fromPartial(message as never) as never).finish();
  expect(Buffer.from(codec.encode(ours)).toString('hex'), name).toBe(Buffer.from(expected).toString('hex'));
  expect(codec.decode(expected), name).toEqual(ours);
}

test('messages with every field set have the bytes of cosmjs-types, and come back', () => {
  same('ExecTxResult', abci.execTxResultCodec, result, cosm.ExecTxResult, result);
  same('CheckTx response', abci.checkTxResponseCodec, result, cosm.ResponseCheckTx, result);
  same('TxResult', abci.txResultCodec, { height: 5n, index: 3, tx: b(1), result }, cosm.TxResult, { height: 5n, index: 3, tx: b(1), result });
  const finalize = { ...block, decidedLastCommit: commit, misbehavior, time };
  same('FinalizeBlock', abci.finalizeBlockRequestCodec, finalize, cosm.RequestFinalizeBlock, { ...finalize, misbehavior: cosmMisbehavior, time: cosmTime });
  const response = { events, txResults: [result, result], validatorUpdates: updates, consensusParamUpdates: params, appHash: b(1, 1) };
  same('FinalizeBlock response', abci.finalizeBlockResponseCodec, response, cosm.ResponseFinalizeBlock, {
    ...response,
    validatorUpdates: cosmUpdates,
    consensusParamUpdates: cosmParams,
  });
  const init = { time, chainId: 'c', consensusParams: params, validators: updates, appStateBytes: b(1), initialHeight: 2n };
  same('InitChain', abci.initChainRequestCodec, init, cosm.RequestInitChain, { ...init, time: cosmTime, consensusParams: cosmParams, validators: cosmUpdates });
  const { hash, ...proposal } = block;
  const prepare = { ...proposal, maxTxBytes: 100n, localLastCommit: extended, misbehavior, time };
  same('PrepareProposal', abci.prepareProposalRequestCodec, prepare, cosm.RequestPrepareProposal, { ...prepare, misbehavior: cosmMisbehavior, time: cosmTime });
  const process = { ...block, proposedLastCommit: commit, misbehavior, time };
  same('ProcessProposal', abci.processProposalRequestCodec, process, cosm.RequestProcessProposal, { ...process, misbehavior: cosmMisbehavior, time: cosmTime });
  same('ExtendVote', abci.extendVoteRequestCodec, process, cosm.RequestExtendVote, { ...process, misbehavior: cosmMisbehavior, time: cosmTime });
  const verify = { hash, validatorAddress: b(2), height: 3n, voteExtension: b(4) };
  same('VerifyVoteExtension', abci.verifyVoteExtensionRequestCodec, verify, cosm.RequestVerifyVoteExtension, verify);
  const query = {
    code: 1,
    log: 'l',
    info: 'i',
    index: 2n,
    key: b(1),
    value: b(2),
    proofOps: { ops: [{ type: 't', key: b(1), data: b(2) }] },
    height: 4n,
    codespace: 'c',
  };
  same('Query response', abci.queryResponseCodec, query, cosm.ResponseQuery, query);
  const info = { data: 'd', version: 'v', appVersion: 1n, lastBlockHeight: 2n, lastBlockAppHash: b(3) };
  same('Info response', abci.infoResponseCodec, info, cosm.ResponseInfo, info);
  const snapshot = { height: 1n, format: 3, chunks: 4, hash: b(1), metadata: b(2) };
  same('OfferSnapshot', abci.offerSnapshotRequestCodec, { snapshot, appHash: b(1) }, cosm.RequestOfferSnapshot, { snapshot, appHash: b(1) });
  const applied = { result: 3, refetchChunks: [0, 300], rejectSenders: ['a'] };
  same('ApplySnapshotChunk response', abci.applySnapshotChunkResponseCodec, applied, cosm.ResponseApplySnapshotChunk, applied);
});

test('the wrappers carry each message under its own number', () => {
  const numbers: [Parameters<typeof abci.requestCodec.encode>[0]['value'], number][] = [
    [{ case: 'echo', value: { message: 'x' } }, 1],
    [{ case: 'flush', value: {} }, 2],
    [{ case: 'commit', value: {} }, 11],
    [{ case: 'listSnapshots', value: {} }, 12],
    [{ case: 'insertTx', value: { tx: b(1) } }, 21],
    [{ case: 'reapTxs', value: { maxBytes: 1n, maxGas: 2n } }, 22],
  ];
  for (const [value, no] of numbers) {
    const bytes = abci.requestCodec.encode({ value });
    const tag = (bytes[0] as number) >= 128 ? ((bytes[0] as number) & 127) | ((bytes[1] as number) << 7) : (bytes[0] as number);
    expect(tag >> 3).toBe(no);
    expect(abci.requestCodec.decode(bytes)).toEqual({ value });
  }
  expect([...abci.responseCodec.encode({ value: { case: 'flush', value: {} } })]).toEqual([26, 0]);
  expect([...abci.responseCodec.encode({ value: { case: 'exception', value: { error: 'x' } } })]).toEqual([10, 3, 10, 1, 120]);
});

test('an update without a key decodes to a key of no bytes, which no rule accepts', () => {
  expect(abci.validatorUpdateCodec.decode(b(0x10, 5))).toEqual({ pubKey: { case: 'ed25519', value: b() }, power: 5n });
});
