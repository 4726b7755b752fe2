import { expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import {
  type ConsensusParams,
  completeConsensusParams,
  consensusParamsCodec,
  consensusParamsHash,
  DEFAULT_CONSENSUS_PARAMS,
  updateConsensusParams,
  validateConsensusParams,
  validateConsensusParamsUpdate,
  voteExtensionsEnabled,
} from './consensus-params.ts';
import { maxCommitBytes, maxDataBytes } from './limits.ts';

const params = (part: Partial<ConsensusParams>): ConsensusParams => ({ ...DEFAULT_CONSENSUS_PARAMS, ...part });
const withHeight = (voteExtensionsEnableHeight: bigint): ConsensusParams => params({ abci: { voteExtensionsEnableHeight } });
const only = (abci: ConsensusParams['abci']): ConsensusParams => ({ ...consensusParamsCodec.zero(), abci });

test('defaults of v0.40', () => {
  expect(DEFAULT_CONSENSUS_PARAMS.block.maxBytes).toBe(55_600_190n);
  validateConsensusParams(DEFAULT_CONSENSUS_PARAMS);
  expect(maxCommitBytes(100)).toBe(94n + 3358n * 100n);
  expect(maxDataBytes(1_000_000n, 0n, 100)).toBe(1_000_000n - 11n - 626n - 335_894n);
  expect(toHex(consensusParamsHash(params({ block: { maxBytes: 22_020_096n, maxGas: -1n } })))).toBe(
    '048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f',
  );
});

test('an engine always writes every part', () => {
  const bytes = consensusParamsCodec.encode(completeConsensusParams(params({ abci: undefined, authority: undefined })));
  expect(toHex(bytes).endsWith('2a003200')).toBe(true);
});

test('values out of their limits are refused', () => {
  const bad: Partial<ConsensusParams>[] = [
    { block: { maxBytes: 0n, maxGas: -1n } },
    { block: { maxBytes: -2n, maxGas: -1n } },
    { block: { maxBytes: 104_857_601n, maxGas: -1n } },
    { block: { maxBytes: -1n, maxGas: -2n } },
    { evidence: { maxAgeNumBlocks: 0n, maxAgeDuration: 1n, maxBytes: 0n } },
    { evidence: { maxAgeNumBlocks: 1n, maxAgeDuration: 0n, maxBytes: 0n } },
    { evidence: { maxAgeNumBlocks: 1n, maxAgeDuration: 1n, maxBytes: -1n } },
    { evidence: { maxAgeNumBlocks: 1n, maxAgeDuration: 1n, maxBytes: 104_857_601n } },
    { validator: { pubKeyTypes: [] } },
    { validator: { pubKeyTypes: ['rsa'] } },
    { validator: { pubKeyTypes: ['bls12_381'] } },
    { abci: { voteExtensionsEnableHeight: -1n } },
    { authority: { authority: 'a'.repeat(257) } },
  ];
  for (const part of bad)
    expect(
      () => validateConsensusParams(params(part)),
      JSON.stringify(part, (_, v) => `${v}`),
    ).toThrow(expect.objectContaining({ code: 'consensus-params' }));
  validateConsensusParams(params({ block: { maxBytes: -1n, maxGas: 0n }, authority: { authority: 'a'.repeat(256) } }));
});

test('F-1: extensions can be scheduled ahead and never touched once on; what is so already is always accepted', () => {
  const height = 100n;
  const cases: [bigint, bigint | undefined, boolean][] = [
    [0n, undefined, true],
    [0n, -1n, false],
    [0n, 0n, true],
    [50n, 50n, true],
    [100n, 100n, true],
    [150n, 150n, true],
    [50n, 0n, false],
    [100n, 0n, false],
    [150n, 0n, true],
    [0n, 50n, false],
    [0n, 100n, false],
    [0n, 101n, true],
    [50n, 150n, false],
    [150n, 200n, true],
    [150n, 101n, true],
    [150n, 100n, false],
    [-1n, 0n, true],
  ];
  for (const [now, wanted, ok] of cases) {
    const update = wanted === undefined ? only(undefined) : only({ voteExtensionsEnableHeight: wanted });
    const run = (): void => validateConsensusParamsUpdate(withHeight(now), update, height);
    if (ok) run();
    else expect(run, `${now} -> ${wanted}`).toThrow(expect.objectContaining({ code: 'consensus-params' }));
  }
  validateConsensusParamsUpdate(withHeight(5n), undefined, height);
  expect([voteExtensionsEnabled(withHeight(0n), 9n), voteExtensionsEnabled(withHeight(10n), 9n), voteExtensionsEnabled(withHeight(10n), 10n)]).toEqual([
    false,
    false,
    true,
  ]);
});

test('an update replaces the parts it has and leaves the rest', () => {
  const update = { ...consensusParamsCodec.zero(), block: { maxBytes: 7n, maxGas: 8n }, authority: { authority: 'x' } };
  const next = updateConsensusParams(DEFAULT_CONSENSUS_PARAMS, update);
  expect(next).toEqual({ ...DEFAULT_CONSENSUS_PARAMS, block: { maxBytes: 7n, maxGas: 8n }, authority: { authority: 'x' } });
  expect(updateConsensusParams(DEFAULT_CONSENSUS_PARAMS, undefined)).toBe(DEFAULT_CONSENSUS_PARAMS);
});
