// What a peer may say on the consensus channels: the first byte of an input is the channel, the rest the message; several inputs follow one
// another on the same node. A refused message is a PeerFault; whatever is taken goes on into the core, and gossip runs on what the peer said.
import { Lone, testValidators } from '../../chain/consensus/test-harness.ts';
import { ConsensusReactor } from '../../chain/engine/gossip/reactor.ts';
import { TestPeer, testEngine } from '../../chain/engine/gossip/test-peer.ts';
import { DATA_CHANNEL, STATE_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL } from '../../chain/p2p/channel.ts';
import { PeerFault } from '../../chain/p2p/reactor.ts';
import { BitArray } from '../../chain/types/bit-array.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import type { Validator } from '../../chain/types/validator.ts';
import { hostileMessages } from '../../testnet/faults/hostile-messages.ts';
import type { FuzzTarget } from './target.ts';

const CHANNELS = [STATE_CHANNEL, DATA_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL];
const validators = testValidators([10n, 10n, 10n, 10n]);

function setup() {
  const host = new Lone(0, validators);
  const { engine, inputs, flush } = testEngine(host);
  const reactor = new ConsensusReactor({ engine, gossipSleepMs: 100, queryMaj23SleepMs: 2000, now: () => 0n, random: () => 0 });
  host.start();
  host.input({ type: 'timeout', timeout: { duration: 0n, height: 1n, round: 0, step: 1 } });
  const peer = new TestPeer('p');
  reactor.initPeer(peer);
  reactor.addPeer(peer);
  return { host, inputs, flush, reactor, peer };
}

/** One node serves many inputs, as a real one does; it is replaced after a while so that a defect shows near its cause. */
const INPUTS_PER_NODE = 200;
let node = setup();
let served = 0;

function seeds(): [number, ConsensusMessage][] {
  const { host } = setup();
  const at = { height: 1n, round: 0 };
  const block = host.block('x');
  const part = block.parts.getPart(0);
  if (part === undefined) throw new Error('a block has a part');
  host.others(1, 0, block.id);
  const vote = host.driver.state.votes.prevotes(0)?.getByIndex(1);
  if (vote === undefined) throw new Error('validator 1 voted');
  const proposal = { type: 32, ...at, polRound: -1, blockId: block.id, timestamp: 0n, signature: new Uint8Array(64) };
  return [
    [0, { case: 'newRoundStep', value: { ...at, step: 3, secondsSinceStartTime: -1n, lastCommitRound: -1 } }],
    [0, { case: 'newValidBlock', value: { ...at, blockPartSetHeader: block.id.partSetHeader, blockParts: new BitArray(1), isCommit: false } }],
    [0, { case: 'hasVote', value: { ...at, type: 1, index: 3 } }],
    [0, { case: 'voteSetMaj23', value: { ...at, type: 1, blockId: block.id } }],
    [1, { case: 'proposal', value: { proposal } }],
    [1, { case: 'proposalPol', value: { height: 1n, proposalPolRound: 0, proposalPol: new BitArray(4) } }],
    [1, { case: 'blockPart', value: { ...at, part } }],
    [2, { case: 'vote', value: { vote } }],
    [3, { case: 'voteSetBits', value: { ...at, type: 1, blockId: block.id, votes: BitArray.from(4, (i) => i > 1) } }],
  ];
}

export const target: FuzzTarget = {
  name: 'p2p-consensus',
  corpus: () => [
    ...seeds().map(([channel, m]) => Uint8Array.of(channel, ...encodeConsensusMessage(m))),
    // What is near a rule's edge already; long ones only slow the search down.
    ...hostileMessages({ height: 1n, address: (validators.getByIndex(1) as Validator).address, index: 1, time: 0n }).flatMap(({ channel, bytes }) => {
      const at = CHANNELS.indexOf(channel);
      return at < 0 || bytes.length > 1000 ? [] : [Uint8Array.of(at, ...bytes)];
    }),
  ],
  run: (input) => {
    if (++served % INPUTS_PER_NODE === 0) node = setup();
    const { host, inputs, flush, reactor, peer } = node;
    try {
      reactor.receive(CHANNELS[(input[0] ?? 0) % CHANNELS.length] as number, peer, input.subarray(1));
    } catch (e) {
      if (e instanceof PeerFault) return;
      throw e;
    }
    for (const i of inputs.splice(0)) host.input(i);
    flush();
    reactor.poll();
    if (peer.sent.splice(0).length > 64) throw new Error('one message made the node send more than 64');
  },
};
