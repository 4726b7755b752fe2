// Transactions built here are those that CosmJS builds from the same input.
import { Secp256k1HdWallet } from '@cosmjs/amino';
import { DirectSecp256k1HdWallet } from '@cosmjs/proto-signing';
import { AminoTypes, createDefaultAminoConverters, SigningStargateClient } from '@cosmjs/stargate';
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import { TxRaw as CosmTxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { beforeAll, describe, expect, it } from 'vitest';
import { MsgSend } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { accountKeyAddress } from '../crypto/account-key.ts';
import { bech32Decode } from '../crypto/bech32.ts';
import { installNoble } from '../crypto/noble.ts';
import { currentSigner, signSecp256k1 } from '../crypto/signatures.ts';
import { anyOf, signAmino, signDirect, type TxOptions, type TxSigner, unsignedTx } from './build.ts';
import { txDecoder } from './decode.ts';
import { allInterfaces } from './interfaces.ts';

const MNEMONIC =
  'economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom lizard educate guess current outdoor pair theory focus wife stone';

describe('transaction builder', () => {
  let secret: Uint8Array;
  let from: string;
  let options: TxOptions;
  let signer: TxSigner;
  const fee = { amount: [{ denom: 'utrel', amount: '2000' }], gas: '200000' };
  const explicit = { accountNumber: 7n, sequence: 3, chainId: 'trellis-local-1' };

  beforeAll(async () => {
    installNoble();
    secret = HDKey.fromMasterSeed(mnemonicToSeedSync(MNEMONIC)).derive("m/44'/118'/0'/0/0").privateKey as Uint8Array;
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix: 'trellis' });
    from = (await wallet.getAccounts())[0]?.address as string;
    const message = { fromAddress: from, toAddress: from, amount: [{ denom: 'utrel', amount: '5' }] };
    options = { messages: [anyOf(MsgSend, message)], fee: fee.amount, gasLimit: 200_000n, memo: 'a <memo> & more é' };
    const publicKey = { type: 'secp256k1', bytes: currentSigner().secp256k1PublicKey(secret) } as const;
    signer = { publicKey, chainId: explicit.chainId, accountNumber: 7n, sequence: 3n, sign: (m) => signSecp256k1(secret, m) };
  });

  const cosm = () => [{ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: from, toAddress: from, amount: [{ denom: 'utrel', amount: '5' }] } }];

  it('signs DIRECT as CosmJS does', async () => {
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix: 'trellis' });
    const client = await SigningStargateClient.offline(wallet);
    const theirs = await client.sign(from, cosm(), fee, options.memo as string, explicit);
    expect(await signDirect(options, [signer])).toEqual(CosmTxRaw.encode(theirs).finish());
  });

  it('signs LEGACY_AMINO_JSON as CosmJS does', async () => {
    const wallet = await Secp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix: 'trellis' });
    const client = await SigningStargateClient.offline(wallet, { aminoTypes: new AminoTypes(createDefaultAminoConverters()) });
    const theirs = await client.sign(from, cosm(), fee, options.memo as string, explicit);
    expect(await signAmino(options, [signer])).toEqual(CosmTxRaw.encode(theirs).finish());
  });

  it('decodes what it builds, unordered fields included', () => {
    const decode = txDecoder(allInterfaces());
    const tx = decode(unsignedTx({ ...options, unordered: true, timeoutTimestamp: 1_900_000_000_000_000_001n, timeoutHeight: 9n }, [signer]));
    expect(tx.body).toMatchObject({ unordered: true, timeoutTimestamp: 1_900_000_000_000_000_001n, timeoutHeight: 9n });
    expect(tx.signatures).toEqual([new Uint8Array(0)]);
    expect(accountKeyAddress(signer.publicKey)).toEqual(bech32Decode(from).bytes);
  });
});
