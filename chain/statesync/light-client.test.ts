import { describe, expect, test } from 'vitest';
import { DEFAULT_VERIFY_OPTIONS } from '../../lightclient/verifier/plan.ts';
import { installNoble } from '../crypto/noble.ts';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { ZERO_BLOCK_ID } from '../types/block-id.ts';
import { BLOCK_ID_FLAG_COMMIT } from '../types/commit.ts';
import { consensusParamsHash, DEFAULT_CONSENSUS_PARAMS, type FullConsensusParams } from '../types/consensus-params.ts';
import { type Header, headerHash } from '../types/header.ts';
import type { LightBlock } from '../types/light-block.ts';
import { signedCommit, testSigner } from '../types/testing/arbitraries.ts';
import { newValidator, type Validator } from '../types/validator.ts';
import { ValidatorSet } from '../types/validator-set.ts';
import { verifyEach } from '../types/verify-signature.ts';
import { LightClient, type LightClientOptions } from './light-client.ts';
import { LightStateProvider } from './light-state-provider.ts';
import type { LightProvider } from './rpc-provider.ts';
import { UntrustedError } from './state-provider.ts';

installNoble();
const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
const signers = Array.from({ length: 40 }, (_, i) => testSigner(i));

/** At each height, four signers; every `pace` heights one of them is replaced. */
const signersAt = (height: number, pace: number) => signers.slice(Math.floor(height / pace) % 36).slice(0, 4);
const sets = new Map<string, ValidatorSet>();
function setAt(height: number, pace: number): ValidatorSet {
  const key = `${Math.floor(height / pace) % 36}`;
  let set = sets.get(key);
  if (set === undefined) {
    set = ValidatorSet.create(signersAt(height, pace).map((s) => newValidator(s.pubKey, 10n)));
    sets.set(key, set);
  }
  return set;
}

function chain(length: number, pace: number, change: (h: Header) => Header = (h) => h): LightBlock[] {
  const blocks: LightBlock[] = [];
  let lastBlockId = ZERO_BLOCK_ID;
  for (let height = 1; height <= length; height++) {
    const set = setAt(height, pace);
    const header = change({
      version: { block: 11n, app: 1n },
      chainId: 'light-1',
      height: BigInt(height),
      time: START + BigInt(height) * SECOND,
      lastBlockId,
      lastCommitHash: new Uint8Array(32),
      dataHash: new Uint8Array(32),
      validatorsHash: set.hash(),
      nextValidatorsHash: setAt(height + 1, pace).hash(),
      consensusHash: consensusParamsHash(DEFAULT_CONSENSUS_PARAMS),
      appHash: utf8(`app ${height - 1}`),
      lastResultsHash: new Uint8Array(32),
      evidenceHash: new Uint8Array(32),
      proposerAddress: (set.validators[0] as { address: Uint8Array }).address,
    });
    const blockId = { hash: headerHash(header), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(1) } };
    const commit = signedCommit(
      'light-1',
      set,
      signersAt(height, pace),
      blockId,
      BigInt(height),
      [2, 2, 2, 2].map(() => BLOCK_ID_FLAG_COMMIT),
    );
    blocks.push({ signedHeader: { header, commit }, validatorSet: set });
    lastBlockId = blockId;
  }
  return blocks;
}

class TestProvider implements LightProvider {
  readonly name: string;
  readonly asked: bigint[] = [];
  blocks: readonly LightBlock[];
  params: FullConsensusParams = DEFAULT_CONSENSUS_PARAMS;
  down = false;

  constructor(name: string, blocks: readonly LightBlock[]) {
    this.name = name;
    this.blocks = blocks;
  }
  async lightBlock(height: bigint): Promise<LightBlock> {
    this.asked.push(height);
    const b = this.blocks[Number(height) - 1];
    if (b === undefined || this.down) throw new Error(`no height ${height}`);
    return b;
  }
  async consensusParams(): Promise<FullConsensusParams> {
    if (this.down) throw new Error('down');
    return this.params;
  }
}

const LENGTH = 80;
const PACE = 5;
const blocks = chain(LENGTH, PACE);
const forged = chain(LENGTH, PACE, (h) => (h.height >= 50n ? { ...h, appHash: utf8('forged') } : h));
const hashAt = (height: number): Uint8Array => headerHash((blocks[height - 1] as LightBlock).signedHeader.header);

function setUp(more: Partial<LightClientOptions> = {}, witness: readonly LightBlock[] = blocks) {
  const primary = new TestProvider('primary', blocks);
  const other = new TestProvider('other', witness);
  const options: LightClientOptions = {
    chainId: 'light-1',
    trust: { height: 10n, hash: hashAt(10) },
    verify: DEFAULT_VERIFY_OPTIONS,
    providers: [primary, other],
    checkSignatures: verifyEach,
    now: () => START + 100n * SECOND,
    pause: async () => undefined,
    ...more,
  };
  return { primary, other, options };
}

describe('following headers', () => {
  test('upwards by skipping, with heights in between where the validators changed too much', async () => {
    const { primary, options } = setUp();
    const client = await LightClient.open(options);
    const b = await client.at(75n);
    expect(toHex(headerHash(b.signedHeader.header))).toBe(toHex(hashAt(75)));
    // Four validators of which one changes every five heights: no step can be over more than ten or so.
    expect(primary.asked.length).toBeGreaterThan(5);
    expect(primary.asked.length).toBeLessThan(40);
    // What was verified is not asked again; an adjacent height needs one request.
    const before = primary.asked.length;
    await client.at(75n);
    await client.at(76n);
    expect(primary.asked.length).toBe(before + 1);
  });

  test('downwards by hash links', async () => {
    const { options } = setUp();
    const client = await LightClient.open(options);
    expect(toHex(headerHash((await client.at(3n)).signedHeader.header))).toBe(toHex(hashAt(3)));
    const broken = setUp();
    const c = await LightClient.open(broken.options);
    broken.primary.blocks = forged.map((b, i) => (i === 6 ? (chain(7, PACE, (h) => ({ ...h, appHash: utf8('other') }))[6] as LightBlock) : b));
    await expect(c.at(3n)).rejects.toThrow(UntrustedError);
  });
});

describe('what must not be believed', () => {
  test('a trusted hash that the server does not have, a trusted header that is too old, one server alone', async () => {
    const { options, primary } = setUp();
    await expect(LightClient.open({ ...options, trust: { height: 10n, hash: hashAt(11) } })).rejects.toThrow(/has hash/);
    await expect(LightClient.open({ ...options, now: () => START + 10_000_000n * SECOND })).rejects.toThrow(/trust period/);
    await expect(LightClient.open({ ...options, providers: [primary] })).rejects.toThrow(/at least 2/);
  });

  test('a fork: another server has another header', async () => {
    const { options } = setUp({}, forged);
    const client = await LightClient.open(options);
    await client.at(49n);
    await expect(client.at(60n)).rejects.toThrow(/two headers of height 60/);
  });

  test('a server that is alone with its word', async () => {
    const { options, other } = setUp();
    const client = await LightClient.open(options);
    other.down = true;
    await expect(client.at(60n)).rejects.toThrow(/no other server confirms/);
    other.down = false;
    await client.at(60n);
  });

  test('headers that nobody signed', async () => {
    const { options, primary } = setUp();
    const client = await LightClient.open(options);
    const b = blocks[59] as LightBlock;
    primary.blocks = blocks.map((x, i) =>
      i === 59 ? { ...b, signedHeader: { ...b.signedHeader, header: { ...b.signedHeader.header, appHash: utf8('x') } } } : x,
    );
    await expect(client.at(60n)).rejects.toThrow(/commit signs block/);
    const damaged = b.signedHeader.commit.signatures.map((s) => ({ ...s, signature: s.signature.map((y) => y ^ 1) }));
    const bad: LightBlock = { ...b, signedHeader: { ...b.signedHeader, commit: { ...b.signedHeader.commit, signatures: damaged } } };
    primary.blocks = blocks.map((x, i) => (i === 59 ? bad : x));
    await expect(client.at(60n)).rejects.toThrow(/wrong signature/);
  });

  test('F-3: other proposer priorities of the same header', async () => {
    const { options, other } = setUp();
    const client = await LightClient.open(options);
    other.blocks = blocks.map((b) => ({ ...b, validatorSet: (b.validatorSet as ValidatorSet).copyIncrementProposerPriority(1) }));
    await expect(client.at(60n)).rejects.toThrow(/priorities/);
  });

  test('F-3: a proposer that is not in the set, or has other priorities there', async () => {
    const { options, primary } = setUp();
    const client = await LightClient.open(options);
    const withProposer = (change: (p: Validator) => Validator): void => {
      primary.blocks = blocks.map((b, i) => {
        const set = b.validatorSet;
        return i === 59 ? { ...b, validatorSet: ValidatorSet.restore(set.validators, change(set.proposer as Validator)) } : b;
      });
    };
    const stranger = newValidator({ case: 'ed25519', value: new Uint8Array(32).fill(9) }, 10n);
    withProposer(() => stranger);
    await expect(client.at(60n)).rejects.toThrow(/proposer not in validator set/);
    withProposer((p) => ({ ...p, address: stranger.address }));
    await expect(client.at(60n)).rejects.toThrow(/proposer failed validate basic/);
  });
});

test('the state after a height', async () => {
  const { options, primary, other } = setUp();
  let opened = 0;
  const open = (): Promise<LightClient> => {
    opened++;
    return opened === 1 ? Promise.reject(new Error('no connection')) : LightClient.open(options);
  };
  const provider = new LightStateProvider(open, options.providers, 1n);
  await expect(provider.appHash(60n)).rejects.toThrow('no connection');
  expect(await provider.appHash(60n)).toEqual(utf8('app 60'));
  const state = await provider.state(60n);
  const next = (blocks[60] as LightBlock).signedHeader.header;
  expect(state).toMatchObject({
    chainId: 'light-1',
    initialHeight: 1n,
    lastBlockHeight: 60n,
    lastBlockId: (blocks[59] as LightBlock).signedHeader.commit.blockId,
    lastHeightValidatorsChanged: 62n,
    lastHeightConsensusParamsChanged: 61n,
    version: next.version,
  });
  expect(toHex(state.lastValidators.hash())).toBe(toHex(setAt(60, PACE).hash()));
  expect(toHex(state.validators.hash())).toBe(toHex(next.validatorsHash));
  expect(toHex(state.nextValidators.hash())).toBe(toHex(next.nextValidatorsHash));
  expect((await provider.commit(60n)).height).toBe(60n);

  // The header's hash covers the block's limits only.
  other.params = { ...DEFAULT_CONSENSUS_PARAMS, evidence: { ...DEFAULT_CONSENSUS_PARAMS.evidence, maxAgeNumBlocks: 1n } };
  await expect(provider.state(60n)).rejects.toThrow(/different consensus parameters/);
  primary.params = { ...DEFAULT_CONSENSUS_PARAMS, block: { ...DEFAULT_CONSENSUS_PARAMS.block, maxGas: 5n } };
  await expect(provider.state(60n)).rejects.toThrow(/the header says/);
  other.down = true;
  await expect(provider.state(60n)).rejects.toThrow(/fewer than two/);
});
