// The application under mutated transactions, with every signature taken as right, so that messages are reached: CheckTx and FinalizeBlock
// always answer, what is answered as a panic is one of the reference's and no fault of ours, and coins are neither made nor lost.

import { readRecording } from '../differential/app/recording.ts';
import { blockRequest } from '../differential/app/replay.ts';
import { BROKEN, fuzzApp } from './support/app.ts';
import type { FuzzTarget } from './target.ts';

const recording = readRecording();
const app = await fuzzApp();
let height = 0n;

export const target: FuzzTarget = {
  name: 'app-tx',
  corpus: () => recording.blocks.flat().map((t) => t.tx),
  inputBytesMax: 1 << 13,
  run: async (input) => {
    const tx = input.slice();
    const checked = await app.checkTx({ tx, type: 0 });
    height += 1n;
    const { txResults } = await app.finalizeBlock(blockRequest(height, recording.genesisTime, [tx]));
    await app.commit();
    for (const r of [checked, ...txResults]) if (r.code === 111222 && BROKEN.test(r.log)) throw new Error(r.log);
    // The whole state is looked at now and then: it grows.
    if (height % 64n !== 0n) return;
    const ctx = app.queryContext(0n);
    const sum = new Map<string, bigint>();
    for (const [[, denom], amount] of app.keepers.bank.balances.walk(ctx)) sum.set(denom, (sum.get(denom) ?? 0n) + amount);
    for (const [denom, amount] of app.keepers.bank.supply.walk(ctx)) {
      if (sum.get(denom) !== amount) throw new Error(`the supply of ${denom} is ${amount}, balances add up to ${sum.get(denom)}`);
    }
  },
};
