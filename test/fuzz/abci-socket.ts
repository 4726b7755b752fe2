// The ABCI socket: any bytes as a stream in any cut, to both ends; and what decodes is asked of an application, which answers or rejects
// with its own error. Encoding what was decoded and decoding it again changes nothing.
import type { CheckTxRequest, FinalizeBlockRequest } from '../../chain/abci/application.ts';
import { type RequestMessage, requestCodec, responseCodec } from '../../chain/abci/codec.ts';
import { FrameReader, FramingError } from '../../chain/abci/socket/framing.ts';
import { answer, NotServed } from '../../chain/abci/socket/server.ts';
import { AbciError } from '../../chain/baseapp/errors.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { bytesEqual, concatBytes } from '../../chain/encoding/bytes.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { WireError } from '../../chain/encoding/proto-wire.ts';
import { readRecording } from '../differential/app/recording.ts';
import { blockRequest, PARAMS } from '../differential/app/replay.ts';
import { BROKEN, fuzzApp } from './support/app.ts';
import type { FuzzTarget } from './target.ts';

const EMPTY = new Uint8Array(0);
const app = await fuzzApp();
const { genesisTime, blocks } = readRecording();
await app.finalizeBlock(blockRequest(1n, genesisTime, []));
await app.commit();

function corpus(): Uint8Array[] {
  const tx = blocks[1]?.[0]?.tx ?? EMPTY;
  const block: FinalizeBlockRequest = {
    ...blockRequest(2n, genesisTime, [tx, new Uint8Array([1])]),
    decidedLastCommit: { round: 1, votes: [{ validator: { address: new Uint8Array(20), power: 10n }, blockIdFlag: 2 }] },
    misbehavior: [{ type: 1, validator: { address: new Uint8Array(20), power: 1n }, height: 1n, time: genesisTime, totalVotingPower: 10n }],
  };
  const { decidedLastCommit, ...rest } = block;
  const { hash: _, ...proposal } = rest;
  const votes = decidedLastCommit.votes.map((v) => ({ ...v, voteExtension: new Uint8Array([1]), extensionSignature: new Uint8Array(64) }));
  const check: CheckTxRequest = { tx, type: 0 };
  const snapshot = { height: 5n, format: 1, chunks: 2, hash: new Uint8Array(32), metadata: new Uint8Array([1]) };
  const values: RequestMessage['value'][] = [
    { case: 'echo', value: { message: 'hello' } },
    { case: 'flush', value: {} },
    { case: 'info', value: { version: '0.39.0', blockVersion: 11n, p2pVersion: 8n, abciVersion: '2.0.0' } },
    {
      case: 'initChain',
      value: {
        time: genesisTime,
        chainId: 'x',
        consensusParams: PARAMS,
        validators: [{ pubKey: { case: 'ed25519', value: new Uint8Array(32) }, power: 1n }],
        appStateBytes: new Uint8Array([123, 125]),
        initialHeight: 1n,
      },
    },
    { case: 'query', value: { data: new Uint8Array([2]), path: '/store/bank/key', height: 0n, prove: true } },
    { case: 'query', value: { data: EMPTY, path: '/cosmos.bank.v1beta1.Query/TotalSupply', height: 0n, prove: false } },
    { case: 'query', value: { data: tx, path: '/app/simulate', height: 0n, prove: false } },
    { case: 'checkTx', value: check },
    { case: 'commit', value: {} },
    { case: 'listSnapshots', value: {} },
    { case: 'offerSnapshot', value: { snapshot, appHash: new Uint8Array(32) } },
    { case: 'loadSnapshotChunk', value: { height: 5n, format: 1, chunk: 0 } },
    { case: 'applySnapshotChunk', value: { index: 0, chunk: new Uint8Array([1, 2]), sender: 'x' } },
    { case: 'prepareProposal', value: { ...proposal, maxTxBytes: 100_000n, localLastCommit: { round: 1, votes } } },
    { case: 'processProposal', value: { ...rest, proposedLastCommit: decidedLastCommit } },
    { case: 'extendVote', value: { ...rest, proposedLastCommit: decidedLastCommit } },
    { case: 'verifyVoteExtension', value: { hash: new Uint8Array(32), validatorAddress: new Uint8Array(20), height: 2n, voteExtension: new Uint8Array([1]) } },
    { case: 'finalizeBlock', value: block },
    { case: 'insertTx', value: { tx } },
    { case: 'reapTxs', value: { maxBytes: 5n, maxGas: 6n } },
  ];
  const frames = values.map((value) => requestCodec.encodeDelimited({ value }));
  return [...values.map((value) => requestCodec.encode({ value })), ...frames, concatBytes(...frames)];
}

function decoded<T>(codec: Codec<T>, frame: Uint8Array): T | undefined {
  let value: T;
  try {
    value = codec.decode(frame);
  } catch (e) {
    if (e instanceof WireError) return undefined;
    throw e;
  }
  const once = codec.encode(value);
  if (!bytesEqual(codec.encode(codec.decode(once)), once)) throw new Error(`${codec.name}: encoding is not stable`);
  return value;
}

/** Requests that would begin the chain anew or move it; the application's own fuzz targets do that with blocks that follow. */
const MOVING: readonly string[] = ['initChain', 'commit', 'offerSnapshot', 'applySnapshotChunk'];

export const target: FuzzTarget = {
  name: 'abci-socket',
  corpus,
  run: async (input) => {
    const reader = new FrameReader();
    // Also as a message of its own, as most changes break the length in front.
    const frames: Uint8Array[] = [input];
    const cut = (input[0] ?? 0) % (input.length + 1);
    try {
      frames.push(...reader.push(input.subarray(0, cut)), ...reader.push(input.subarray(cut)));
    } catch (e) {
      if (!(e instanceof FramingError)) throw e;
    }
    for (const frame of frames.slice(0, 8)) {
      decoded(responseCodec, frame);
      const request = decoded(requestCodec, frame);
      if (request?.value === undefined || MOVING.includes(request.value.case)) continue;
      try {
        const response = await answer(app, request);
        responseCodec.encode({ value: response });
        if (response.case === 'finalizeBlock') for (const r of response.value.txResults) if (BROKEN.test(r.log)) throw new Error(r.log);
      } catch (e) {
        if (!(e instanceof AbciError || e instanceof SdkError || e instanceof NotServed)) throw e;
      }
    }
  },
};
