// Child process of wal-crash.test.ts: ends height after height in a log whose files change every few of them, and prints each that is durable.
import { Wal } from './wal.ts';

const [path, from] = process.argv.slice(2) as [string, string];
const wal = await Wal.open(path, {
  now: () => 1_700_000_000_000_000_000n,
  headBytesMax: 600,
  totalBytesMax: 3000,
  onRepair: (file) => process.stdout.write(`repaired ${file}\n`),
});
for (let height = BigInt(from); ; height++) {
  for (let round = 0; round < Number(height % 4n); round++) wal.append({ type: 'timeout', timeout: { duration: 1n, height, round, step: 3 } });
  await wal.endHeight(height);
  // A line that waits in this process dies with it, while the log goes on: the reader must have each before the next height.
  await new Promise((resolve) => process.stdout.write(`${height}\n`, resolve));
}
