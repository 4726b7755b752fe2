// Our light client on real chains whose validators change: Go CometBFT's kvstore, Go simd, and ours. From height 1 to the head by skipping and one
// by one, back by hash links; balances and transactions proven. `npm run interop -- light-sync [heights]`.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DirectSecp256k1HdWallet, DirectSecp256k1Wallet, type OfflineDirectSigner } from '@cosmjs/proto-signing';
import { coin, coins, QueryClient, SigningStargateClient, setupStakingExtension } from '@cosmjs/stargate';
import { connectComet } from '@cosmjs/tendermint-rpc';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { bech32Decode } from '../../chain/crypto/bech32.ts';
import { fromHex, toHexUpper } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { type Client, create, type Fetch, get, LightError, rpcProvider, tx } from '../../lightclient/index.ts';
import { account, balance, read, supply } from '../../lightclient/readers/index.ts';
import { setTomlKeys } from '../../testnet/launcher/comet-node.ts';
import { startDevChain, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { runProcess, startProcess } from '../../testnet/launcher/process.ts';
import { rpcHeight } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { loadAccounts } from '../bench/support/accounts.ts';
import { initSimdHome } from '../bench/support/simd-home.ts';
import { Checks } from '../checks.ts';

const HEIGHTS = 2000;
const HOUR = 3_600_000_000_000n;

interface Chain {
  readonly rpc: string;
  readonly chainId: string;
  /** Changes the power of a validator, or the set. */
  readonly change: (i: number) => Promise<void>;
  stop(): Promise<void>;
}

interface Commit {
  readonly signed_header: { readonly header: { readonly validators_hash: string }; readonly commit: { readonly block_id: { readonly hash: string } } };
}

async function rpc<T>(base: string, path: string): Promise<T> {
  const r = (await (await fetch(`${base}/${path}`)).json()) as { result?: T; error?: unknown };
  if (r.result === undefined) throw new Error(`${path}: ${JSON.stringify(r.error)}`);
  return r.result;
}

let requests = 0;
const counted: Fetch = (url, init) => {
  requests++;
  return fetch(url, init) as ReturnType<Fetch>;
};

async function clientOf(chain: Chain, height: bigint, policy: { readonly sequential?: boolean } = {}): Promise<Client> {
  const { signed_header } = await rpc<Commit>(chain.rpc, `commit?height=${height}`);
  return create({
    chainId: chain.chainId,
    checkpoint: { height, hash: fromHex(signed_header.commit.block_id.hash) },
    // One node answers as primary and as witness: the chain has no other.
    providers: [rpcProvider(chain.rpc, counted), rpcProvider(chain.rpc, counted)],
    verifySignatures: verifyEach,
    now: () => BigInt(Date.now()) * 1_000_000n,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
    policy: { trustingPeriod: 24n * HOUR, ...policy },
  });
}

async function kvstore(cometbft: string): Promise<Chain> {
  const home = temporaryFolder('light-kvstore');
  await runProcess(cometbft, ['init', '--home', home]);
  const [port = 0, p2p = 0] = await freePorts(2);
  const file = join(home, 'config/config.toml');
  setTomlKeys(file, 'rpc', { laddr: `"tcp://127.0.0.1:${port}"`, pprof_laddr: '""' });
  setTomlKeys(file, 'p2p', { laddr: `"tcp://127.0.0.1:${p2p}"` });
  setTomlKeys(file, 'consensus', { timeout_commit: '"10ms"', timeout_propose: '"50ms"', timeout_propose_delta: '"10ms"' });
  const process = startProcess(cometbft, ['start', '--home', home, '--proxy_app', 'kvstore'], { logFile: `${home}.log` });
  const base = `http://127.0.0.1:${port}`;
  await waitFor('the kvstore node', () => rpcHeight(base), 30_000);
  const { genesis } = await rpc<{ genesis: { chain_id: string } }>(base, 'genesis');
  let key = '';
  return {
    rpc: base,
    chainId: genesis.chain_id,
    // A small validator that never signs comes, and goes; the next one is another.
    change: async (i) => {
      if (i % 2 === 0) key = randomBytes(32).toString('base64');
      const value = Buffer.from(`val=ed25519!${key}!${1 - (i % 2)}`).toString('hex');
      await rpc(base, `broadcast_tx_sync?tx=0x${value}`);
    },
    stop: async () => void (await process.stop()),
  };
}

/** Delegates to the first validator again and again. */
async function delegating(base: string, signer: OfflineDirectSigner, denom: string): Promise<(i: number) => Promise<void>> {
  const client = await SigningStargateClient.connectWithSigner(base, signer);
  const address = (await signer.getAccounts())[0]?.address as string;
  const query = await connectComet(base);
  const staking = QueryClient.withExtensions(query, setupStakingExtension).staking;
  const operator = (await staking.validators('BOND_STATUS_BONDED')).validators[0]?.operatorAddress;
  if (operator === undefined) throw new Error('no bonded validator');
  const { accountNumber, sequence } = await client.getSequence(address);
  const chainId = await client.getChainId();
  let next = sequence;
  return async () => {
    const value = { delegatorAddress: address, validatorAddress: operator, amount: coin('1000000', denom) };
    const fee = { amount: coins(5000, denom), gas: '400000' };
    const raw = await client.sign(address, [{ typeUrl: '/cosmos.staking.v1beta1.MsgDelegate', value }], fee, '', { accountNumber, sequence: next, chainId });
    const hex = Buffer.from(TxRaw.encode(raw).finish()).toString('hex');
    const r = await rpc<{ code: number; log: string }>(base, `broadcast_tx_sync?tx=0x${hex}`);
    if (r.code !== 0) throw new Error(r.log);
    next++;
  };
}

interface Staked extends Chain {
  readonly denom: string;
  readonly address: string;
}

async function simd(program: string): Promise<Staked> {
  const home = temporaryFolder('light-simd');
  const [port = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(4);
  const accounts = loadAccounts(2, 'cosmos');
  const [first] = accounts;
  if (first === undefined) throw new Error('no account');
  const ports = { rpc: port, p2p, grpc, rest };
  await initSimdHome(program, home, { chainId: 'light-1', denom: 'stake', accounts, ports, timeoutCommit: '10ms', pruning: 'nothing' });
  const process = startProcess(program, ['start', '--home', home], { logFile: `${home}.log` });
  const base = `http://127.0.0.1:${port}`;
  await waitFor('simd', async () => (await rpcHeight(base)) >= 2 || undefined, 60_000);
  const wallet = await DirectSecp256k1Wallet.fromKey(first.key, 'cosmos');
  return {
    rpc: base,
    chainId: 'light-1',
    denom: 'stake',
    address: first.address,
    change: await delegating(base, wallet, 'stake'),
    stop: async () => void (await process.stop()),
  };
}

async function ours(): Promise<Staked> {
  const chain = await startDevChain({ flags: ['--timeout-commit', '10ms', '--pruning', 'nothing'] });
  const { info } = chain;
  const [, bob] = info.accounts;
  if (bob === undefined) throw new Error('no account');
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(bob.mnemonic, { prefix: 'trellis' });
  const change = await delegating(info.rpc, wallet, info.denom);
  return { rpc: info.rpc, chainId: info.chainId, denom: info.denom, address: bob.address, change, stop: async () => void (await chain.process.stop()) };
}

/** Makes the heights, with a change every twenty of them. */
async function grow(chain: Chain, heights: number): Promise<number> {
  let changes = 0;
  for (let seen = 0; seen < heights; ) {
    const height = await rpcHeight(chain.rpc);
    if (height - seen < 20 && height < heights) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    seen = height;
    await chain.change(changes++);
  }
  return changes;
}

async function syncChecks(checks: Checks, name: string, chain: Chain, heights: number): Promise<void> {
  const hashes: string[] = [];
  await checks.run(`${name}: ${heights} heights with changing validators`, async () => {
    const changes = await grow(chain, heights);
    const sets = new Set<string>();
    for (let h = 1; h <= heights; h++) {
      const { signed_header } = await rpc<Commit>(chain.rpc, `commit?height=${h}`);
      hashes[h] = signed_header.commit.block_id.hash;
      sets.add(signed_header.header.validators_hash);
    }
    // kvstore makes forty blocks in the time of one change.
    checks.that(sets.size > Math.min(10, heights / 75), `${sets.size} different sets`);
    checks.note(`${changes} changes, ${sets.size} different sets`);
  });
  const target = BigInt(heights);
  const expect = (b: Awaited<ReturnType<Client['sync']>>, h: bigint): void =>
    checks.equal(toHexUpper(b.signedHeader.commit.blockId.hash), hashes[Number(h)], `hash of ${h}`);
  await checks.run(`${name}: by skipping`, async () => {
    requests = 0;
    const start = performance.now();
    const c = await clientOf(chain, 1n);
    expect(await c.sync(target), target);
    checks.note(`${requests} requests, ${(performance.now() - start).toFixed(0)} ms`);
    for (const h of [target - 7n, 2n, target / 2n, target / 3n]) expect(await c.blockAt(h), h);
    c.close();
  });
  await checks.run(`${name}: one by one`, async () => {
    const start = performance.now();
    const c = await clientOf(chain, 1n, { sequential: true });
    expect(await c.sync(target), target);
    checks.note(`${(performance.now() - start).toFixed(0)} ms`);
    c.close();
  });
  await checks.run(`${name}: back by hash links`, async () => {
    const c = await clientOf(chain, target);
    for (const h of [target - 100n, 1n]) expect(await c.blockAt(h), h);
    c.close();
  });
}

async function proofChecks(checks: Checks, name: string, chain: Staked): Promise<void> {
  await checks.run(`${name}: balances, supply and accounts are proven, absence too`, async () => {
    const c = await clientOf(chain, 1n);
    const address = bech32Decode(chain.address).bytes;
    const { value, height } = await read(c, balance, [address, chain.denom]);
    const data = Buffer.concat([Buffer.of(2, address.length), address, Buffer.from(chain.denom)]).toString('hex');
    const path = encodeURIComponent('"/store/bank/key"');
    const { response } = await rpc<{ response: { value: string } }>(chain.rpc, `abci_query?path=${path}&data=0x${data}&height=${height}`);
    checks.equal(value, BigInt(Buffer.from(response.value, 'base64').toString()), 'balance');
    checks.that((await read(c, supply, [chain.denom])).value > value, 'supply');
    checks.equal((await read(c, balance, [address, 'nothing'])).value, 0n, 'a denom that is not held');
    checks.that(((await read(c, account, [address])).value?.sequence ?? 0n) > 10n, 'sequence');
    checks.equal((await read(c, account, [new Uint8Array(20).fill(7)])).value, undefined, 'an account that is not there');
    const refused = await get(c, 'nosuchstore', address).then(
      () => undefined,
      (e: unknown) => e,
    );
    checks.that(refused instanceof LightError, `a store that is not there: ${refused}`);
    c.close();
  });
  await checks.run(`${name}: a transaction and its result are proven`, async () => {
    const found = await rpc<{ txs: { hash: string; height: string; tx_result: { gas_used: string } }[] }>(
      chain.rpc,
      `tx_search?query=${encodeURIComponent(`"message.action='/cosmos.staking.v1beta1.MsgDelegate'"`)}&per_page=5`,
    );
    const c = await clientOf(chain, 1n);
    for (const t of found.txs) {
      const proven = await tx(c, fromHex(t.hash));
      checks.equal(proven.height, BigInt(t.height));
      checks.equal(proven.result?.gasUsed, BigInt(t.tx_result.gas_used));
    }
    checks.that(found.txs.length > 0, 'there are some');
    checks.note(`${found.txs.length} transactions`);
    const wrong = await tx(c, new Uint8Array(32).fill(1)).then(
      () => undefined,
      (e: unknown) => e,
    );
    checks.that(wrong instanceof LightError, `a transaction that is not there: ${wrong}`);
    c.close();
  });
}

export default async function lightSync(args: readonly string[] = []): Promise<Checks> {
  installNative();
  const checks = new Checks('light-sync');
  const heights = Number(args[0] ?? HEIGHTS);
  const [cometbft, simdProgram] = [await peerProgram('cometbft'), await peerProgram('simd')];
  const kv = await kvstore(cometbft);
  try {
    await syncChecks(checks, 'kvstore', kv, heights);
  } finally {
    await kv.stop();
  }
  for (const [name, start] of [['simd', () => simd(simdProgram)] as const, ['ours', ours] as const]) {
    const chain = await start();
    try {
      await syncChecks(checks, name, chain, heights);
      await proofChecks(checks, name, chain);
    } finally {
      await chain.stop();
    }
  }
  return checks;
}
