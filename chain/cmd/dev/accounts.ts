// The test accounts of every dev network. Their words are public: never use them anywhere else.
// The words are BIP-39 of the first 16 bytes of SHA-256("trellis test account NAME"), the addresses those of m/44'/118'/0'/0/0; kept here
// as data because deriving them takes longer than starting the node. A test derives them again.
import { bech32Encode } from '../../crypto/bech32.ts';
import { fromHex } from '../../encoding/bytes.ts';
import type { DevAccount } from '../../node/dev-info.ts';

export const TEST_ACCOUNTS: readonly { readonly name: string; readonly mnemonic: string; readonly addressHex: string }[] = [
  {
    name: 'alice',
    mnemonic: 'fence lawn attitude earn parrot script hen wood script unusual aware wool',
    addressHex: 'f709435676db6a2f917cd8be61ba9717fb47a4d4',
  },
  {
    name: 'bob',
    mnemonic: 'pony canyon minimum middle uphold reward valley aim acquire museum canal forget',
    addressHex: 'd1de3473f43b718b7dcfb0bfb7f7e61e6f44ebf4',
  },
  {
    name: 'carol',
    mnemonic: 'seven avoid grid remain video describe right figure bus leg tobacco junior',
    addressHex: 'ea7416a3a3fb0e82e2650ad57fd1c38c1dc59729',
  },
  {
    name: 'dave',
    mnemonic: 'apple virus debate welcome noise filter mountain post swift violin identify afraid',
    addressHex: '2a444090fba9d581a73b8a975fac57502ad4c18f',
  },
];

export const testAccounts = (prefix: string): DevAccount[] =>
  TEST_ACCOUNTS.map(({ name, mnemonic, addressHex }) => ({ name, mnemonic, address: bech32Encode(prefix, fromHex(addressHex)) }));
