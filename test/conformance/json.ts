// header-tmrs: headers in the JSON of Tendermint's RPC. The known hash is that of tendermint-rs' own test; the older header has fields that
// are gone and, under its protocol 10, another hash, so it is read only.
import { deepEqual, equal } from 'node:assert/strict';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { headerHash } from '../../chain/types/header.ts';
import { jHeader } from '../../chain/types/json/header.ts';
import { fromJson, parseJson } from '../../chain/types/json/json-codec.ts';
import type { Handlers } from './runner.ts';

/** tendermint-rs tendermint/src/block/header.rs, test header_hashing. */
const KNOWN_HASH = 'F30A71F2409FB15AACAEDB6CC122DFA2525BEE9CAE521721B06BFDCA291B8D56';

export const handlers: Handlers = {
  'header-tmrs/header_with_known_hash.json': (file, t) =>
    t.case('hash', () => {
      const h = parseJson(jHeader, file.text());
      equal(toHexUpper(headerHash(h)), KNOWN_HASH);
      deepEqual(fromJson(jHeader, jHeader.to(h)), h);
    }),
  'header-tmrs/header.json': (file, t) =>
    t.case('read', () => {
      const h = parseJson(jHeader, file.text());
      const j = file.json();
      equal(h.height.toString(), j.height);
      equal(h.version.block, 10n);
      equal(toHexUpper(h.lastBlockId.partSetHeader.hash), j.last_block_id.part_set_header.hash);
      equal(toHexUpper(h.appHash), j.app_hash);
    }),
};
