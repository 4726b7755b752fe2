// A dev network that, after SIGUSR2, kills itself at a step between two writes: node fail-point-node.ts HOME POINT TIMES PRUNING.
import { startDevNetwork } from '../../../chain/cmd/dev/network.ts';

const [home, point, times, pruning] = process.argv.slice(2) as [string, string, string, string];
let left = Number.POSITIVE_INFINITY;
process.on('SIGUSR2', () => {
  left = Number(times);
});
await startDevNetwork({
  home,
  chainId: 'trellis-local-1',
  timeoutCommit: '20ms',
  pruning,
  logLevel: 'warn',
  environment: {},
  out: (line) => console.log(line),
  failPoint: (name) => {
    if (name === point && --left <= 0) process.kill(process.pid, 'SIGKILL');
  },
});
