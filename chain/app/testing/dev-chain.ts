// A one-node chain in memory for tests: genesis accounts of CosmJS wallets, blocks on request, transactions signed by CosmJS.
import { makeCosmoshubPath, Secp256k1HdWallet } from '@cosmjs/amino';
import { DirectSecp256k1HdWallet, encodePubkey, makeAuthInfoBytes, makeSignDoc, Registry } from '@cosmjs/proto-signing';
import { defaultRegistryTypes } from '@cosmjs/stargate';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { ExecTxResult, FinalizeBlockResponse } from '../../abci/application.ts';
import { utf8 } from '../../encoding/bytes.ts';
import { NANOS_PER_SECOND, type Time } from '../../encoding/time.ts';
import { installNative } from '../../native/install.ts';
import { openCommitMultiStore } from '../../store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../types/consensus-params.ts';
import { createTrellisApp, type TrellisApp, type TrellisAppOptions } from '../app.ts';
import { checkInvariants } from '../invariants/check.ts';
import { STORE_NAMES } from '../store-names.ts';

export const CHAIN_ID = 'trellis-test-1';
export const DENOM = 'utrel';
const EMPTY = new Uint8Array(0);
const MNEMONIC = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

export interface TestAccount {
  readonly address: string;
  readonly pubkey: Uint8Array;
  readonly wallet: DirectSecp256k1HdWallet;
  readonly amino: Secp256k1HdWallet;
}
export type Message = { readonly typeUrl: string; readonly value: unknown };
export interface SignOptions {
  readonly accountNumber: number;
  readonly sequence: number;
  readonly gas?: number;
  readonly fee?: string;
  readonly memo?: string;
  readonly feeGranter?: string;
  readonly chainId?: string;
}

export const registry = new Registry(defaultRegistryTypes);

export async function testAccounts(count: number, prefix = 'trellis'): Promise<TestAccount[]> {
  const hdPaths = Array.from({ length: count }, (_, i) => makeCosmoshubPath(i));
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix, hdPaths });
  const amino = await Secp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix, hdPaths });
  return (await wallet.getAccounts()).map((a) => ({ address: a.address, pubkey: a.pubkey, wallet, amino }));
}

export async function signDirect(from: TestAccount, messages: readonly Message[], o: SignOptions): Promise<Uint8Array> {
  const body = registry.encodeTxBody({ messages: messages.map((m) => ({ typeUrl: m.typeUrl, value: m.value as object })), memo: o.memo ?? '' });
  const pubkey = encodePubkey({ type: 'tendermint/PubKeySecp256k1', value: Buffer.from(from.pubkey).toString('base64') });
  const fee = o.fee === undefined || o.fee === '' ? [] : [{ denom: DENOM, amount: o.fee }];
  const auth = makeAuthInfoBytes([{ pubkey, sequence: o.sequence }], fee, o.gas ?? 200_000, o.feeGranter, undefined);
  const doc = makeSignDoc(body, auth, o.chainId ?? CHAIN_ID, o.accountNumber);
  const { signature } = await from.wallet.signDirect(from.address, doc);
  return TxRaw.encode({ bodyBytes: body, authInfoBytes: auth, signatures: [Buffer.from(signature.signature, 'base64')] }).finish();
}

export function sendMsg(from: string, to: string, amount: string, denom = DENOM): Message {
  return { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: from, toAddress: to, amount: [{ denom, amount }] } };
}

export interface DevChain {
  readonly app: TrellisApp;
  readonly accounts: readonly TestAccount[];
  /** Finalizes and commits a block. */
  block(txs?: readonly Uint8Array[]): Promise<FinalizeBlockResponse>;
  check(tx: Uint8Array, type?: number): Promise<ExecTxResult>;
  readonly time: Time;
}

export interface DevChainOptions extends Partial<Omit<TrellisAppOptions, 'store' | 'chainId'>> {
  readonly accounts?: number;
  readonly balance?: string;
  readonly appState?: (accounts: readonly TestAccount[]) => Record<string, unknown>;
  readonly maxGas?: bigint;
  /** Vote extensions are on from this height. */
  readonly extensionsFrom?: bigint;
}

export function appState(accounts: readonly { readonly address: string }[], balance = '1000000000'): Record<string, unknown> {
  return {
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
      balances: accounts.map((a) => ({ address: a.address, coins: [{ denom: DENOM, amount: balance }] })),
      supply: [],
      denom_metadata: [],
      send_enabled: [],
    },
  };
}

export async function devChain(o: DevChainOptions = {}): Promise<DevChain> {
  installNative();
  const accounts = await testAccounts(o.accounts ?? 3, o.bech32Prefix);
  const store = await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES });
  const { accounts: _count, balance, appState: makeState, maxGas, extensionsFrom, ...options } = o;
  const app = createTrellisApp({ ...options, store, chainId: CHAIN_ID });
  let time = 1_700_000_000n * NANOS_PER_SECOND;
  const params = {
    ...DEFAULT_CONSENSUS_PARAMS,
    block: { ...DEFAULT_CONSENSUS_PARAMS.block, maxGas: maxGas ?? -1n },
    abci: { voteExtensionsEnableHeight: extensionsFrom ?? 0n },
  };
  const state = makeState?.(accounts) ?? appState(accounts, balance);
  await app.initChain({
    time,
    chainId: CHAIN_ID,
    consensusParams: params,
    validators: [],
    appStateBytes: utf8(JSON.stringify(state)),
    initialHeight: 1n,
  });
  return {
    app,
    accounts,
    get time() {
      return time;
    },
    block: async (txs = []) => {
      time += 5n * NANOS_PER_SECOND;
      const res = await app.finalizeBlock({
        txs,
        decidedLastCommit: { round: 0, votes: [] },
        misbehavior: [],
        hash: EMPTY,
        height: app.lastHeight + 1n,
        time,
        nextValidatorsHash: EMPTY,
        proposerAddress: EMPTY,
      });
      await app.commit();
      const broken = checkInvariants(app.keepers, app.queryContext(0n));
      if (broken.length > 0) throw new Error(`after height ${app.lastHeight}: ${broken.join('; ')}`);
      return res;
    },
    check: (tx, type = 0) => app.checkTx({ tx, type }),
  };
}
