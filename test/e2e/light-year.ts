// What a device can carry: from a checkpoint of this month to a proven balance and a proven transaction of a year ago, in one request. The log
// between is synthetic, a year of blocks every five seconds; the blocks at its ends are signed by 100 validators, the state is a real store.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { STORE_NAMES } from '../../chain/app/store-names.ts';
import { merkleRoot } from '../../chain/crypto/merkle.ts';
import { hashMany, sha256 } from '../../chain/crypto/sha256.ts';
import { verifySignature } from '../../chain/crypto/signatures.ts';
import { bytesEqual, concatBytes, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import type { BundleSource } from '../../chain/rpc/light/bundle.ts';
import { makeBundle } from '../../chain/rpc/light/bundle.ts';
import { openCommitMultiStore } from '../../chain/store/multistore.ts';
import { headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { deterministicResultCodec } from '../../chain/types/results.ts';
import { create } from '../../lightclient/client/client.ts';
import { trustOf } from '../../lightclient/client/trust.ts';
import { LightError } from '../../lightclient/errors.ts';
import { query } from '../../lightclient/proofs/query.ts';
import type { BundleRequest, Provider } from '../../lightclient/provider.ts';
import { balance } from '../../lightclient/readers/bank.ts';
import { makeBlock, type Powers, SECOND } from '../../lightclient/testing/chain.ts';
import { Checks } from '../checks.ts';
import { type SyntheticLog, syntheticLog } from './light-year/synthetic-log.ts';

const CHAIN_ID = 'year-1';
/** A year of blocks every five seconds. */
const SIZE = 6_311_520;
const HEAD = SIZE + 1;
const CHECKPOINT = HEAD - 500_000;
const OLD = 1000;
const DAY = 86_400n * SECOND;
const ADDRESS = sha256(utf8('a device')).subarray(0, 20);
const DENOM = 'utrel';
const TXS = Array.from({ length: 20 }, (_, i) => utf8(`transaction ${i} `.padEnd(250, 'x')));
const RESULTS = TXS.map((_, i) => ({ code: i % 7, data: utf8(`result ${i}`), gasWanted: 100_000n, gasUsed: BigInt(60_000 + i) }));
const TX = 13;

interface World {
  readonly blocks: ReadonlyMap<number, LightBlock>;
  readonly log: SyntheticLog;
  readonly source: BundleSource;
}

const HUNDRED: Powers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, 10n]));
/** A tenth of them has changed. */
const CHANGED: Powers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i + 10, 10n]));

async function stateOf(log: SyntheticLog): Promise<Awaited<ReturnType<typeof openCommitMultiStore>>> {
  const store = await openCommitMultiStore({ mode: 'nothing', stores: STORE_NAMES });
  store.setInitialHeight(BigInt(SIZE));
  const branch = store.branch();
  const bank = branch.kvStore('bank');
  for (let i = 0; i < 10_000; i++) bank.set(balance.key(sha256(utf8(`account ${i}`)).subarray(0, 20), DENOM), utf8(`${i + 1}`));
  bank.set(balance.key(ADDRESS, DENOM), utf8('123456789'));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(SIZE));
  branch.kvStore('history').set(Uint8Array.of(1), concatBytes(size, log.root));
  for (const name of STORE_NAMES) branch.kvStore(name).set(utf8('something'), utf8(name));
  branch.write();
  await store.commit();
  return store;
}

async function makeWorld(headPowers: Powers): Promise<World> {
  const at = (height: number, powers: Powers, previous?: LightBlock, header = {}): LightBlock =>
    makeBlock(BigInt(height), previous, { chainId: CHAIN_ID, powers, nextPowers: powers, header: { time: BigInt(height) * 5n * SECOND, ...header } });
  const old = at(OLD, { 1: 10n }, undefined, { dataHash: merkleRoot(hashMany(TXS)) });
  const lastResultsHash = merkleRoot(RESULTS.map((r) => deterministicResultCodec.encode(r)));
  const next = at(OLD + 1, { 1: 10n }, old, { lastResultsHash });
  const checkpoint = at(CHECKPOINT, HUNDRED);
  const real = [old, next, checkpoint];
  const hashOf = (b: LightBlock): Uint8Array => headerHash(b.signedHeader.header);
  const log = syntheticLog(SIZE, new Map(real.map((b) => [Number(b.signedHeader.header.height), hashOf(b)])));
  const store = await stateOf(log);
  const empty = sha256(new Uint8Array(0));
  const head = at(HEAD, headPowers, undefined, { appHash: store.last.appHash, dataHash: empty, lastResultsHash: empty });
  const blocks = new Map([...real, head].map((b) => [Number(b.signedHeader.header.height), b]));
  const block = (h: bigint): LightBlock | undefined => blocks.get(Number(h));
  const source = {
    chain: {
      base: 1n,
      height: BigInt(HEAD),
      meta: (h: bigint) => block(h)?.signedHeader,
      commit: (h: bigint) => block(h)?.signedHeader.commit,
      seenCommit: (h: bigint) => block(h)?.signedHeader.commit,
      validators: (h: bigint) => block(h)?.validatorSet,
      block: (h: bigint) => (h === BigInt(OLD) ? { data: { txs: TXS } } : undefined),
      results: (h: bigint) => (h === BigInt(OLD) ? { txResults: RESULTS } : undefined),
    },
    search: { tx: (hash: Uint8Array) => (bytesEqual(hash, sha256(TXS[TX] as Uint8Array)) ? { height: BigInt(OLD), index: TX, tx: TXS[TX] } : undefined) },
    app: {
      query: async ({ path, data, height, prove }: { path: string; data: Uint8Array; height: bigint; prove: boolean }) => {
        const { value, ops } = store.query(path.split('/')[2] as string, data, height, prove);
        return { code: 0, value: value ?? new Uint8Array(0), proofOps: { ops } };
      },
    },
  } as unknown as BundleSource;
  return { blocks, log, source };
}

const whole = ({ from, set, keys = [], tx, block }: BundleRequest) => ({ from, set, keys, tx, block });

const refused = async (): Promise<never> => {
  throw new LightError('transport', 'one request only');
};

/** Gives bundles, and nothing else. */
const provider = (bundle: (q: BundleRequest) => Promise<Uint8Array>): Provider => ({
  name: 'node',
  lightBlock: refused,
  state: refused,
  tx: refused,
  results: refused,
  reportEvidence: refused,
  bundle,
});

async function asked(w: World, bundle: (q: BundleRequest) => Promise<Uint8Array>) {
  const client = await create({
    chainId: CHAIN_ID,
    checkpoint: trustOf(w.blocks.get(CHECKPOINT) as LightBlock),
    providers: [provider(bundle)],
    verifySignatures: (checks) => checks.map((c) => verifySignature('ed25519', c.pubKey.value, c.message, c.signature)),
    now: () => BigInt(HEAD) * 5n * SECOND + SECOND,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
    policy: { allowNoWitness: true, trustingPeriod: 60n * DAY },
  });
  return query(client, { keys: [{ store: 'bank', key: balance.key(ADDRESS, DENOM) }], tx: sha256(TXS[TX] as Uint8Array) });
}

export default async function lightYear(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('light-year');
  let w = undefined as unknown as World;
  await checks.run(`a log of ${SIZE.toLocaleString('en-US')} block hashes`, async () => {
    w = await makeWorld(HUNDRED);
  });
  await checks.run('one request: a balance and a transaction of a year ago, proven from a checkpoint of this month', async () => {
    let bytes: Uint8Array | undefined;
    let requests = 0;
    const once = async (q: BundleRequest): Promise<Uint8Array> => {
      requests++;
      bytes ??= await makeBundle(w.source, w.log, whole(q));
      return bytes;
    };
    const first = await asked(w, once);
    checks.equal(balance.decode(first.values[0]?.value), 123_456_789n, 'balance');
    checks.equal(first.height, BigInt(SIZE), 'height of the state');
    checks.equal(
      [first.tx?.height, first.tx?.index, first.tx?.result?.code, first.tx?.result?.gasUsed].join(),
      [OLD, TX, TX % 7, 60_000 + TX].join(),
      'the transaction',
    );
    checks.equal(requests, 1, 'requests');
    const size = bytes?.length ?? 0;
    const before = process.cpuUsage();
    await asked(w, once);
    const { user, system } = process.cpuUsage(before);
    const warm = (user + system) / 1000;
    checks.note(`${size} bytes in 1 request, ${warm.toFixed(1)} ms of CPU`);
    checks.that(size < 20_000, `${size} bytes, of 20,000`);
  });
  await checks.run('with any byte of the answer changed: refused, or the same answer', async () => {
    const { source, log } = w;
    let answer = new Uint8Array(0) as Uint8Array;
    await asked(w, async (q) => (answer = await makeBundle(source, log, whole(q))));
    let refusals = 0;
    for (let i = 0; i < answer.length; i += 7) {
      const changed = answer.slice();
      changed[i] = (changed[i] as number) ^ (1 << (i % 8));
      try {
        const a = await asked(w, async () => changed);
        checks.equal(
          [balance.decode(a.values[0]?.value), a.tx?.result?.code, a.tx?.result?.gasUsed, a.tx?.index].join(),
          [123_456_789n, TX % 7, 60_000 + TX, TX].join(),
          `byte ${i}`,
        );
      } catch (e) {
        if (!(e instanceof LightError)) throw e;
        refusals++;
      }
    }
    checks.that(refusals > 1000, `${refusals} refusals`);
    checks.note(`${Math.ceil(answer.length / 7)} changed answers, ${refusals} refused`);
  });
  await checks.run('one skip: bytes with the set known, sent unchanged, and changed', async () => {
    const from = BigInt(CHECKPOINT);
    const none = { keys: [], tx: undefined, block: undefined };
    const set = (w.blocks.get(CHECKPOINT) as LightBlock).validatorSet.hash();
    const known = await makeBundle(w.source, w.log, { from, set, ...none });
    const sent = await makeBundle(w.source, w.log, { from, set: undefined, ...none });
    const other = await makeWorldOf(CHANGED, w);
    const changed = await makeBundle(other, w.log, { from, set: undefined, ...none });
    checks.note(`${known.length}, ${sent.length}, ${changed.length} bytes`);
    checks.that(known.length <= 5100 && sent.length <= 9000 && changed.length <= 13_000, 'at most 5,100, 9,000 and 13,000');
  });
  await checks.run('the client that does it', async () => {
    const r = await build({ entryPoints: ['lightclient/index.ts'], bundle: true, minify: true, format: 'esm', write: false, logLevel: 'silent' });
    checks.note(`${gzipSync(r.outputFiles[0]?.contents ?? '', { level: 9 }).length} bytes, gzip -9`);
  });
  return checks;
}

/** The same but for the head's validators. */
async function makeWorldOf(powers: Powers, w: World): Promise<BundleSource> {
  const { header } = (w.blocks.get(HEAD) as LightBlock).signedHeader;
  const head = makeBlock(BigInt(HEAD), undefined, { chainId: CHAIN_ID, powers, nextPowers: powers, header: { time: header.time, appHash: header.appHash } });
  const of = (h: bigint): LightBlock | undefined => (h === BigInt(HEAD) ? head : w.blocks.get(Number(h)));
  const chain = {
    ...w.source.chain,
    meta: (h: bigint) => of(h)?.signedHeader,
    commit: (h: bigint) => of(h)?.signedHeader.commit,
    seenCommit: (h: bigint) => of(h)?.signedHeader.commit,
    validators: (h: bigint) => of(h)?.validatorSet,
  };
  return { ...w.source, chain } as unknown as BundleSource;
}
