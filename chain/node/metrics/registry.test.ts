import { expect, test } from 'vitest';
import { parseMetrics } from './parse.ts';
import { exponentialBuckets, exponentialRange, formatNumber, linearBuckets, Registry } from './registry.ts';

test('the text form: types, constant and own labels, cumulative buckets', () => {
  const r = new Registry('cometbft', { chain_id: 'a"b\\c\nd' });
  r.gauge({ name: 'consensus_height', help: 'Height of the\nchain.' }).set(12);
  const parts = r.counter({ name: 'consensus_block_parts', help: 'Parts.', labels: ['peer_id'] });
  parts.add(2, { peer_id: 'x' });
  parts.add(1, { peer_id: 'y' });
  parts.add(1, { peer_id: 'x' });
  const h = r.histogram({ name: 'state_block_processing_time', help: 'Time.', buckets: [1, 2.5] });
  for (const v of [0.5, 1, 2, 9]) h.observe(v);
  expect(r.text()).toBe(
    [
      '# HELP cometbft_consensus_block_parts Parts.',
      '# TYPE cometbft_consensus_block_parts counter',
      'cometbft_consensus_block_parts{chain_id="a\\"b\\\\c\\nd",peer_id="x"} 3',
      'cometbft_consensus_block_parts{chain_id="a\\"b\\\\c\\nd",peer_id="y"} 1',
      '# HELP cometbft_consensus_height Height of the\\nchain.',
      '# TYPE cometbft_consensus_height gauge',
      'cometbft_consensus_height{chain_id="a\\"b\\\\c\\nd"} 12',
      '# HELP cometbft_state_block_processing_time Time.',
      '# TYPE cometbft_state_block_processing_time histogram',
      'cometbft_state_block_processing_time_bucket{chain_id="a\\"b\\\\c\\nd",le="1"} 2',
      'cometbft_state_block_processing_time_bucket{chain_id="a\\"b\\\\c\\nd",le="2.5"} 3',
      'cometbft_state_block_processing_time_bucket{chain_id="a\\"b\\\\c\\nd",le="+Inf"} 4',
      'cometbft_state_block_processing_time_sum{chain_id="a\\"b\\\\c\\nd"} 12.5',
      'cometbft_state_block_processing_time_count{chain_id="a\\"b\\\\c\\nd"} 4',
      '',
    ].join('\n'),
  );
  const parsed = parseMetrics(r.text());
  expect(parsed.get('cometbft_state_block_processing_time')).toMatchObject({ type: 'histogram', labels: ['chain_id'], bounds: ['1', '2.5', '+Inf'] });
  expect(parsed.get('cometbft_consensus_block_parts')?.labels).toEqual(['chain_id', 'peer_id']);
});

test('families without own labels are there from the start, others with their first series; collectors run at each scrape', () => {
  const r = new Registry('', {});
  r.counter({ name: 'a', help: 'A.' });
  const g = r.gauge({ name: 'b', help: 'B.', labels: ['l'] });
  expect(r.text()).toBe('# HELP a A.\n# TYPE a counter\na 0\n');
  let n = 0;
  r.onCollect(() => {
    g.clear();
    g.set(++n, { l: String(n) });
  });
  r.text();
  expect(r.text()).toContain('b{l="2"} 2\n');
  expect(r.text()).not.toContain('l="1"');
  expect(() => r.gauge({ name: 'a', help: '' })).toThrow('two metrics of the name a');
});

test('bounds and numbers as client_golang has them', () => {
  expect(exponentialBuckets(1, 3, 7)).toEqual([1, 3, 9, 27, 81, 243, 729]);
  expect(linearBuckets(1, 10, 10)).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91]);
  expect(exponentialRange(0.1, 100, 8).map((b) => b.toPrecision(6))).toEqual([
    '0.100000',
    '0.268270',
    '0.719686',
    '1.93070',
    '5.17947',
    '13.8950',
    '37.2759',
    '100.000',
  ]);
  expect([1, 0.5, 1e-7, 1e21, Number.POSITIVE_INFINITY].map(formatNumber)).toEqual(['1', '0.5', '1e-07', '1e+21', '+Inf']);
});
