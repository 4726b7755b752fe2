// Adds the addresses of secp256k1 keys to those that are known (validator-address.ts). Whatever decodes keys imports it.
import { secp256k1Address, secp256k1ethAddress } from '../crypto/address.ts';
import { TypesError } from './errors.ts';
import { addDerivation } from './validator-address.ts';

addDerivation('secp256k1', secp256k1Address);
addDerivation('secp256k1eth', (key) => {
  try {
    return secp256k1ethAddress(key);
  } catch (e) {
    throw new TypesError('validator', (e as Error).message);
  }
});
