import { expect, test } from 'vitest';
import { toBase64, toHexUpper } from '../encoding/bytes.ts';
import { formatTime } from '../encoding/time.ts';
import { DEFAULT_CONSENSUS_PARAMS } from './consensus-params.ts';
import { genesisToJson, genesisToSimdJson, genesisValidatorSet, parseGenesis } from './genesis.ts';
import { testKey, testValidator } from './testing/arbitraries.ts';

const key = toBase64(testKey(1).value);
const validator = { address: toHexUpper(testValidator(1, 1n).address), pub_key: { type: 'tendermint/PubKeyEd25519', value: key }, power: '10', name: 'v' };
const params = JSON.parse(genesisToJson(parseGenesis('{"chain_id":"c","genesis_time":"2026-01-01T00:00:00Z"}'))).consensus_params;
const comet = {
  genesis_time: '2026-01-02T03:04:05.000000006Z',
  chain_id: 'trellis-local-1',
  initial_height: '7',
  consensus_params: params,
  validators: [validator],
  app_hash: 'AB',
  app_state: { bank: { n: 1 } },
};
const { consensus_params: _p, validators: _v, ...shared } = comet;
const simd = { ...shared, app_name: 'simd', app_version: '1', initial_height: 7, app_hash: 'qw==', consensus: { params, validators: [validator] } };

test('both forms give one document', () => {
  const a = parseGenesis(JSON.stringify(comet));
  const b = parseGenesis(JSON.stringify(simd));
  expect(b).toEqual(a);
  expect(a.initialHeight).toBe(7n);
  expect(toHexUpper(a.appHash)).toBe('AB');
  expect(formatTime(a.genesisTime)).toBe(comet.genesis_time);
  expect(genesisValidatorSet(a).totalVotingPower).toBe(10n);
  expect(JSON.parse(genesisToJson(a))).toEqual(comet);
  expect(parseGenesis(genesisToJson(a, '  '))).toEqual({ ...a, appState: '{\n    "bank": {\n      "n": 1\n    }\n  }' });
  expect(parseGenesis(genesisToSimdJson(a, 'simd', '1')).validators).toEqual(a.validators);
});

test('the state reaches the application byte for byte', () => {
  const state = '{ "big": 123456789012345678901234567890, "a":\n"\\u003c<" , "x": 1.50, "x": 2 }';
  const doc = parseGenesis(`{"chain_id":"c","genesis_time":"2026-01-01T00:00:00Z","app_state":${state}}`);
  expect(doc.appState).toBe(state);
  expect(genesisToJson(doc)).toContain('{"big":123456789012345678901234567890,"a":"\\u003c<","x":1.50,"x":2}');
});

test('a height beyond 2^53 is exact in either form', () => {
  const doc = (height: string): bigint => parseGenesis(`{"chain_id":"c","genesis_time":"2026-01-01T00:00:00Z","initial_height":${height}}`).initialHeight;
  expect(doc('9007199254740993')).toBe(9_007_199_254_740_993n);
  expect(doc('"9007199254740993"')).toBe(9_007_199_254_740_993n);
  expect(doc('"0"')).toBe(1n);
  for (const bad of ['1.5', '1e3', '"x"', '99999999999999999999', 'true', '-1', '9223372036854775808'])
    expect(() => doc(bad)).toThrow(expect.objectContaining({ name: 'TypesError' }));
});

test('a document that would be misread is refused with the place', () => {
  const cases: [unknown, RegExp][] = [
    [{ ...comet, consensus: { params } }, /unknown field "consensus_params" in a document of simd's form/],
    [{ ...comet, extra: 1 }, /unknown field "extra" in a document of CometBFT's form/],
    [{ ...comet, consensus_params: { ...params, params } }, /unknown "params" in consensus_params/],
    [{ ...comet, consensus_params: { ...params, block: { ...params.block, max_size: '1' } } }, /unknown "max_size" in consensus_params.block/],
    [{ ...simd, consensus: { params, more: 1 } }, /unknown field "more" in consensus/],
    [{ ...comet, consensus_params: { ...params, block: { max_bytes: '0', max_gas: '-1' } } }, /MaxBytes cannot be 0/],
    [{ ...comet, consensus_params: { block: params.block } }, /MaxAgeNumBlocks/],
    [{ ...comet, chain_id: '' }, /chain_id is missing/],
    [{ ...comet, chain_id: 'c'.repeat(51) }, /too long/],
    [{ ...comet, chain_id: 5 }, /chain_id: expected a string/],
    [{ ...comet, genesis_time: undefined }, /genesis_time is missing/],
    [{ ...comet, genesis_time: '2026-01-02T03:04:05+01:00' }, /end with Z/],
    [{ ...comet, validators: [{ ...validator, power: '0' }] }, /no voting power/],
    [{ ...comet, validators: [{ ...validator, power: '-5' }] }, /negative power/],
    [{ ...comet, validators: [{ ...validator, power: 10 }] }, /validators\[0\].power/],
    [{ ...comet, validators: [{ ...validator, address: '00'.repeat(20) }] }, /incorrect address/],
    [{ ...comet, validators: [{ ...validator, pub_key: null }] }, /no pub_key/],
    [{ ...comet, validators: [validator, validator] }, /duplicate entry/],
    [{ ...comet, validators: [{ ...validator, pub_key: { type: 'tendermint/PubKeyRsa', value: key } }] }, /unknown key type/],
    [[], /expected an object/],
  ];
  for (const [doc, why] of cases) expect(() => parseGenesis(JSON.stringify(doc))).toThrow(why);
  for (const text of ['', '{', 'null', '"x"', '{"chain_id"}', `${JSON.stringify(comet)} x`])
    expect(() => parseGenesis(text)).toThrow(expect.objectContaining({ name: 'TypesError' }));
});

test('missing parts get their defaults', () => {
  const doc = parseGenesis('{"chain_id":"c"}', 42n);
  expect(doc).toMatchObject({ genesisTime: 42n, initialHeight: 1n, consensusParams: DEFAULT_CONSENSUS_PARAMS, validators: [], appState: '' });
  const noAddress = parseGenesis(JSON.stringify({ ...comet, validators: [{ ...validator, address: '' }] }));
  expect(toHexUpper(noAddress.validators[0]?.address ?? new Uint8Array(0))).toBe(validator.address);
});
