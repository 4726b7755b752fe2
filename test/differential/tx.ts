// Our transaction decoder beside the reference's, over mutated transactions (F-22): verdict and code, sign bytes, signers and JSON must be
// equal. `node test/differential/tx.ts [--runs N] [--seed S]`; needs Go, builds tx-peer with the versions of ../shared/peers/simd.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AddressCodec } from '../../chain/core/address.ts';
import { messageSigners } from '../../chain/core/signers.ts';
import { fromHex, fromUtf8, toHex } from '../../chain/encoding/bytes.ts';
import { type DecodedTx, referenceTxDecoder, txDecoder } from '../../chain/tx/decode.ts';
import { TxDecodeError, TxError } from '../../chain/tx/errors.ts';
import { allInterfaces } from '../../chain/tx/interfaces.ts';
import { signBytes } from '../../chain/tx/sign-bytes.ts';
import { Tx } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { toJsonText } from '../../proto/json.ts';
import { Random } from '../fuzz/mutate.ts';
import { mutateTx, txCorpus, txEdgeCases } from './support/tx-corpus.ts';

interface Answer {
  readonly code: number;
  readonly error?: string;
  readonly amino?: string;
  readonly aminoError?: string;
  readonly direct?: string;
  readonly aux?: string;
  readonly json?: string;
  readonly signers?: string;
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } });
const here = fileURLToPath(new URL('.', import.meta.url));

function buildPeer(): string | undefined {
  const modules = `${here}../../../shared/peers/simd`;
  if (!existsSync(`${modules}/go.mod`) || spawnSync('go', ['version']).status !== 0) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'tx-peer-'));
  for (const f of ['go.mod', 'go.sum']) cpSync(`${modules}/${f}`, join(dir, f));
  const out = join(homedir(), '.cache/trellis-peers/bin/tx-peer');
  execFileSync('go', ['build', '-mod=mod', `-modfile=${dir}/go.mod`, '-o', out, '.'], { cwd: `${here}tx-peer`, stdio: ['ignore', 'inherit', 'inherit'] });
  return out;
}

const interfaces = allInterfaces();
const decode = txDecoder(interfaces);
const decodeSlowly = referenceTxDecoder(interfaces);
const SIGNER = { address: 'cosmos1sdns00rg6ten5ux48f8nzdmkl2kjd5jz2dzu66', chainId: 'diff-1', accountNumber: 7n, sequence: 9n };

function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (e) {
    if (e instanceof TxError || e instanceof TxDecodeError) return undefined;
    throw e;
  }
}

function ours(bytes: Uint8Array): { answer: Answer; tx: DecodedTx | undefined } {
  let tx: DecodedTx;
  try {
    tx = decode(bytes);
  } catch (e) {
    if (!(e instanceof TxDecodeError)) throw e;
    return { answer: { code: e.code, error: e.message }, tx: undefined };
  }
  const amino = attempt(() => fromUtf8(signBytes(127, tx, SIGNER, () => '')));
  return {
    tx,
    answer: { code: 0, direct: toHex(signBytes(1, tx, SIGNER, () => '')), ...(amino === undefined ? {} : { amino }) },
  };
}

/** What differs; '' for nothing. */
function compare(bytes: Uint8Array, peer: Answer): string {
  const { answer, tx } = ours(bytes);
  if (answer.code !== peer.code) return `code ${answer.code} (${answer.error ?? ''}), theirs ${peer.code} (${peer.error ?? ''})`;
  const slowly = attempt(() => decodeSlowly(bytes)) === undefined ? 2 : 0;
  if (slowly !== answer.code) return `the slow way says ${slowly}, the fast one ${answer.code}`;
  if (tx === undefined) return '';
  // A panic of the reference on a transaction without fee or key is the ante handler's matter. Which messages its amino encoder reads
  // with a library that insists on UTF-8 depends on what is linked into the program.
  if (peer.aminoError?.startsWith('panic') === true || peer.aminoError?.includes('invalid UTF-8') === true) return '';
  if (peer.direct !== answer.direct) return `direct ${answer.direct}, theirs ${peer.direct}`;
  if (peer.amino !== answer.amino) return `amino ${answer.amino}, theirs ${peer.amino ?? peer.aminoError}`;
  const signers = signersOf(tx);
  // Without a fee payer the reference looks for the first signer, and panics where there is none.
  if (signers !== undefined && signers !== 'error' && signers !== '') {
    const first = addresses.toString(fromHex(signers.split(',')[0] as string));
    const aux = attempt(() => toHex(signBytes(3, tx, { ...SIGNER, publicKey: { typeUrl: '/k', value: Uint8Array.of(1, 2) } }, () => first)));
    if (aux !== peer.aux) return `aux ${aux}, theirs ${peer.aux}`;
  }
  if (signers !== undefined && signers !== (peer.signers ?? '')) return `signers ${signers}, theirs ${peer.signers}`;
  const text = toJsonText(Tx, { body: tx.body, authInfo: tx.authInfo, signatures: tx.signatures });
  if (peer.json !== undefined && peer.json !== text) return `json ${text}\ntheirs ${peer.json}`;
  return '';
}

const addresses = new AddressCodec('cosmos');

/** As the peer writes them; undefined where a message is signed by a validator's address, whose prefix modules/auth does not know yet. */
function signersOf(tx: DecodedTx): string | undefined {
  const byValidator = (m: DecodedTx['messages'][number]): boolean =>
    (m.type.meta.signers ?? []).some((s) => m.type.byName.get(s)?.extra.scalar === 'cosmos.ValidatorAddressString');
  if (tx.messages.some(byValidator)) return undefined;
  const seen = new Set<string>();
  try {
    if (tx.hasInvalidUtf8) return 'error';
    for (const m of tx.messages) for (const a of messageSigners(m.type, m.value, addresses)) seen.add(toHex(a));
    const payer = tx.authInfo.fee?.payer ?? '';
    if (payer !== '') seen.add(toHex(addresses.toBytes(payer)));
  } catch {
    return 'error';
  }
  return [...seen].map((a) => `${a},`).join('');
}

const peerPath = buildPeer();
if (peerPath === undefined) {
  console.log('differential tx: skipped, Go or the peers are missing');
} else {
  const peer = spawn(peerPath, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const random = new Random(Number(values.seed));
  const pool = txCorpus();
  const first = [...pool, ...txEdgeCases()];
  const runs = Math.max(Number(values.runs), first.length);
  const counts = { accepted: 0, refused: 0, sameText: 0 };
  let failures = 0;
  const BATCH = 64;
  for (let done = 0; done < runs && failures < 20; ) {
    const batch = Array.from({ length: Math.min(BATCH, runs - done) }, (_, i) => first[done + i] ?? mutateTx(random, pool));
    for (const b of batch) peer.stdin.write(`${toHex(b)}\n`);
    for (const b of batch) {
      const answer = JSON.parse((await lines.next()).value as string) as Answer;
      const why = compare(b, answer);
      if (answer.code === 0) counts.accepted++;
      else counts.refused++;
      if (answer.error !== undefined && ours(b).answer.error === answer.error) counts.sameText++;
      if (why === '') continue;
      failures++;
      console.log(`DIFFERS ${toHex(b).slice(0, 6000)}\n  ${why.slice(0, 3000)}`);
    }
    done += batch.length;
  }
  peer.stdin.end();
  console.log(
    `differential tx: ${runs} transactions, seed ${values.seed}: ${counts.accepted} accepted, ${counts.refused} refused (${counts.sameText} with the same text), ${failures} differ`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}
