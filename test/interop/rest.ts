// The REST doors of simd and ours over one state: an engine of ours drives both applications with the same blocks, simd's doors ask that engine's
// RPC, and every path is asked of both. Status, shape and values are compared. `npm run interop -- rest`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bech32Decode, bech32Encode } from '../../chain/crypto/bech32.ts';
import { fromHex, toBase64 } from '../../chain/encoding/bytes.ts';
import { MsgDelegate } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { rpcResult } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks, firstDifference } from '../checks.ts';
import { any } from './economy/world.ts';
import { type RestChain, startRestChain } from './rest/chain.ts';
import { compareGrpc } from './rest/grpc.ts';
import { type Known, pingPubPaths, servicePaths } from './rest/paths.ts';
import { steps } from './rest/traffic.ts';
import { type Chain, Fleet, signedTx, txHashHex } from './traffic/signer.ts';

const CHAIN: Chain = { chainId: 'rest-1', prefix: 'cosmos', denom: 'stake', fee: 0n, unordered: false };
const ACCOUNTS = 5;
/** Of the traffic, and one that sends nothing. */
const FUNDED = ACCOUNTS + 1;

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** What is known to differ, and why: status and what else there is are compared all the same. */
const KNOWN_DIFFERENCES: readonly { readonly path: RegExp; readonly why: string; readonly at: RegExp }[] = [
  { path: /v1beta1\/node_info$/, at: /^\.application_version\b/, why: 'name, version and parts of the program' },
  { path: /consensus\/v1\/params$/, at: /^\.params\.authority$/, why: "a field of CometBFT v0.40's parameters that SDK 0.53 does not know" },
  { path: /params\/v1beta1\/subspaces$/, at: /^\.subspaces$/, why: "subspaces of simd's IBC modules" },
  { path: /auth\/v1beta1\/module_accounts$/, at: /^\.accounts$/, why: "accounts of simd's IBC modules among them" },
];

/** The same of the ABCI and gRPC form. */
const KNOWN_OVER_GRPC = /^\/cosmos\.(?:params\.v1beta1\.Query\/Subspaces|auth\.v1beta1\.Query\/ModuleAccounts):/;

async function ask(base: string, path: string, body?: unknown): Promise<Answer> {
  const r = await fetch(base + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  // Where in its source the reference made an error.
  const text = (await r.text()).replace(/ \[[\w/@.-]+\.go:\d+\]/g, '');
  try {
    return { status: r.status, json: JSON.parse(text) };
  } catch {
    return { status: r.status, json: text };
  }
}

/** Names and kinds, of lists the first entry. */
function shapeOf(v: unknown): unknown {
  if (Array.isArray(v)) return v.length === 0 ? [] : [shapeOf(v[0])];
  if (typeof v !== 'object' || v === null) return v === null ? 'null' : typeof v;
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, shapeOf(x)]));
}

const text = (v: unknown): string => JSON.stringify(v);

interface Compared {
  asked: number;
  equal: number;
  readonly shapes: string[];
  readonly values: string[];
  readonly known: string[];
}

/** Without the parts that are known to differ. */
function without(v: unknown, at: RegExp, path = ''): unknown {
  if (at.test(path)) return undefined;
  if (Array.isArray(v)) return v.map((x, i) => without(x, at, `${path}.${i}`));
  if (typeof v !== 'object' || v === null) return v;
  const entries = Object.entries(v).map(([k, x]) => [k, without(x, at, `${path}.${k}`)] as const);
  return Object.fromEntries(entries.filter(([, x]) => x !== undefined));
}

async function compareAll(chain: RestChain, paths: readonly (string | readonly [path: string, body: unknown])[]): Promise<Compared> {
  const out: Compared = { asked: 0, equal: 0, shapes: [], values: [], known: [] };
  for (const one of paths) {
    const [path, body] = typeof one === 'string' ? [one] : one;
    // One after the other: both put transactions into the same mempool.
    let theirs = await ask(chain.simdRest, path, body);
    let ours = await ask(chain.ourRest, path, body);
    out.asked++;
    const known = KNOWN_DIFFERENCES.find((k) => k.path.test(path));
    if (known !== undefined && text(ours) !== text(theirs)) {
      out.known.push(`${path}: ${known.why}`);
      [theirs, ours] = [theirs, ours].map((a) => ({ status: a.status, json: without(a.json, known.at) })) as [Answer, Answer];
    }
    const [a, b] = [ours, theirs].map(({ status, json }) => ({ status, shape: shapeOf(json) })) as [unknown, unknown];
    const shape = firstDifference(a, b);
    const value = firstDifference(ours.json, theirs.json);
    if (shape !== undefined)
      out.shapes.push(`${path} ${shape} (ours ${text(ours.json).slice(0, 160)}; simd ${theirs.status} ${text(theirs.json).slice(0, 160)})`);
    else if (value !== undefined) out.values.push(`${path} ${value}`);
    // The order of names counts as well: clients show it.
    else if (text(a) !== text(b)) out.shapes.push(`${path}: another order of names`);
    else if (known === undefined || !out.known.some((k) => k.startsWith(`${path}:`))) out.equal++;
  }
  return out;
}

/** Each in a block of its own or with others; gives the hash of the last. */
async function makeTraffic(chain: RestChain, fleet: Fleet, validator: string): Promise<string[]> {
  const accounts = Array.from({ length: ACCOUNTS }, () => fleet.take());
  const operatorOf = (address: string): string => bech32Encode('cosmosvaloper', bech32Decode(address).bytes);
  const sequences = new Map<string, bigint>();
  const hashes: string[] = [];
  for (const { from, messages, fails } of steps(accounts, CHAIN.denom, operatorOf, validator)) {
    const sequence = sequences.get(from.address) ?? 0n;
    sequences.set(from.address, sequence + 1n);
    const tx = signedTx(CHAIN, from, messages, { sequence, gas: 2_000_000n });
    const sent = await fetch(`${chain.ourRest}/cosmos/tx/v1beta1/txs`, {
      method: 'POST',
      body: JSON.stringify({ tx_bytes: toBase64(tx), mode: 'BROADCAST_MODE_SYNC' }),
    });
    const { tx_response } = (await sent.json()) as { tx_response: { code: number; raw_log: string } };
    if (tx_response.code !== 0) throw new Error(`refused: ${tx_response.raw_log}`);
    const hash = txHashHex(tx);
    const found = await waitFor(
      'the transaction in a block',
      async () => (await rpcResult<{ tx_result: { code: number; log: string } }>(chain.rpc, `tx?hash=0x${hash}`).catch(() => undefined))?.tx_result,
      30_000,
      50,
    );
    if ((found.code !== 0) !== (fails === true)) throw new Error(`code ${found.code}: ${found.log}`);
    hashes.push(hash);
  }
  return hashes;
}

export default async function restInterop(): Promise<Checks> {
  const checks = new Checks('rest');
  const simd = await peerProgram('simd');
  const folder = temporaryFolder('rest');
  const fleet = new Fleet(FUNDED, CHAIN.prefix, 1n);
  let chain: RestChain | undefined;
  try {
    const c = await startRestChain(simd, folder, CHAIN, fleet);
    chain = c;
    let hashes: string[] = [];
    let validator = '';
    await checks.run('one chain, two applications', async () => {
      const { validators } = (await ask(c.simdRest, '/cosmos/staking/v1beta1/validators')).json as { validators: { operator_address: string }[] };
      validator = validators[0]?.operator_address ?? '';
      hashes = await makeTraffic(c, fleet, validator);
      c.paired.hold();
      checks.equal(c.paired.differences, []);
      checks.note(`${hashes.length} transactions`);
    });
    // A proposal may have been made when the chain was held: what it brings is the last block.
    const { height } = await waitFor('a chain that stands still', async () => {
      const before = c.node.backend.chain.height;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return c.node.backend.chain.height === before ? { height: before } : undefined;
    });
    const [a, b, d, g, e] = fleet.accounts.map((x) => x.address) as [string, string, string, string, string];
    const found = await rpcResult<{ height: string }>(c.rpc, `tx?hash=0x${hashes[4]}`);
    const known: Known = {
      delegator: b,
      other: d,
      granter: g,
      grantee: e,
      validator,
      second: bech32Encode('cosmosvaloper', bech32Decode(a).bytes),
      consensusAddress: bech32Encode('cosmosvalcons', fromHex(c.node.validatorAddress.toLowerCase())),
      denom: CHAIN.denom,
      height: BigInt(found.height),
      tx: hashes[4] as string,
    };
    const unused = fleet.take();
    const tx = signedTx(
      CHAIN,
      unused,
      [any(MsgDelegate, { delegatorAddress: unused.address, validatorAddress: validator, amount: { denom: CHAIN.denom, amount: '5' } })],
      { gas: 500_000n },
    );
    const decoded = (await ask(c.simdRest, '/cosmos/tx/v1beta1/decode', { tx_bytes: toBase64(tx) })).json as { tx: unknown };
    const posted = [
      ['/cosmos/tx/v1beta1/simulate', { tx_bytes: toBase64(tx) }],
      ['/cosmos/tx/v1beta1/simulate', { tx: decoded.tx }],
      ['/cosmos/tx/v1beta1/simulate', { tx_bytes: toBase64(signedTx(CHAIN, unused, [], {})) }],
      ['/cosmos/tx/v1beta1/simulate', {}],
      ['/cosmos/tx/v1beta1/decode', { tx_bytes: toBase64(tx) }],
      ['/cosmos/tx/v1beta1/decode', { tx_bytes: 'AAAA' }],
      ['/cosmos/tx/v1beta1/encode', { tx: decoded.tx }],
      ['/cosmos/tx/v1beta1/txs', { tx_bytes: 'AAAA', mode: 'BROADCAST_MODE_SYNC' }],
      ['/cosmos/tx/v1beta1/txs', { tx_bytes: toBase64(signedTx(CHAIN, unused, [], {})), mode: 'BROADCAST_MODE_SYNC' }],
    ] as const;
    for (const [what, paths] of [
      ["Ping.pub's paths", pingPubPaths(known)],
      ['every GET path of the services', servicePaths(known)],
      ['what is posted', posted],
    ] as const) {
      await checks.run(what, async () => {
        const r = await compareAll(c, paths);
        checks.note(
          `height ${height}: ${r.asked} asked, ${r.equal} equal, ${r.shapes.length} of another shape, ${r.values.length} of other values, ${r.known.length} of known difference`,
        );
        for (const w of [...r.shapes, ...r.values, ...r.known]) checks.note(w);
        checks.equal(r.shapes.length + r.values.length, 0, 'answers that differ');
      });
    }
    await checks.run('every query over gRPC', async () => {
      const r = await compareGrpc(c.simdGrpc, c.ourGrpc, known);
      const wrong = r.differences.filter((w) => !KNOWN_OVER_GRPC.test(w));
      checks.note(`${r.asked} asked, ${r.answered} of them answered and not refused, ${r.asked - r.differences.length} equal byte by byte`);
      for (const w of r.differences) checks.note(w);
      checks.equal(wrong.length, 0, 'answers that differ');
    });
  } finally {
    await chain?.stop();
  }
  if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`  homes and log: ${join(folder, 'simd.log')}`);
  return checks;
}
