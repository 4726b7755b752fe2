// Keys below a client hold numbers in bytes, which are no text.
import { expect, test } from 'vitest';
import { testContext } from '../../../chain/core/testing/memory-stores.ts';
import { concatBytes, utf8 } from '../../../chain/encoding/bytes.ts';
import { STORE_NAME } from './keys.ts';
import { pageBelow } from './pagination.ts';

test('a page passes over keys that are no text', () => {
  const ctx = testContext();
  const store = ctx.store(STORE_NAME);
  store.set(utf8('clients/07-tendermint-0/clientState'), Uint8Array.of(1));
  store.set(concatBytes(utf8('clients/07-tendermint-0/iterateConsensusStates'), Uint8Array.of(0, 0, 0, 200, 255)), Uint8Array.of(2));
  const page = pageBelow(
    ctx,
    'clients/',
    undefined,
    (rest) => rest,
    (rest) => rest.endsWith('/clientState'),
  );
  expect(page.results).toEqual(['07-tendermint-0/clientState']);
});
