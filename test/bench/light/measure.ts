// One measurement of our client in a process of its own, as JSON: wall and CPU nanoseconds, best of three. Arguments: file or URL, mode, threads.
import { readFileSync } from 'node:fs';
import { installNative } from '../../../chain/native/install.ts';
import { SignaturePool } from '../../../chain/native/signature-pool.ts';
import { createNativeVerifier } from '../../../chain/native/verifier.ts';
import type { LightBlock } from '../../../chain/types/light-block.ts';
import { lightBlockCodec } from '../../../chain/types/light-block-codec.ts';
import { verifyEach } from '../../../chain/types/verify-signature.ts';
import { create } from '../../../lightclient/client/client.ts';
import { hashOf, type VerifySignatures } from '../../../lightclient/client/verify.ts';
import type { Provider } from '../../../lightclient/provider.ts';
import { type Fetch, rpcProvider } from '../../../lightclient/providers/rpc.ts';
import { HistoryProvider } from '../../../lightclient/testing/provider.ts';

const [source, mode, threads] = process.argv.slice(2) as [string, 'sequential' | 'skipping' | 'backwards', string];
installNative(() => {});
const HOUR = 3_600_000_000_000n;

function readBlocks(): LightBlock[] {
  const bytes = readFileSync(source);
  const out: LightBlock[] = [];
  for (let at = 0; at < bytes.length; ) {
    const n = bytes.readUInt32BE(at);
    out.push(lightBlockCodec.decode(new Uint8Array(bytes.subarray(at + 4, at + 4 + n))));
    at += 4 + n;
  }
  return out;
}

const pool = threads === '1' ? undefined : new SignaturePool({ threads: 1, verifier: createNativeVerifier() });
const verifySignatures: VerifySignatures =
  pool === undefined
    ? verifyEach
    : (checks) =>
        pool.verifyBatch(
          checks.map((c) => ({ algorithm: 'ed25519' as const, publicKey: c.pubKey.value, message: c.message, signature: c.signature })),
          { help: true },
        );

let best: { wall: number; cpu: number } | undefined;
for (let i = 0; i < 3; i++) {
  let providers: readonly Provider[];
  let chainId = 'bench-light';
  let length = 0n;
  let root: Uint8Array;
  if (source.startsWith('http')) {
    providers = [rpcProvider(source, fetch as unknown as Fetch), rpcProvider(source, fetch as unknown as Fetch)];
    length = (await (providers[0] as Provider).lightBlock()).signedHeader.header.height;
    const first = await (providers[0] as Provider).lightBlock(1n);
    chainId = first.signedHeader.header.chainId;
    root = hashOf(first);
  } else {
    const blocks = readBlocks();
    chainId = (blocks[0] as LightBlock).signedHeader.header.chainId;
    length = BigInt(blocks.length);
    providers = [new HistoryProvider('primary', blocks), new HistoryProvider('witness', blocks)];
    root = hashOf((mode === 'backwards' ? blocks.at(-1) : blocks[0]) as LightBlock);
  }
  const c = await create({
    chainId,
    checkpoint: { height: mode === 'backwards' ? length : 1n, hash: root },
    providers,
    verifySignatures,
    now: () => BigInt(Date.now()) * 1_000_000n,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
    policy: { trustingPeriod: 1_000_000n * HOUR, sequential: mode === 'sequential' },
  });
  const before = process.cpuUsage();
  const start = performance.now();
  if (mode === 'backwards') await c.blockAt(1n);
  else await c.sync(length);
  const wall = (performance.now() - start) * 1e6;
  const { user, system } = process.cpuUsage(before);
  if (best === undefined || wall < best.wall) best = { wall, cpu: (user + system) * 1000 };
}
console.log(JSON.stringify(best));
process.exit(0);
