// Messages of transactions, mutated, in transactions that are right otherwise (signers, sequences, gas), so that keepers run on them: every
// block answers, panics are the reference's, the check state agrees with itself, and coins are neither made nor lost.

import { txDecoder } from '../../chain/tx/decode.ts';
import { TxDecodeError } from '../../chain/tx/errors.ts';
import { AnteTx } from '../../modules/auth/ante/ante-tx.ts';
import { AuthInfo, type SignerInfo, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { addresses, funded } from '../differential/app/keys.ts';
import { readRecording } from '../differential/app/recording.ts';
import { blockRequest } from '../differential/app/replay.ts';
import { BROKEN, fuzzApp } from './support/app.ts';
import type { FuzzTarget } from './target.ts';

const recording = readRecording();
const app = await fuzzApp();
const decode = txDecoder(app.interfaces);
const keys = new Map(funded.map((k) => [k.address, k]));
const SIGNATURE = new Uint8Array(64).fill(1);
let height = 0n;
let serial = 0;

function signersOf(bodyBytes: Uint8Array): readonly Uint8Array[] {
  const fee = { amount: [], gasLimit: 1n, payer: '', granter: '' };
  const probe = TxRaw.encode({ bodyBytes, authInfoBytes: AuthInfo.encode({ signerInfos: [], fee, tip: undefined }), signatures: [] });
  try {
    return new AnteTx(decode(probe), addresses).signers;
  } catch (e) {
    if (e instanceof TxDecodeError || (e instanceof Error && e.name === 'SdkError')) return [];
    throw e;
  }
}

export const target: FuzzTarget = {
  name: 'app-messages',
  corpus: () =>
    recording.blocks.flat().flatMap((t) => {
      try {
        return [decode(t.tx).bodyBytes];
      } catch {
        return [];
      }
    }),
  inputBytesMax: 1 << 13,
  run: async (input) => {
    const bodyBytes = input.slice();
    const ctx = app.checkState.context('query');
    const signerInfos = signersOf(bodyBytes).map((s): SignerInfo => {
      const sequence = app.keepers.accounts.get(ctx, s)?.base.sequence ?? 0n;
      return { publicKey: keys.get(addresses.toString(s))?.publicKey, modeInfo: { sum: { case: 'single', value: { mode: 1 } } }, sequence };
    });
    const fee = { amount: [], gasLimit: 300_000n, payer: '', granter: '' };
    // Each signature is new, as the cache of verdicts knows old ones.
    serial++;
    const signature = SIGNATURE.slice();
    new DataView(signature.buffer).setUint32(60, serial);
    const tx = TxRaw.encode({ bodyBytes, authInfoBytes: AuthInfo.encode({ signerInfos, fee, tip: undefined }), signatures: signerInfos.map(() => signature) });
    height += 1n;
    const { txResults } = await app.finalizeBlock(blockRequest(height, recording.genesisTime, [tx]));
    await app.commit();
    for (const r of txResults) if (r.code === 111222 && BROKEN.test(r.log)) throw new Error(r.log);
    if (height % 64n !== 0n) return;
    const state = app.queryContext(0n);
    const sum = new Map<string, bigint>();
    for (const [[, denom], amount] of app.keepers.bank.balances.walk(state)) sum.set(denom, (sum.get(denom) ?? 0n) + amount);
    for (const [denom, amount] of app.keepers.bank.supply.walk(state)) {
      if (sum.get(denom) !== amount) throw new Error(`the supply of ${denom} is ${amount}, balances add up to ${sum.get(denom)}`);
    }
  },
};
