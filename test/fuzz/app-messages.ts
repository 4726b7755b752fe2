// Messages built from the input as a stream of choices (kinds, addresses, denominations, amounts, times at their borders), in transactions that
// are right otherwise, so that keepers run on them: every block answers, panics are the reference's, and coins are neither made nor lost.

import { SdkError } from '../../chain/core/errors.ts';
import { txDecoder } from '../../chain/tx/decode.ts';
import { TxDecodeError } from '../../chain/tx/errors.ts';
import { AnteTx } from '../../modules/auth/ante/ante-tx.ts';
import { AuthInfo, type SignerInfo, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { addresses, funded } from '../differential/app/keys.ts';
import { Choices, KINDS } from '../differential/app/random-messages.ts';
import { readRecording } from '../differential/app/recording.ts';
import { blockRequest } from '../differential/app/replay.ts';
import { Random } from './mutate.ts';
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
    if (e instanceof TxDecodeError || e instanceof SdkError) return [];
    throw e;
  }
}

function transaction(messages: readonly Any[]): Uint8Array {
  const bodyBytes = TxBody.encode(TxBody.from({ messages }));
  const ctx = app.checkState.context('query');
  const signerInfos = signersOf(bodyBytes).map((s): SignerInfo => {
    const sequence = app.keepers.accounts.get(ctx, s)?.base.sequence ?? 0n;
    return { publicKey: keys.get(addresses.toString(s))?.publicKey, modeInfo: { sum: { case: 'single', value: { mode: 1 } } }, sequence };
  });
  const fee = { amount: [], gasLimit: 500_000n, payer: '', granter: '' };
  // Each signature is new, as the cache of verdicts knows old ones.
  const signature = SIGNATURE.slice();
  new DataView(signature.buffer).setUint32(60, ++serial);
  return TxRaw.encode({ bodyBytes, authInfoBytes: AuthInfo.encode({ signerInfos, fee, tip: undefined }), signatures: signerInfos.map(() => signature) });
}

export const target: FuzzTarget = {
  name: 'app-messages',
  corpus: () => {
    const random = new Random(11);
    return Array.from({ length: 64 }, (_, i) => Uint8Array.of(0, i % KINDS.length, ...random.bytes(40)));
  },
  inputBytesMax: 256,
  run: async (input) => {
    const c = new Choices(input);
    const messages = Array.from({ length: 1 + c.below(3) }, () => c.of(KINDS)(c));
    height += 1n;
    const { txResults } = await app.finalizeBlock(blockRequest(height, recording.genesisTime, [transaction(messages)]));
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
