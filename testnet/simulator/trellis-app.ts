// The Trellis application in a simulated network. Its store is in memory: after a crash it is as of the last Commit, whose write is atomic.

import { createTrellisApp } from '../../chain/app/app.ts';
import { checkInvariants } from '../../chain/app/invariants/check.ts';
import { STORE_NAMES } from '../../chain/app/store-names.ts';
import { AddressCodec } from '../../chain/core/address.ts';
import { type AccountKey, accountKeyAddress } from '../../chain/crypto/account-key.ts';
import { currentSigner, signSecp256k1 } from '../../chain/crypto/signatures.ts';
import { openCommitMultiStore, type TrellisMultiStore } from '../../chain/store/multistore.ts';
import { anyOf, signDirect } from '../../chain/tx/build.ts';
import { MsgSend } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import type { Random } from './random.ts';
import type { SimApplication, SimApplications } from './sim-app.ts';

const DENOM = 'utrel';
const BALANCE = 1_000_000_000n;
const ACCOUNTS = 8;
const PREFIX = 'trellis';

interface Account {
  readonly secret: Uint8Array;
  readonly publicKey: AccountKey;
  readonly bytes: Uint8Array;
  readonly address: string;
}

function accountsOf(random: Random): Account[] {
  const addresses = new AddressCodec(PREFIX);
  return Array.from({ length: ACCOUNTS }, () => {
    const secret = random.bytes(32);
    const publicKey: AccountKey = { type: 'secp256k1', bytes: currentSigner().secp256k1PublicKey(secret) };
    const bytes = accountKeyAddress(publicKey);
    return { secret, publicKey, bytes, address: addresses.toString(bytes) };
  });
}

function genesisOf(accounts: readonly Account[]): string {
  return JSON.stringify({
    auth: {
      params: { max_memo_characters: '256', tx_sig_limit: '7', tx_size_cost_per_byte: '10', sig_verify_cost_ed25519: '590', sig_verify_cost_secp256k1: '1000' },
      accounts: accounts.map((a, i) => ({
        '@type': '/cosmos.auth.v1beta1.BaseAccount',
        address: a.address,
        pub_key: null,
        account_number: String(i),
        sequence: '0',
      })),
    },
    bank: {
      params: { send_enabled: [], default_send_enabled: true },
      balances: accounts.map((a) => ({ address: a.address, coins: [{ denom: DENOM, amount: String(BALANCE) }] })),
      supply: [],
      denom_metadata: [],
      send_enabled: [],
    },
  });
}

export function trellisApplications(chainId: string, random: Random): SimApplications {
  const accounts = accountsOf(random);
  return {
    appState: genesisOf(accounts),
    supply: BALANCE * BigInt(ACCOUNTS),
    async open(_db, home): Promise<SimApplication> {
      const store = (home.store as TrellisMultiStore | undefined) ?? (await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES }));
      home.store = store;
      store.discard();
      const app = createTrellisApp({ store, chainId, bech32Prefix: PREFIX });
      const { bank, accounts: keeper } = app.keepers;
      return {
        application: app,
        supply: () => {
          if (store.last.height === 0n) return undefined;
          const ctx = app.queryContext(0n);
          let sum = 0n;
          for (const [[, denom], amount] of bank.balances.walk(ctx)) if (denom === DENOM) sum += amount;
          const told = app.keepers.supply.supply(ctx, DENOM);
          return told === sum ? sum : -1n;
        },
        broken: () => (store.last.height === 0n ? undefined : checkInvariants(app.keepers, app.queryContext(0n))),
        transaction: async (r) => {
          if (store.last.height === 0n) return undefined;
          const [from, to] = [r.between(0, ACCOUNTS), r.between(0, ACCOUNTS)];
          const sender = accounts[from] as Account;
          const base = keeper.get(app.queryContext(0n), sender.bytes)?.base;
          if (base === undefined) return undefined;
          const send = {
            fromAddress: sender.address,
            toAddress: (accounts[to] as Account).address,
            amount: [{ denom: DENOM, amount: String(r.between(1, 1000)) }],
          };
          const signer = {
            publicKey: sender.publicKey,
            chainId,
            accountNumber: base.accountNumber,
            sequence: base.sequence,
            sign: (message: Uint8Array) => signSecp256k1(sender.secret, message),
          };
          return signDirect({ messages: [anyOf(MsgSend, MsgSend.from(send))], fee: [], gasLimit: 200_000n }, [signer]);
        },
      };
    },
  };
}
