// Our application against what simd (SDK 0.53.4) answered to the same blocks: codes, texts, gas, data and events of every transaction.
import { expect, test } from 'vitest';
import { readRecording } from './recording.ts';
import { blockRequest, difference, ourApp } from './replay.ts';

const recording = readRecording();

test('every transaction of the recording is answered as simd did', async () => {
  const app = await ourApp(recording.genesisTime, recording.appState);
  const differences: string[] = [];
  let compared = 0;
  for (const [i, block] of recording.blocks.entries()) {
    const { txResults } = await app.finalizeBlock(
      blockRequest(
        BigInt(i + 1),
        recording.genesisTime,
        block.map((t) => t.tx),
      ),
    );
    await app.commit();
    for (const [n, t] of block.entries()) {
      compared++;
      const why = difference(txResults[n] as (typeof txResults)[0], t.result);
      if (why !== undefined) differences.push(`${t.name}\n      ${why}`);
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});
