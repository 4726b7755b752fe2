// The consensus core against peers that send anything that decodes: nothing throws, nothing is decided, and no vote of theirs that is not
// signed is counted. The core is replaced now and then, so that its state varies and does not grow.
import { Lone, testValidators } from '../../chain/consensus/test-harness.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { consensusMessageCodec, decodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import type { FuzzTarget } from './target.ts';

const validators = testValidators([1n, 1n, 1n, 1n]);
const LIFE_INPUTS = 200;
let core = fresh();
let inputs = 0;

function fresh(): Lone {
  const n = new Lone(3, validators);
  n.start();
  n.fire();
  return n;
}

export const target: FuzzTarget = {
  name: 'consensus',
  corpus() {
    const n = fresh();
    const c = n.block('seed');
    const out: Uint8Array[] = [];
    for (const i of [0, 1, 2]) n.voteFrom(i, 1, 0, c.id);
    n.propose(c, 0);
    for (const m of n.logged) {
      if (m.type === 'vote') out.push(consensusMessageCodec.encode({ sum: { case: 'vote', value: { vote: m.vote } } }));
      if (m.type === 'proposal') out.push(consensusMessageCodec.encode({ sum: { case: 'proposal', value: { proposal: m.proposal } } }));
      if (m.type === 'blockPart') {
        const { height, round, part } = m;
        out.push(consensusMessageCodec.encode({ sum: { case: 'blockPart', value: { height, round, part } } }));
      }
    }
    return out;
  },
  run(input) {
    if (++inputs % LIFE_INPUTS === 0) core = fresh();
    let m: ReturnType<typeof decodeConsensusMessage>;
    try {
      m = decodeConsensusMessage(input);
    } catch (e) {
      if (e instanceof TypesError) return;
      throw e;
    }
    const peer = `p${inputs % 7}`;
    if (m.case === 'vote') core.input({ type: 'vote', vote: m.value.vote, peer });
    else if (m.case === 'proposal') core.input({ type: 'proposal', proposal: m.value.proposal, peer });
    else if (m.case === 'blockPart') core.input({ type: 'blockPart', ...m.value, peer });
    if (inputs % 50 === 0) core.fire();
    if (core.decided.length > 0) throw new Error('decided without two thirds of the signatures');
  },
};
