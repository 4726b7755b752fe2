// Transfers, and now and then one to many new accounts: these make the state and the log grow, so that tables are merged, trees written to
// their file and logs changed while the chain is killed.
import { toBech32 } from '@cosmjs/encoding';
import { DirectSecp256k1HdWallet } from '@cosmjs/proto-signing';
import { coins, SigningStargateClient } from '@cosmjs/stargate';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { DevInfo } from '../../../chain/node/dev-info.ts';

const TRANSFERS = 38;
const MULTI_SENDS = 2;
const NEW_ACCOUNTS = 150;

/** By mnemonic: making the key of one costs more than signing a batch. */
const wallets = new Map<string, Promise<DirectSecp256k1HdWallet>>();

function walletOf(mnemonic: string, prefix: string): Promise<DirectSecp256k1HdWallet> {
  const known = wallets.get(mnemonic) ?? DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix });
  wallets.set(mnemonic, known);
  return known;
}

/** One batch of signed transactions of the first account. */
export async function signBatch(info: DevInfo, rand: () => number, transfers: number = TRANSFERS): Promise<Uint8Array[]> {
  const [from, to] = info.accounts;
  if (from === undefined || to === undefined) throw new Error('dev.json lists fewer than two accounts');
  const prefix = from.address.split('1')[0] as string;
  const client = await SigningStargateClient.connectWithSigner(info.rpc, await walletOf(from.mnemonic, prefix));
  try {
    const { accountNumber, sequence } = await client.getSequence(from.address);
    const txs: Uint8Array[] = [];
    const sign = async (msg: { typeUrl: string; value: unknown }, gas: string): Promise<void> => {
      const signer = { accountNumber, sequence: sequence + txs.length, chainId: info.chainId };
      txs.push(TxRaw.encode(await client.sign(from.address, [msg], { amount: coins(5000, info.denom), gas }, '', signer)).finish());
    };
    const fresh = (): string =>
      toBech32(
        prefix,
        new Uint8Array(20).map(() => Math.floor(rand() * 256)),
      );
    for (let m = 0; m < MULTI_SENDS; m++) {
      const outputs = Array.from({ length: NEW_ACCOUNTS }, () => ({ address: fresh(), coins: coins(1, info.denom) }));
      const inputs = [{ address: from.address, coins: coins(NEW_ACCOUNTS, info.denom) }];
      await sign({ typeUrl: '/cosmos.bank.v1beta1.MsgMultiSend', value: { inputs, outputs } }, '20000000');
    }
    for (let k = 0; k < transfers; k++) {
      const value = { fromAddress: from.address, toAddress: to.address, amount: coins(1 + k, info.denom) };
      await sign({ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value }, '200000');
    }
    return txs;
  } finally {
    client.disconnect();
  }
}
