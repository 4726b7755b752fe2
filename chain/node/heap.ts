// How far V8's heap of old objects grows before it is collected. A node that catches up makes most of its garbage in blocks of thousands of
// transactions: with the launcher's value, chosen for small memory, it marks its whole heap once a block.
import { setFlagsFromString } from 'node:v8';

const CATCHING_UP_PERCENT = 200;
/** As bin/trellisd.mjs. */
const USUAL_PERCENT = 60;

const setGrowth = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`);

/** The flag holds for the whole process; V8 reads it at the end of each collection. */
export async function withRoomyHeap<T>(run: () => Promise<T>): Promise<T> {
  setGrowth(CATCHING_UP_PERCENT);
  try {
    return await run();
  } finally {
    setGrowth(USUAL_PERCENT);
  }
}
