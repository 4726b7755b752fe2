import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installNoble } from '../crypto/noble.ts';
import { type Proposal, proposalSignBytes } from '../types/proposal.ts';
import { verifySignature } from '../types/verify-signature.ts';
import { PRECOMMIT, PREVOTE, type Vote, voteExtensionSignBytes, voteSignBytes } from '../types/vote.ts';
import { SignError } from './errors.ts';
import { FilePrivValidator } from './file.ts';
import { ed25519FromSeed } from './private-key.ts';

installNoble();
const bytes = (n: number, v = 7): Uint8Array => new Uint8Array(n).fill(v);
const blockA = { hash: bytes(32, 1), partSetHeader: { total: 1, hash: bytes(32, 2) } };
const blockB = { hash: bytes(32, 3), partSetHeader: { total: 1, hash: bytes(32, 4) } };
const nil = { hash: bytes(0), partSetHeader: { total: 0, hash: bytes(0) } };

let dir: string;
let files: { key: string; state: string };
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'privval-'));
  files = { key: join(dir, 'priv_validator_key.json'), state: join(dir, 'priv_validator_state.json') };
});
afterEach(() => rmSync(dir, { recursive: true }));

const make = (): FilePrivValidator => FilePrivValidator.generate(files, ed25519FromSeed(bytes(32, 9)));

function vote(part: Partial<Vote> = {}): Vote {
  const base = { type: PREVOTE, height: 5n, round: 0, blockId: blockA, timestamp: 1_000n, validatorAddress: bytes(20), validatorIndex: 0 };
  return { ...base, signature: bytes(0), extension: bytes(0), extensionSignature: bytes(0), ...part };
}
const proposal = (part: Partial<Proposal> = {}): Proposal => ({
  type: 32,
  height: 5n,
  round: 0,
  polRound: -1,
  blockId: blockA,
  timestamp: 1_000n,
  signature: bytes(0),
  ...part,
});
const refused = async (run: Promise<unknown>): Promise<string> => {
  const e = await run.then(
    () => undefined,
    (x: unknown) => x,
  );
  expect(e).toBeInstanceOf(SignError);
  return (e as SignError).code;
};

test('signatures are good, and the state is on disk with them', async () => {
  const pv = make();
  const p = await pv.signProposal('c', proposal());
  expect(verifySignature(pv.pubKey, proposalSignBytes('c', p), p.signature)).toBe(true);
  const v = await pv.signVote('c', vote(), false);
  expect(verifySignature(pv.pubKey, voteSignBytes('c', v), v.signature)).toBe(true);
  expect(JSON.parse(readFileSync(files.state, 'utf8'))).toMatchObject({ height: '5', round: 0, step: 2 });
  for (const f of Object.values(files)) expect(statSync(f).mode & 0o777).toBe(0o600);
  const again = FilePrivValidator.load(files);
  expect(again.lastSigned).toEqual(pv.lastSigned);
  expect((await again.signVote('c', vote(), false)).signature).toEqual(v.signature);
});

test('a secp256k1 key signs as well', async () => {
  const pv = FilePrivValidator.generate(files, { case: 'secp256k1', value: bytes(32, 5) });
  const v = await pv.signVote('c', vote(), false);
  expect(pv.pubKey.case).toBe('secp256k1');
  expect(verifySignature(pv.pubKey, voteSignBytes('c', v), v.signature)).toBe(true);
  expect(FilePrivValidator.load(files).lastSigned).toEqual(pv.lastSigned);
});

test('only a precommit for a block has an extension, signed anew each time', async () => {
  const pv = make();
  const first = await pv.signVote('c', vote({ type: PRECOMMIT, extension: bytes(3) }), true);
  expect(verifySignature(pv.pubKey, voteExtensionSignBytes('c', first), first.extensionSignature)).toBe(true);
  const second = await pv.signVote('c', vote({ type: PRECOMMIT, extension: bytes(4) }), true);
  expect(second.signature).toEqual(first.signature);
  expect(verifySignature(pv.pubKey, voteExtensionSignBytes('c', second), second.extensionSignature)).toBe(true);
  expect((await pv.signVote('c', vote({ type: PRECOMMIT, round: 1 }), true)).extensionSignature.length).toBe(64);
  expect((await pv.signVote('c', vote({ type: PRECOMMIT, round: 2 }), false)).extensionSignature.length).toBe(0);
  expect((await pv.signVote('c', vote({ type: PRECOMMIT, round: 3, blockId: nil }), true)).extensionSignature.length).toBe(0);
  expect(await refused(pv.signVote('c', vote({ round: 4, extension: bytes(1) }), true))).toBe('unexpected-extension');
  expect(await refused(pv.signVote('c', vote({ type: PRECOMMIT, round: 4, blockId: nil, extension: bytes(1) }), true))).toBe('unexpected-extension');
});

test('F-17: going back, or signing something else at the same place, is refused', async () => {
  const pv = make();
  await pv.signVote('c', vote({ height: 5n, round: 2, type: PREVOTE }), false);
  expect(await refused(pv.signVote('c', vote({ height: 4n, round: 9, type: PRECOMMIT }), false))).toBe('height-regression');
  expect(await refused(pv.signVote('c', vote({ round: 1, type: PRECOMMIT }), false))).toBe('round-regression');
  expect(await refused(pv.signProposal('c', proposal({ round: 2 })))).toBe('step-regression');
  expect(await refused(pv.signVote('c', vote({ round: 2, blockId: blockB }), false))).toBe('conflicting-data');
  expect(await refused(pv.signVote('c', vote({ round: 2, blockId: nil }), false))).toBe('conflicting-data');
  expect(await refused(pv.signVote('d', vote({ round: 2 }), false))).toBe('conflicting-data');
  // The refusals changed nothing.
  await pv.signVote('c', vote({ round: 2, type: PRECOMMIT }), false);
});

test('the same vote at another time gets its old time and signature', async () => {
  const pv = make();
  const first = await pv.signVote('c', vote(), false);
  const later = await pv.signVote('c', vote({ timestamp: 9_999n }), false);
  expect(later).toEqual(first);
  const p = await pv.signProposal('c', proposal({ round: 1 }));
  expect(await pv.signProposal('c', proposal({ round: 1, timestamp: 5n }))).toEqual(p);
  expect(await refused(pv.signProposal('c', proposal({ round: 1, timestamp: 5n, polRound: 0 })))).toBe('conflicting-data');
});

test('no sequence of requests gives two signatures for one place', async () => {
  const request = fc.record({
    height: fc.bigInt({ min: 1n, max: 3n }),
    round: fc.nat(2),
    step: fc.constantFrom(1, 2, 3),
    block: fc.constantFrom(blockA, blockB, nil),
    timestamp: fc.bigInt({ min: 0n, max: 3n }),
    restart: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 25 }), async (requests) => {
      rmSync(files.key, { force: true });
      let pv = make();
      const signed = new Map<string, string>();
      for (const r of requests) {
        if (r.restart) pv = FilePrivValidator.load(files);
        const at = { height: r.height, round: r.round, timestamp: r.timestamp, blockId: r.block };
        let message: string;
        try {
          if (r.step === 1) {
            const p = await pv.signProposal('c', proposal({ ...at, blockId: r.block === nil ? blockA : r.block }));
            message = String(proposalSignBytes('c', p));
          } else {
            const v = await pv.signVote('c', vote({ ...at, type: r.step === 2 ? PREVOTE : PRECOMMIT }), false);
            message = String(voteSignBytes('c', v));
          }
        } catch (e) {
          expect(e).toBeInstanceOf(SignError);
          continue;
        }
        const place = `${r.height}/${r.round}/${r.step}`;
        expect(signed.get(place) ?? message).toBe(message);
        signed.set(place, message);
      }
    }),
    { numRuns: 15 },
  );
}, 20_000);

test('a state that cannot be written stops the signer for good', async () => {
  const pv = make();
  rmSync(dir, { recursive: true });
  expect(await refused(pv.signVote('c', vote(), false))).toBe('write-failed');
  dir = mkdtempSync(join(tmpdir(), 'privval-'));
  expect(await refused(pv.signVote('c', vote({ height: 6n }), false))).toBe('write-failed');
});

test('F-36: any flipped bit in the key or the state file is found, and the file named', { timeout: 120_000 }, async () => {
  const pv = make();
  await pv.signVote('c', vote(), false);
  for (const path of Object.values(files)) {
    const good = readFileSync(path);
    // Every byte, one bit each, in turn all eight: some 8 kbit of files would take long with the portable signature check.
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] as number) ^ (1 << (at % 8));
      // White space for white space changes nothing that is read.
      if (/^\s$/.test(String.fromCharCode(bad[at] as number)) && /^\s$/.test(String.fromCharCode(good[at] as number))) continue;
      writeFileSync(path, bad);
      expect(() => FilePrivValidator.load(files), `${path} byte ${at}`).toThrow(expect.objectContaining({ name: 'KeyFileError', path }));
    }
    writeFileSync(path, good);
  }
  FilePrivValidator.load(files);
});

test('missing, cut off, oversized and foreign files are named', async () => {
  expect(() => FilePrivValidator.load(files)).toThrow(/priv_validator_key.json: the validator key file is missing/);
  const pv = make();
  await pv.signVote('c', vote(), false);
  expect(() => make()).toThrow(/not overwritten/);
  const state = readFileSync(files.state, 'utf8');
  rmSync(files.state);
  expect(() => FilePrivValidator.load(files)).toThrow(/priv_validator_state.json: the validator state file is missing/);
  for (const text of [
    '',
    '{',
    '[]',
    state.slice(0, 100),
    state.replace('"height": "5"', '"height": "4"'),
    state.replace('"step": 2', '"step": 3'),
    `${state}x`,
  ]) {
    writeFileSync(files.state, text);
    expect(() => FilePrivValidator.load(files), text).toThrow(/the validator state file is corrupt/);
  }
  writeFileSync(files.state, ' '.repeat(2_000_000));
  expect(() => FilePrivValidator.load(files)).toThrow(/too many/);
  // Another order of the fields and other white space are the same state.
  writeFileSync(files.state, JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(state)).reverse())));
  expect(FilePrivValidator.load(files).lastSigned).toEqual(pv.lastSigned);
  // The state of another key is not this key's.
  rmSync(files.key);
  FilePrivValidator.generate(files, ed25519FromSeed(bytes(32, 8)));
  writeFileSync(files.state, state);
  expect(() => FilePrivValidator.load(files)).toThrow(/not this key's/);
  FilePrivValidator.resetState(files.state);
  expect(FilePrivValidator.load(files).lastSigned.height).toBe(0n);
});
