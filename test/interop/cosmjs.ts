// Stock CosmJS against our chain, unmodified: what a wallet and an explorer do. Balances are verified by their ICS-23 proofs with
// the independent npm package @confio/ics23, against headers fetched over RPC.

import { iavlSpec, ics23, tendermintSpec, verifyExistence } from '@confio/ics23';
import { createMultisigThresholdPubkey, type MultisigThresholdPubkey, pubkeyToAddress, Secp256k1HdWallet } from '@cosmjs/amino';
import { fromBech32, fromHex, toHex, toUtf8 } from '@cosmjs/encoding';
import { DirectSecp256k1HdWallet } from '@cosmjs/proto-signing';
import { assertIsDeliverTxSuccess, coins, GasPrice, makeMultisignedTxBytes, SigningStargateClient, StargateClient } from '@cosmjs/stargate';
import { Comet38Client } from '@cosmjs/tendermint-rpc';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Checks } from '../checks.ts';

const PREFIX = 'trellis';
const TRANSFERS = 1000;
const SENDERS = 50;

/** Verifies `/store/bank` key by both proof steps against the app hash of the next header; returns the proven balance. */
async function provenBalance(comet: Comet38Client, address: Uint8Array, denom: string, height: number): Promise<bigint> {
  const key = Uint8Array.from([2, address.length, ...address, ...toUtf8(denom)]);
  const answer = await comet.abciQuery({ path: '/store/bank/key', data: key, height, prove: true });
  if (answer.code !== 0 || answer.proof === undefined) throw new Error(`no proof: code ${answer.code} ${answer.log}`);
  const [iavl, simple] = answer.proof.ops;
  if (iavl?.type !== 'ics23:iavl' || simple?.type !== 'ics23:simple') throw new Error('unexpected proof operations');
  const header = await waitFor(`header ${height + 1}`, async () => (await comet.commit(height + 1)).header, 10_000);
  const store = ics23.CommitmentProof.decode(simple.data).exist;
  const leaf = ics23.CommitmentProof.decode(iavl.data).exist;
  if (!store || !leaf) throw new Error('not an existence proof');
  const storeRoot = store.value as Uint8Array;
  verifyExistence(store, tendermintSpec, header.appHash, toUtf8('bank'), storeRoot);
  verifyExistence(leaf, iavlSpec, storeRoot, key, answer.value);
  return BigInt(new TextDecoder().decode(answer.value));
}

export default async function cosmjs(): Promise<Checks> {
  const checks = new Checks('cosmjs');
  const chain = await startDevChain();
  const { info } = chain;
  const closers: (() => void)[] = [];
  try {
    const alice = info.accounts[0];
    const bob = info.accounts[1];
    if (alice === undefined || bob === undefined) throw new Error('dev.json lists fewer than two accounts');
    const gasPrice = GasPrice.fromString(`0.025${info.denom}`);
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(alice.mnemonic, { prefix: PREFIX });
    const options = { gasPrice, broadcastPollIntervalMs: 100 };
    const client = await SigningStargateClient.connectWithSigner(info.rpc, wallet, options);
    const query = await StargateClient.connect(info.rpc);
    closers.push(
      () => client.disconnect(),
      () => query.disconnect(),
    );

    await checks.run('connect: chain id and height', async () => {
      checks.equal(await query.getChainId(), info.chainId);
      checks.that((await query.getHeight()) >= 1, 'height is at least 1');
    });
    await checks.run('the mnemonic of dev.json gives the address of dev.json', async () => {
      checks.equal((await wallet.getAccounts())[0]?.address, alice.address);
    });
    await checks.run('balance', async () => {
      checks.that(BigInt((await query.getBalance(alice.address, info.denom)).amount) > 0n, 'alice has coins');
      checks.that((await query.getAllBalances(alice.address)).length >= 1, 'all balances');
    });

    const ws = await Comet38Client.connect(info.rpc.replace('http', 'ws'));
    closers.push(() => ws.disconnect());
    const blocksSeen: number[] = [];
    const txsSeen = new Set<string>();
    const blockSub = ws.subscribeNewBlock().subscribe({ next: (e) => blocksSeen.push(e.header.height), error: () => undefined });
    const txSub = ws.subscribeTx().subscribe({ next: (e) => txsSeen.add(toHex(e.hash)), error: () => undefined });
    closers.push(
      () => blockSub.unsubscribe(),
      () => txSub.unsubscribe(),
    );

    await checks.run('simulate', async () => {
      const gas = await client.simulate(
        alice.address,
        [{ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: alice.address, toAddress: bob.address, amount: coins(1, info.denom) } }],
        '',
      );
      checks.that(gas > 40_000 && gas < 200_000, `simulated gas ${gas} is plausible`);
    });
    let directHash = '';
    let directHeight = 0;
    await checks.run('send, SIGN_MODE_DIRECT, fee by simulation', async () => {
      const before = BigInt((await query.getBalance(bob.address, info.denom)).amount);
      const r = await client.sendTokens(alice.address, bob.address, coins(1234, info.denom), 'auto', 'direct');
      assertIsDeliverTxSuccess(r);
      directHash = r.transactionHash;
      directHeight = r.height;
      checks.equal(BigInt((await query.getBalance(bob.address, info.denom)).amount) - before, 1234n);
    });
    await checks.run('send, SIGN_MODE_LEGACY_AMINO_JSON', async () => {
      const amino = await Secp256k1HdWallet.fromMnemonic(bob.mnemonic, { prefix: PREFIX });
      const aminoClient = await SigningStargateClient.connectWithSigner(info.rpc, amino, options);
      const r = await aminoClient.sendTokens(bob.address, alice.address, coins(17, info.denom), 'auto', 'amino <&> memo');
      assertIsDeliverTxSuccess(r);
      aminoClient.disconnect();
    });
    await checks.run('send from a 2-of-3 multisig account', async () => {
      const wallets = await Promise.all([0, 1, 2].map(() => Secp256k1HdWallet.generate(12, { prefix: PREFIX })));
      const accounts = await Promise.all(wallets.map(async (w) => (await w.getAccounts())[0] ?? checks.fail('no account')));
      const pubkeys = accounts.map((a) => ({ type: 'tendermint/PubKeySecp256k1', value: Buffer.from(a.pubkey).toString('base64') }));
      const multisig: MultisigThresholdPubkey = createMultisigThresholdPubkey(pubkeys, 2);
      const address = pubkeyToAddress(multisig, PREFIX);
      assertIsDeliverTxSuccess(await client.sendTokens(alice.address, address, coins(1_000_000, info.denom), 'auto'));
      const { accountNumber, sequence } = await query.getSequence(address);
      const msg = { typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: address, toAddress: bob.address, amount: coins(5, info.denom) } };
      const fee = { amount: coins(10_000, info.denom), gas: '200000' };
      const signatures = new Map<string, Uint8Array>();
      let body = new Uint8Array();
      for (const [i, w] of wallets.entries()) {
        if (i === 1) continue;
        const signer = await SigningStargateClient.offline(w);
        const a = accounts[i];
        if (a === undefined) continue;
        const signed = await signer.sign(a.address, [msg], fee, 'multisig', { accountNumber, sequence, chainId: info.chainId });
        signatures.set(a.address, signed.signatures[0] ?? checks.fail('no signature'));
        body = Uint8Array.from(signed.bodyBytes);
      }
      assertIsDeliverTxSuccess(await query.broadcastTx(makeMultisignedTxBytes(multisig, sequence, fee, body, signatures)));
    });
    await checks.run('searchTx, getTx and getBlock', async () => {
      const byHash = await query.getTx(directHash);
      checks.equal(byHash?.height, directHeight);
      const sent = await query.searchTx([
        { key: 'transfer.recipient', value: bob.address },
        { key: 'tx.height', value: directHeight },
      ]);
      checks.that(
        sent.some((t) => t.hash === directHash),
        'searchTx finds the transfer by its recipient',
      );
      const block = await query.getBlock(directHeight);
      checks.that(block.txs.length >= 1, 'the block holds the transaction');
      checks.equal(block.header.chainId, info.chainId);
    });
    await checks.run('a wrong signature and an underfunded transfer are refused', async () => {
      const { accountNumber, sequence } = await query.getSequence(alice.address);
      const signed = await client.sign(
        alice.address,
        [{ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: alice.address, toAddress: bob.address, amount: coins(1, info.denom) } }],
        { amount: coins(10_000, info.denom), gas: '200000' },
        '',
        { accountNumber, sequence, chainId: info.chainId },
      );
      const bad = { ...signed, signatures: [Uint8Array.from(signed.signatures[0] ?? [], (b, i) => (i === 7 ? b ^ 1 : b))] };
      let refused = '';
      await query.broadcastTxSync(TxRaw.encode(bad).finish()).catch((e: unknown) => {
        refused = String(e);
      });
      checks.that(refused.includes('code 4'), `wrong signature: code 4, got ${refused}`);
      const poor = await client.sendTokens(alice.address, bob.address, coins('900000000000000000000000', info.denom), {
        amount: coins(10_000, info.denom),
        gas: '200000',
      });
      checks.equal(poor.code, 5);
    });
    await checks.run('WebSocket: new blocks and transactions arrive', async () => {
      await waitFor('two blocks and the transfer over the WebSocket', () => (blocksSeen.length >= 2 && txsSeen.has(directHash.toLowerCase())) || undefined);
    });

    const comet = await Comet38Client.connect(info.rpc);
    closers.push(() => comet.disconnect());
    await checks.run(`${TRANSFERS} transfers from ${SENDERS} accounts, every balance proven`, async () => {
      const wallets = await Promise.all(Array.from({ length: SENDERS }, () => DirectSecp256k1HdWallet.generate(12, { prefix: PREFIX })));
      const addresses = await Promise.all(wallets.map(async (w) => (await w.getAccounts())[0]?.address ?? checks.fail('no account')));
      const start = 10_000_000;
      const multi = {
        typeUrl: '/cosmos.bank.v1beta1.MsgMultiSend',
        value: {
          inputs: [{ address: alice.address, coins: coins(start * SENDERS, info.denom) }],
          outputs: addresses.map((address) => ({ address, coins: coins(start, info.denom) })),
        },
      };
      assertIsDeliverTxSuccess(await client.signAndBroadcast(alice.address, [multi], 'auto'));
      const fee = { amount: coins(5000, info.denom), gas: '200000' };
      const each = TRANSFERS / SENDERS;
      const expected = new Map(addresses.map((a) => [a, BigInt(start)]));
      const hashes: string[] = [];
      await Promise.all(
        wallets.map(async (w, i) => {
          const from = addresses[i] as string;
          const c = await SigningStargateClient.connectWithSigner(info.rpc, w, options);
          const { accountNumber, sequence } = await c.getSequence(from);
          for (let k = 0; k < each; k++) {
            const to = addresses[(i * 7 + k + 1) % SENDERS] as string;
            const amount = 1 + ((i * 31 + k * 17) % 1000);
            const signed = await c.sign(
              from,
              [{ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: { fromAddress: from, toAddress: to, amount: coins(amount, info.denom) } }],
              fee,
              '',
              { accountNumber, sequence: sequence + k, chainId: info.chainId },
            );
            hashes.push(await c.broadcastTxSync(TxRaw.encode(signed).finish()));
            expected.set(from, (expected.get(from) ?? 0n) - BigInt(amount) - 5000n);
            expected.set(to, (expected.get(to) ?? 0n) + BigInt(amount));
          }
          c.disconnect();
        }),
      );
      for (const hash of hashes) {
        const tx = await waitFor(`transaction ${hash}`, async () => (await query.getTx(hash)) ?? undefined, 60_000);
        checks.equal(tx.code, 0);
      }
      const height = await query.getHeight();
      await waitFor('one more block', async () => (await query.getHeight()) > height || undefined);
      let proven = 0;
      for (const a of addresses) {
        const raw = fromBech32(a).data;
        checks.equal(await provenBalance(comet, raw, info.denom, height), expected.get(a));
        proven++;
      }
      checks.note(`${hashes.length} transfers committed, ${proven} balances proven at height ${height}`);
    });
    checks.that(fromHex(info.nodes[0]?.validatorAddress ?? '').length === 20, 'dev.json names the validator');
  } finally {
    for (const close of closers.reverse()) close();
    const exit = await chain.process.stop();
    await checks.run('SIGTERM ends the chain cleanly', () => checks.equal(exit.code, 0));
  }
  return checks;
}
