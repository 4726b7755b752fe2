import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toHex } from '../../encoding/bytes.ts';
import { installNative } from '../../native/install.ts';
import { ZERO_BLOCK_ID } from '../../types/block-id.ts';
import type { Proposal } from '../../types/proposal.ts';
import { verifySignature } from '../../types/verify-signature.ts';
import { PRECOMMIT, PREVOTE, type Vote, voteExtensionSignBytes, voteSignBytes } from '../../types/vote.ts';
import { FilePrivValidator } from '../file.ts';
import { generateEd25519 } from '../private-key.ts';
import { parseSignerAddress, type SignerAddress } from './address.ts';
import { readDelimited, SocketChannel } from './channel.ts';
import { RemoteValidator } from './remote-validator.ts';
import { secretConnection } from './secret-connection.ts';
import { SignerServer } from './signer-server.ts';

installNative(() => {});
const CHAIN = 'remote-signer-test';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const c of closers.splice(0).reverse()) await c();
});

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'signer-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const BLOCK = { hash: hash(1), partSetHeader: { total: 1, hash: hash(2) } };
const EMPTY = new Uint8Array(0);
const vote = (height: bigint, change: Partial<Vote> = {}): Vote => ({
  type: PREVOTE,
  height,
  round: 0,
  blockId: BLOCK,
  timestamp: 1_700_000_000_000_000_000n,
  validatorAddress: new Uint8Array(20).fill(3),
  validatorIndex: 0,
  signature: EMPTY,
  extension: EMPTY,
  extensionSignature: EMPTY,
  ...change,
});
const proposal = (height: bigint): Proposal => ({ type: 32, height, round: 0, polRound: -1, blockId: BLOCK, timestamp: 5n, signature: EMPTY });

interface Log {
  readonly lines: string[];
  has(text: string): Promise<void>;
  info(m: string, f?: object): void;
  warn(m: string, f?: object): void;
}
function log(): Log {
  const lines: string[] = [];
  const waiting: { text: string; done: () => void }[] = [];
  const add = (m: string, f: object = {}): void => {
    lines.push(`${m} ${JSON.stringify(f)}`);
    for (const w of waiting) if (lines.at(-1)?.includes(w.text)) w.done();
  };
  const has = (text: string): Promise<void> =>
    lines.some((l) => l.includes(text)) ? Promise.resolve() : new Promise((done) => void waiting.push({ text, done: () => done() }));
  return { lines, info: add, warn: add, has };
}

/** A free port that nobody listens on. */
async function freeAddress(kind: 'tcp' | 'unix'): Promise<SignerAddress> {
  if (kind === 'unix') return { kind, path: join(tempDir(), 'signer.sock') };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { kind, host: '127.0.0.1', port };
}

function startSigner(address: SignerAddress, key: FilePrivValidator, l: Log = log()): SignerServer {
  const server = new SignerServer({ address, chainId: CHAIN, signer: key, connectionKey: generateEd25519(), logger: l, onFailure: (e) => l.warn(e.message) });
  server.start();
  closers.push(() => server.stop());
  return server;
}

const newKey = (): FilePrivValidator => {
  const dir = tempDir();
  return FilePrivValidator.generate({ key: join(dir, 'key.json'), state: join(dir, 'state.json') });
};

async function openValidator(address: SignerAddress, l: Log = log(), change: object = {}): Promise<RemoteValidator> {
  const v = await RemoteValidator.open({ address, chainId: CHAIN, connectionKey: generateEd25519(), logger: l, startMs: 10_000, ...change });
  closers.push(() => v.close());
  return v;
}

describe.each(['tcp', 'unix'] as const)('%s', (kind) => {
  test('votes, proposals and extensions are signed as by the file itself', async () => {
    const address = await freeAddress(kind);
    const key = newKey();
    startSigner(address, key);
    const v = await openValidator(address);
    expect(await v.getPubKey()).toEqual(key.pubKey);
    for (let h = 1n; h <= 20n; h++) {
      expect((await v.signProposal(CHAIN, proposal(h))).signature).toHaveLength(64);
      const signed = await v.signVote(CHAIN, vote(h), false);
      expect(verifySignature(key.pubKey, voteSignBytes(CHAIN, signed), signed.signature)).toBe(true);
      // Longer than a frame of the connection.
      const extension = new Uint8Array(5000).fill(Number(h));
      const precommit = await v.signVote(CHAIN, vote(h, { type: PRECOMMIT, extension }), true);
      expect(verifySignature(key.pubKey, voteExtensionSignBytes(CHAIN, precommit), precommit.extensionSignature)).toBe(true);
    }
    expect((await v.signVote(CHAIN, vote(21n, { type: PRECOMMIT }), false)).extensionSignature).toHaveLength(0);
    // The same vote again, later: the old timestamp and signature come back.
    const late = await v.signVote(CHAIN, vote(21n, { type: PRECOMMIT, timestamp: 1_800_000_000_000_000_000n }), false);
    expect(late.timestamp).toBe(vote(21n).timestamp);
  });

  test('a refusal keeps the connection; a second signer is turned away', async () => {
    const address = await freeAddress(kind);
    const nodeLog = log();
    startSigner(address, newKey());
    const v = await openValidator(address, nodeLog);
    await v.signVote(CHAIN, vote(7n), false);
    await expect(v.signVote(CHAIN, vote(6n), false)).rejects.toMatchObject({ code: 'remote-refusal', message: expect.stringContaining('height regression') });
    await expect(v.signVote(CHAIN, vote(7n, { blockId: ZERO_BLOCK_ID }), false)).rejects.toMatchObject({ code: 'remote-refusal' });
    await expect(v.signVote('another-chain', vote(9n), false)).rejects.toMatchObject({ code: 'remote-refusal' });
    expect(v.isConnected).toBe(true);
    startSigner(address, newKey());
    await nodeLog.has('turned away a second signer');
    expect((await v.signVote(CHAIN, vote(8n), false)).signature).toHaveLength(64);
    expect(nodeLog.lines.filter((l) => l.startsWith('a signer has connected'))).toHaveLength(1);
  });

  test('a signer that restarts inside a round: the request waits for it', async () => {
    const address = await freeAddress(kind);
    const key = newKey();
    const first = startSigner(address, key);
    const nodeLog = log();
    const v = await openValidator(address, nodeLog);
    await first.stop();
    await nodeLog.has('the signer is gone');
    const pending = v.signVote(CHAIN, vote(3n), false);
    startSigner(address, key);
    expect((await pending).signature).toHaveLength(64);
  });

  test('a signer with another key is turned away after a restart of the signer', async () => {
    const address = await freeAddress(kind);
    const first = startSigner(address, newKey());
    const nodeLog = log();
    const v = await openValidator(address, nodeLog, { retryMs: 0, timeouts: { requestMs: 5000, acceptMs: 50 } });
    await first.stop();
    const other = startSigner(address, newKey());
    await nodeLog.has('another key');
    await other.stop();
    await expect(v.signVote(CHAIN, vote(1n), false)).rejects.toMatchObject({ code: 'remote-unavailable' });
  });
});

test('noise of strangers disturbs nobody', async () => {
  const address = await freeAddress('tcp');
  if (address.kind !== 'tcp') throw new Error('unreachable');
  const nodeLog = log();
  const opening = openValidator(address, nodeLog, { timeouts: { requestMs: 2000, acceptMs: 2000 } });
  for (const bytes of [Uint8Array.of(255, 255, 255, 255, 255, 255), new Uint8Array(3000), Uint8Array.of(2, 10, 0), new Uint8Array(0)]) {
    const stranger = connect({ host: address.host, port: address.port });
    await new Promise<void>((resolve, reject) => {
      stranger.on('error', reject);
      stranger.on('connect', () => stranger.end(bytes));
      stranger.on('close', () => resolve());
      stranger.resume();
    });
  }
  const lowOrder = connect({ host: address.host, port: address.port });
  // An all-zero ephemeral key: the shared secret would be known to all.
  lowOrder.write(Uint8Array.of(34, 10, 32, ...new Uint8Array(32)));
  lowOrder.resume();
  await nodeLog.has('low order point');
  startSigner(address, newKey());
  expect((await (await opening).signVote(CHAIN, vote(1n), false)).signature).toHaveLength(64);
});

test('the connection proves both keys, and a changed frame ends it', async () => {
  const [a, b] = [generateEd25519(), generateEd25519()];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const accepted = new Promise<SocketChannel>((resolve) => server.once('connection', (s) => resolve(new SocketChannel(s))));
  const dialled = new SocketChannel(connect((server.address() as { port: number }).port, '127.0.0.1'));
  const plain = await accepted;
  const [x, y] = await Promise.all([secretConnection(plain, a), secretConnection(dialled, b)]);
  closers.push(() => x.close());
  expect([toHex(x.remoteKey?.value as Uint8Array), toHex(y.remoteKey?.value as Uint8Array)]).toEqual([toHex(b.value.slice(32)), toHex(a.value.slice(32))]);
  const data = Uint8Array.from({ length: 3000 }, (_, i) => i);
  await y.write(data);
  expect(await x.read(3000)).toEqual(data);
  await plain.write(new Uint8Array(1044));
  await expect(readDelimited(y, 10)).rejects.toThrow('does not decrypt');
});

test('no signer: the start fails with the reason', async () => {
  await expect(openValidator(await freeAddress('tcp'), log(), { startMs: 20 })).rejects.toThrow('no signer has dialled in for 20 ms');
});

test('addresses', () => {
  expect(parseSignerAddress('tcp://127.0.0.1:26659')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 26659 });
  expect(parseSignerAddress(':26659')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 26659 });
  expect(parseSignerAddress('unix:///run/s.sock')).toEqual({ kind: 'unix', path: '/run/s.sock' });
  for (const bad of ['', 'tcp://x', 'noise://id@1.2.3.4:5', 'tcp://1.2.3.4:99999']) expect(() => parseSignerAddress(bad)).toThrow(RangeError);
});
