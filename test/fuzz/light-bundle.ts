// Bundles with the way to a head, mutated: a head that is accepted is the chain's, and everything else is a LightError. Binary checkpoints too.
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { type BundleSource, makeBundle } from '../../chain/rpc/light/bundle.ts';
import { headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { fetchBundle } from '../../lightclient/bundle.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../lightclient/checkpoint.ts';
import { trustOf } from '../../lightclient/client/trust.ts';
import { LightError } from '../../lightclient/errors.ts';
import { makeHistory, SECOND, START } from '../../lightclient/testing/chain.ts';
import { HistoryProvider } from '../../lightclient/testing/provider.ts';
import { DEFAULT_VERIFY_OPTIONS } from '../../lightclient/verifier/plan.ts';
import type { FuzzTarget } from './target.ts';

installNative(() => {});
const CHAIN_ID = 'fuzz-bundle';
const HEIGHTS = 24;
/** Two of four validators change every six heights, so that one step is not enough. */
const { blocks } = makeHistory(CHAIN_ID, HEIGHTS, (h) => Object.fromEntries([0, 1, 2, 3].map((i) => [i + 2 * Math.floor(h / 6), 10n])));
const at = (h: bigint): LightBlock | undefined => blocks[Number(h) - 1];
const source = {
  chain: {
    base: 1n,
    height: BigInt(HEIGHTS),
    meta: (h: bigint) => at(h)?.signedHeader,
    commit: (h: bigint) => at(h)?.signedHeader.commit,
    seenCommit: (h: bigint) => at(h)?.signedHeader.commit,
    validators: (h: bigint) => at(h)?.validatorSet,
  },
} as unknown as BundleSource;
const STARTS = [1, 5, 12, 23, 24];
const trust = (from: number) => trustOf(at(BigInt(from)) as LightBlock);
const ask = (from: number): Promise<Uint8Array> =>
  makeBundle(source, undefined, { from: BigInt(from), set: undefined, keys: [], tx: undefined, block: undefined });
const verifier = { chainId: CHAIN_ID, options: DEFAULT_VERIFY_OPTIONS, verifySignatures: verifyEach, now: () => START + 1000n * SECOND };
const checkpoint = encodeCheckpoint({
  ...trust(3),
  chainId: CHAIN_ID,
  logSize: 3n,
  issued: START,
  expires: START + SECOND,
  signatures: [{ keyId: 'a', signature: new Uint8Array(64) }],
});

export const target: FuzzTarget = {
  name: 'light-bundle',
  async corpus() {
    return [checkpoint, ...(await Promise.all(STARTS.map(async (from, i) => Uint8Array.from([i, ...(await ask(from))]))))];
  },
  async run(input) {
    try {
      decodeCheckpoint(input);
    } catch (e) {
      if (!(e instanceof LightError)) throw e;
    }
    const from = STARTS[(input[0] ?? 0) % STARTS.length] as number;
    const p = Object.assign(new HistoryProvider('p', blocks), { bundle: async () => input.slice(1) });
    try {
      const { head } = await fetchBundle(verifier, p, trust(from), undefined, {});
      if (!bytesEqual(headerHash(head), headerHash((at(head.height) as LightBlock).signedHeader.header))) throw new Error('a head of another chain');
    } catch (e) {
      if (!(e instanceof LightError)) throw e;
    }
  },
};
