// The identity of a node on CometBFT's libp2p network: base58 of the identity multihash of its public key (network.md §2).
import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';

/** "12D3KooW…" of a node key (seed and public key, 64 bytes), as `cometbft show-node-id --libp2p` prints it. */
export function peerIdOfKey(key: Uint8Array): string {
  return peerIdFromPrivateKey(privateKeyFromRaw(key)).toString();
}
