// Which texts are metadata of the recommended form, as Go's encoding/json decides.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { titleAndSummary } from './metadata.ts';

const T = { title: 'T', summary: 'S' };

test.each<[string, unknown]>([
  ['{"title":"T","summary":"S"}', T],
  [' { "TITLE" : "T" ,\n"ſummary"\t:"S", "details":null } ', T],
  ['{"title":"x","title":"T","summary":"S"}', T],
  ['{"title":"x","Title":"y","title":"T","summary":"S"}', T],
  ['{"title":"T","summary":"S","authors":["a",null,"b"],"other":{"deep":[[{}],1e5,-0.5,true]}}', T],
  ['{"title":"\\u0054","summary":"\\ud83d\\ude00\\ud800"}', { title: 'T', summary: '\u{1f600}\ufffd' }],
  ['{}', { title: '', summary: '' }],
  ['null', { title: '', summary: '' }],
  ['{"title":null}', { title: '', summary: '' }],
  ['{"title":1}', undefined],
  ['{"title":"T","details":{}}', undefined],
  ['{"authors":"a"}', undefined],
  ['{"authors":["a",1]}', undefined],
  ['{"authors":[["a"]]}', undefined],
  ['{"authors":{"a":"b"}}', undefined],
  ['[]', undefined],
  ['"T"', undefined],
  ['1', undefined],
  ['', undefined],
  ['ipfs://x', undefined],
  ['{"title":"T"', undefined],
  ['{"title":"T",}', undefined],
  ['{"title":"T"} x', undefined],
  ['{title:"T"}', undefined],
  ['{"title":"a\nb"}', undefined],
  ['{"title":"\\x"}', undefined],
  ['{"a":01}', undefined],
  ['{"a":[1,]}', undefined],
  ['{"a":[}', undefined],
  ['\ufeff{}', undefined],
])('%s', (text, expected) => {
  expect(titleAndSummary(text)).toEqual(expected);
});

test('nesting is limited to ten thousand, and costs no stack', () => {
  const nested = (n: number): string => `{"a":${'['.repeat(n)}${']'.repeat(n)}}`;
  expect(titleAndSummary(nested(9_999))).toEqual({ title: '', summary: '' });
  expect(titleAndSummary(nested(10_000))).toBeUndefined();
  expect(titleAndSummary('['.repeat(1_000_000))).toBeUndefined();
});

test('what JSON.parse takes is taken, what it refuses is not', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.nat(), (json, junk, at) => {
      const wrapped = `{"x":${json}}`;
      expect(titleAndSummary(wrapped)).toEqual({ title: '', summary: '' });
      const broken = wrapped.slice(0, at % wrapped.length) + junk + wrapped.slice(at % wrapped.length);
      let parsed: unknown;
      try {
        parsed = JSON.parse(broken);
      } catch {
        expect(titleAndSummary(broken)).toBeUndefined();
        return;
      }
      if (typeof parsed === 'object' && parsed !== null && Object.keys(parsed).every((k) => k === 'x')) {
        expect(titleAndSummary(broken)).toEqual({ title: '', summary: '' });
      }
    }),
  );
});
