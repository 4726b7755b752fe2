// tmrs-config: key files of a node, as CometBFT and tendermint-rs read them. The expected id and key are those of tendermint-rs'
// config/tests/mod.rs.
import { equal } from 'node:assert/strict';
import { installNoble } from '../../chain/crypto/noble.ts';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { keyFileText, readKeyFile } from '../../chain/privval/key-file.ts';
import { loadNodeKey } from '../../chain/privval/node-key.ts';
import { publicKeyOf } from '../../chain/privval/private-key.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import type { Handlers } from './runner.ts';

export const handlers: Handlers = {
  'tmrs-config/node_key.json': (file, t) => {
    installNoble();
    return t.case('node id', () => equal(loadNodeKey(file.absolute).id, '1a7b6bcf3d6fb055ab3aebca415847531b626699'));
  },
  'tmrs-config/priv_validator_key*.json': (file, t) => {
    installNoble();
    return t.case('validator key', () => {
      const key = readKeyFile(file.absolute);
      const pub = publicKeyOf(key);
      equal(toHexUpper(pub.value), 'F26BF4B2A2E84CEB7A53C3F1AE77408779B20064782FBADBDF0E365959EE4534');
      equal(toHexUpper(addressOfKey(pub)), file.json().address);
      equal(keyFileText(key), file.text().trimEnd());
    });
  },
};
