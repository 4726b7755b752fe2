// Transactions from bytes for this application, decoded once for an array: a transaction is looked at in CheckTx, in a proposal, and twice
// in a block.

import { AnteTx } from '../../modules/auth/ante/ante-tx.ts';
import type { AddressCodec } from '../core/address.ts';
import { txDecoder } from '../tx/decode.ts';
import { type InterfaceRegistry, interfacesOf } from '../tx/interfaces.ts';

/** Protobuf packages whose messages this application takes. */
export const MESSAGE_PACKAGES: readonly string[] = [
  'cosmos.auth.v1beta1',
  'cosmos.vesting.v1beta1',
  'cosmos.bank.v1beta1',
  'cosmos.staking.v1beta1',
  'cosmos.slashing.v1beta1',
  'cosmos.distribution.v1beta1',
  'cosmos.gov.v1beta1',
  'cosmos.gov.v1',
  'cosmos.mint.v1beta1',
  'cosmos.evidence.v1beta1',
  'cosmos.feegrant.v1beta1',
  'cosmos.authz.v1beta1',
  'cosmos.circuit.v1',
  'cosmos.consensus.v1',
  'cosmos.upgrade.v1beta1',
  'ibc.core.client.v1',
  'ibc.core.connection.v1',
  'ibc.core.channel.v1',
  'ibc.applications.transfer.v1',
  'trellis.rotation.v1',
];

export function trellisInterfaces(): InterfaceRegistry {
  return interfacesOf(MESSAGE_PACKAGES);
}

/** Throws TxDecodeError. The bytes must not change after. */
export function trellisTxDecoder(addresses: AddressCodec, interfaces: InterfaceRegistry): (bytes: Uint8Array) => AnteTx {
  const decode = txDecoder(interfaces);
  const known = new WeakMap<Uint8Array, AnteTx>();
  return (bytes) => {
    let tx = known.get(bytes);
    if (tx === undefined) {
      tx = new AnteTx(decode(bytes), addresses);
      known.set(bytes, tx);
    }
    return tx;
  };
}
