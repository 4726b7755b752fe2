import { expect, test } from 'vitest';
import { fromHex } from '../../encoding/bytes.ts';
import { peerIdOfKey } from './peer-id.ts';

test('a node key has the identity that `cometbft show-node-id --libp2p` of v0.40.0 prints', () => {
  const key = fromHex('4447eb0f6a293af23ab10b7783848a61a9874769fb708dee91c7eab5031b3e400b23510362b8f22e6f5b84f03b04f873cec6ddaf1ef03c1688c7921822a7ee12');
  expect(peerIdOfKey(key)).toBe('12D3KooWAZqtRwPRHMKu5PdEMQag5v36sRrHMRkujc9cLHdsWmFF');
});
