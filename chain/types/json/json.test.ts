import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TypesError } from '../errors.ts';
import { anyCommit, anyHeader, anyVote } from '../testing/arbitraries.ts';
import { jBlock, jEvidence } from './block.ts';
import { jConsensusVersion, jHeader } from './header.ts';
import { fromJson, type JsonCodec, jBase64, jHex, jInt32, jInt64, jTime, jUint32, jUint64, parseJson } from './json-codec.ts';
import { jPublicKey } from './keys.ts';
import { goJson, rawFields, respaceJson } from './raw.ts';
import { jBitArray, jCommit, jVote } from './votes.ts';

const through = <T>(codec: JsonCodec<T>, v: T): T => parseJson(codec, JSON.stringify(codec.to(v)));

test('values come back from their JSON', () => {
  const check = <T>(any: fc.Arbitrary<T>, codec: JsonCodec<T>): void => {
    fc.assert(
      fc.property(any, (v) => {
        expect(through(codec, v)).toEqual(v);
      }),
    );
  };
  check(anyHeader, jHeader);
  check(anyVote, jVote);
  check(anyCommit, jCommit);
});

test('the forms of CometBFT', () => {
  expect(jConsensusVersion.to({ block: 11n, app: 0n })).toEqual({ block: '11' });
  expect(jBase64.to(new Uint8Array(0))).toBeNull();
  expect(jHex.to(Uint8Array.of(171))).toBe('AB');
  expect(jTime.to(1_600_000_000_120_000_000n)).toBe('2020-09-13T12:26:40.12Z');
  expect(fromJson(jBitArray, 'x_x').count()).toBe(2);
});

test('missing and null are zero, as in Go', () => {
  expect(fromJson(jHeader, {})).toEqual(fromJson(jHeader, null));
  expect(fromJson(jHeader, {}).height).toBe(0n);
  expect(fromJson(jBlock, { evidence: { evidence: null }, data: { txs: null } }).data.txs).toEqual([]);
});

test('values of another kind are refused, and the place named', () => {
  const bad: [JsonCodec<unknown>, unknown, RegExp][] = [
    [jInt64 as JsonCodec<unknown>, 5, /expected a 64-bit integer as a string, got 5/],
    [jInt64 as JsonCodec<unknown>, '9223372036854775808', /does not fit/],
    [jInt64 as JsonCodec<unknown>, '05', /expected/],
    [jInt64 as JsonCodec<unknown>, ' 5', /expected/],
    [jUint64 as JsonCodec<unknown>, '-1', /does not fit/],
    [jInt32 as JsonCodec<unknown>, '5', /expected an int32, got "5"/],
    [jInt32 as JsonCodec<unknown>, 2 ** 31, /expected an int32/],
    [jUint32 as JsonCodec<unknown>, -1, /expected an uint32/],
    [jUint32 as JsonCodec<unknown>, 0.5, /expected an uint32/],
    [jHex as JsonCodec<unknown>, 'abc', /odd length/],
    [jHex as JsonCodec<unknown>, '0x', /invalid digit/],
    [jBase64 as JsonCodec<unknown>, 'AA', /base64/],
    [jTime as JsonCodec<unknown>, '2020-09-13T12:26:40+01:00', /end with Z/],
    [jTime as JsonCodec<unknown>, '2020-02-30T12:26:40Z', /no such date/],
    [jHeader as JsonCodec<unknown>, [], /expected an object, got a list/],
    [jHeader as JsonCodec<unknown>, { last_block_id: { parts: { total: '1' } } }, /last_block_id.parts.total: expected an uint32/],
    [jCommit as JsonCodec<unknown>, { signatures: [{}, { block_id_flag: 256 }] }, /signatures\[1\].block_id_flag/],
    [jPublicKey as JsonCodec<unknown>, { type: 'tendermint/PubKeyEd25519', value: 'AA==' }, /invalid key length/],
    [jEvidence as JsonCodec<unknown>, { type: 'x', value: {} }, /unknown type "x"/],
    [jEvidence as JsonCodec<unknown>, { type: 'tendermint/DuplicateVoteEvidence' }, /value: missing/],
    [jBlock as JsonCodec<unknown>, { evidence: { evidence: [null] } }, /null/],
    [jBitArray as JsonCodec<unknown>, 'xy', /string of _ and x/],
  ];
  for (const [codec, value, why] of bad) {
    expect(() => fromJson(codec, value), JSON.stringify(value)).toThrow(why);
    expect(() => fromJson(codec, value)).toThrow(TypesError);
  }
  expect(() => parseJson(jHeader, '{')).toThrow(/not valid JSON/);
  // An own name, not one of Object.prototype.
  expect(fromJson(jHeader, JSON.parse('{"__proto__":{"height":"5"}}')).height).toBe(0n);
});

test('re-spacing keeps every literal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t', '   '), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(respaceJson(text)).toBe(JSON.stringify(value));
      expect(respaceJson(text, '  ')).toBe(JSON.stringify(value, null, 2));
    }),
  );
  expect(respaceJson('[ 1.50 , 1e400,"a b\\" ]" ,{ } ]')).toBe('[1.50,1e400,"a b\\" ]",{}]');
});

test('fields as text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (o) => {
      const fields = rawFields(JSON.stringify(o, null, 1));
      expect(Object.fromEntries([...fields].map(([k, raw]) => [k, JSON.parse(raw)]))).toEqual(JSON.parse(JSON.stringify(o)));
    }),
  );
  expect(rawFields('{"a":1,"a":2}').get('a')).toBe('2');
  for (const bad of ['', '[]', '"x"', '{"a":1', '{"a":1}}']) expect(() => rawFields(bad)).toThrow(TypesError);
});

test("Go's escapes", () => {
  expect(goJson({ a: '<&>\u2028' })).toBe('{"a":"\\u003c\\u0026\\u003e\\u2028"}');
});
