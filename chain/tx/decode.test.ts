// The fast way of the decoder is held to the slow one, which repeats the reference's steps, over mutated transactions (F-22). The
// reference itself is asked by test/differential/tx.ts; verdict vectors are in test/conformance/tx.ts.
import { describe, expect, it } from 'vitest';
import { TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { mutateTx, txCorpus, txEdgeCases } from '../../test/differential/support/tx-corpus.ts';
import { Random } from '../../test/fuzz/mutate.ts';
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { type DecodedTx, referenceTxDecoder, txDecoder } from './decode.ts';
import { TxDecodeError } from './errors.ts';
import { allInterfaces, interfacesOf } from './interfaces.ts';

const varint = (n: number): Uint8Array => {
  const out: number[] = [];
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) + 128);
  return Uint8Array.of(...out, n);
};

const interfaces = allInterfaces();
const decode = txDecoder(interfaces);
const decodeSlowly = referenceTxDecoder(interfaces);

function attempt(decoder: (b: Uint8Array) => DecodedTx, b: Uint8Array): DecodedTx | string {
  try {
    return decoder(b);
  } catch (e) {
    if (e instanceof TxDecodeError) return e.message;
    throw e;
  }
}

// Types hold codecs, which compare by identity.
const plain = (t: DecodedTx | string): unknown =>
  typeof t === 'string' ? t : { ...t, messages: t.messages.map((m) => ({ ...m, type: m.type.name })), publicKeys: t.publicKeys.map((k) => k?.value) };

describe('transaction decoder', () => {
  it('F-22: decodes mutated transactions the same both ways', () => {
    const random = new Random(42);
    const pool = txCorpus();
    for (let i = 0; i < 3000; i++) {
      const b = mutateTx(random, pool);
      expect(plain(attempt(decode, b))).toEqual(plain(attempt(decodeSlowly, b)));
    }
    for (const b of pool) expect(plain(attempt(decode, b))).toEqual(plain(attempt(decodeSlowly, b)));
  });

  it('gives the same verdict at the limits of depth and number', () => {
    const verdict = (t: DecodedTx | string): string => (typeof t === 'string' ? t : 'decoded');
    const verdicts = txEdgeCases().map((b) => [verdict(attempt(decode, b)), verdict(attempt(decodeSlowly, b))] as const);
    for (const [fast, slow] of verdicts) expect(fast).toBe(slow);
    expect(verdicts.map(([fast]) => fast)).toContain('recursion limit reached: tx parse error');
    expect(verdicts.map(([fast]) => fast)).toContain('call limit exceeded: tx parse error');
  });

  it('opens every message and key of the corpus', () => {
    for (const b of txCorpus()) {
      const tx = decode(b);
      expect(tx.messages.length).toBe(tx.body.messages.length);
      for (const m of tx.messages) expect(m.type.codec.encode(m.value)).toEqual(m.bytes);
    }
  });

  const verdictOf = (depth: number): string => {
    const edge = txEdgeCases()[1 + [1, 8, 9, 10, 11, 12, 200].indexOf(depth)] as Uint8Array;
    const t = attempt(decode, edge);
    return typeof t === 'string' ? t : '';
  };

  it('F-22: opens ten Anys inside of each other and no more', () => {
    expect(verdictOf(9)).toBe('');
    expect(verdictOf(10)).toBe('max depth exceeded: tx parse error');
    expect(verdictOf(200)).toBe('max depth exceeded: tx parse error');
  });

  it('F-22: refuses ten thousand Anys inside of each other, endless varints, bytes after the end and cut fields', () => {
    const refused = 'tx parse error';
    // From the inside out, so that the cost stays linear: the body's field 1 is an Any of a MsgExec, whose field 2 is an Any of a MsgExec …
    const type = utf8('/cosmos.authz.v1beta1.MsgExec');
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let i = 0; i < 10_000; i++) {
      const any = concatBytes(Uint8Array.of(0x0a), varint(type.length), type, Uint8Array.of(0x12), varint(length));
      const head = concatBytes(Uint8Array.of(i === 9_999 ? 0x0a : 0x12), varint(any.length + length), any);
      parts.push(head);
      length += head.length;
    }
    const raw = (bodyBytes: Uint8Array, more = new Uint8Array(0)): Uint8Array =>
      concatBytes(TxRaw.encode({ bodyBytes, authInfoBytes: new Uint8Array(0), signatures: [] }), more);
    const memo = Uint8Array.of(0x12, 1, 0x61);
    expect(typeof attempt(decode, raw(memo))).toBe('object');
    const overlong = Uint8Array.of(0x12, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x61);
    const cases = [
      raw(concatBytes(...parts.reverse())),
      raw(overlong),
      raw(Uint8Array.of(...memo, 0x12, 5)),
      raw(memo, Uint8Array.of(0)),
      raw(memo, Uint8Array.of(0x07)),
      raw(memo, Uint8Array.of(0x20, 1)),
      raw(Uint8Array.of(...memo, 0x70, 1)),
    ];
    expect(attempt(decode, cases[0] as Uint8Array)).toBe('recursion limit reached: tx parse error');
    for (const [i, b] of cases.entries()) {
      expect(attempt(decode, b), `case ${i}`).toContain(refused);
      expect(attempt(decodeSlowly, b), `case ${i}`).toContain(refused);
    }
    // Unknown fields from 1024 on are not critical, in the body alone.
    expect(typeof attempt(decode, raw(Uint8Array.of(...memo, 0x80, 0x40, 1)))).toBe('object');
  });

  it('keeps a memo that is not UTF-8 as it is', () => {
    const bodyBytes = Uint8Array.of(0x12, 3, 0x61, 0xff, 0x62);
    const tx = decode(TxRaw.encode({ bodyBytes, authInfoBytes: new Uint8Array(0), signatures: [] }));
    expect(tx.memoLength).toBe(3);
    expect(tx.body.memo).toBe('a\udcffb');
    expect(TxBody.encode(tx.body)).toEqual(bodyBytes);
  });

  it('measures the memo in bytes', () => {
    const bodyBytes = TxBody.encode(TxBody.from({ memo: 'é€😀' }));
    expect(decode(TxRaw.encode({ bodyBytes, authInfoBytes: new Uint8Array(0), signatures: [] })).memoLength).toBe(utf8('é€😀').length);
  });

  it('refuses messages of modules the application does not have', () => {
    const bank = txDecoder(interfacesOf(['cosmos.bank.v1beta1']));
    const [send, , , , auth] = txCorpus() as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(bank(send).messages).toHaveLength(1);
    expect(() => bank(auth)).toThrow('unable to resolve type URL /cosmos.auth.v1beta1.MsgUpdateParams');
  });
});
