// Evidence among this repository's validators and Go CometBFT v0.40.0: two of each, powers 10, 10, 10, 9; the one with 9 is ours and votes
// twice. Blocks with the evidence are proposed by both kinds and committed by all; evidence that clients report goes both ways; what Go
// refuses is refused in the same words; killed and new nodes catch up over blocks with evidence. `--seconds N` (240): how long to wait for proposers of both kinds.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { formatTime } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import { publicKeyOf } from '../../chain/privval/private-key.ts';
import { type Evidence, evidenceHash, evidenceHeight, evidenceListHash } from '../../chain/types/evidence.ts';
import { jEvidence } from '../../chain/types/json/block.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { readMisbehavior, type ToldMisbehavior } from '../../testnet/witness/misbehavior-log.ts';
import { Checks } from '../checks.ts';
import { Forge, keyOf } from './evidence/forge.ts';
import { amnesiaThatBlamesNobody, attackCases, attackOfAnotherName, type Cases, duplicateVoteCases, malformedCases } from './evidence/refused.ts';
import { readChain } from './mixed/chain.ts';

const CHAIN_ID = 'trellis-evidence-1';
const WITNESS = fileURLToPath(new URL('../../testnet/witness/main.ts', import.meta.url));
const EQUIVOCATE_FROM = 6;
const EQUIVOCATE_EVERY = 3;
/** Age at which evidence expires, in blocks and in seconds: short, so that the check reaches it. */
const MAX_AGE_BLOCKS = 60;
const MAX_AGE_SECONDS = 10;
/** How often a client reports an offence until one of the other kind proposed the block with it. */
const REPORTS = 40;

interface BlockWithEvidence {
  readonly height: number;
  readonly proposer: string;
  readonly evidenceHash: string;
  readonly evidence: readonly Evidence[];
}

class EvidenceNetwork {
  readonly net: TestNetwork;
  readonly forge: Forge;
  readonly #kinds: ReadonlyMap<string, 'go' | 'ts'>;
  #read = 0;
  readonly blocks: BlockWithEvidence[] = [];

  constructor(net: TestNetwork) {
    this.net = net;
    this.forge = new Forge(CHAIN_ID, net.node('go0'), net.nodes.map(keyOf));
    this.#kinds = new Map(net.nodes.map((n) => [toHexUpper(addressOfKey(publicKeyOf(keyOf(n)))), n.spec.kind]));
  }

  get running(): readonly TestNode[] {
    return this.net.nodes.filter((x) => x.isRunning);
  }

  kindOf(b: BlockWithEvidence): 'go' | 'ts' {
    return this.#kinds.get(b.proposer) ?? 'go';
  }

  /** Reads on to the last block of a Go node. */
  async read(): Promise<readonly BlockWithEvidence[]> {
    const go = this.net.node('go0');
    const latest = await go.height();
    while (this.#read < latest) {
      const height = this.#read + 1;
      const { block } = await go.result<{
        block: { header: { proposer_address: string; evidence_hash: string }; evidence: { evidence: readonly unknown[] } };
      }>(`block?height=${height}`);
      const { proposer_address: proposer, evidence_hash: hash } = block.header;
      const evidence = block.evidence.evidence.map((e) => jEvidence.from(e, 'evidence'));
      if (evidence.length > 0) this.blocks.push({ height, proposer, evidenceHash: hash, evidence });
      this.#read = height;
    }
    return this.blocks;
  }

  /** The block that carries the evidence. */
  blockWith(e: Evidence, timeoutMs = 60_000): Promise<BlockWithEvidence> {
    const hash = String(evidenceHash(e));
    return waitFor(
      `evidence of height ${evidenceHeight(e)} in a block`,
      async () => (await this.read()).find((b) => b.evidence.some((x) => String(evidenceHash(x)) === hash)),
      timeoutMs,
      100,
    );
  }
}

interface Answer {
  readonly result?: { readonly hash: string };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string };
}

async function broadcast(node: TestNode, evidence: unknown): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'broadcast_evidence', params: { evidence } });
  const r = await fetch(node.rpc, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return (await r.json()) as Answer;
}

/** As the chain's engines derive them from a block's evidence, for the log of each application. */
function misbehaviorOf(b: BlockWithEvidence): ToldMisbehavior[] {
  return b.evidence.flatMap((e): ToldMisbehavior[] => {
    const base = { block: String(b.height), time: formatTime(e.value.timestamp), totalVotingPower: String(e.value.totalVotingPower) };
    if (e.case === 'duplicateVote') {
      const { voteA, validatorPower } = e.value;
      return [{ ...base, type: 1, address: toHexUpper(voteA.validatorAddress), power: String(validatorPower), height: String(voteA.height) }];
    }
    return e.value.byzantineValidators.map((v) => ({
      ...base,
      type: 2,
      address: toHexUpper(v.address),
      power: String(v.votingPower),
      height: String(e.value.commonHeight),
    }));
  });
}

/** Each application was told the same and nothing else; of a block that was executed again after a crash, again. */
async function toldEverywhere(n: EvidenceNetwork, upTo: number): Promise<number> {
  await n.read();
  const due = n.blocks.filter((b) => b.height <= upTo).flatMap(misbehaviorOf);
  const key = (m: ToldMisbehavior): string => [m.block, m.type, m.address, m.height, m.power, m.time, m.totalVotingPower].join(' ');
  const byBlock = (list: readonly ToldMisbehavior[]): Map<number, string> => {
    const out = new Map<number, string>();
    for (const m of list) if (Number(m.block) <= upTo) out.set(Number(m.block), `${out.get(Number(m.block)) ?? ''}${key(m)}\n`);
    return out;
  };
  const want = byBlock(due);
  for (const node of n.running) {
    await node.waitHeight(upTo + 1);
    const told = byBlock(readMisbehavior(node.home));
    if (String([...told.keys()]) !== String([...want.keys()]))
      throw new Error(`${node.name} was told of misbehavior in blocks ${[...told.keys()]}, not ${[...want.keys()]}`);
    for (const [block, text] of want) {
      const got = told.get(block) ?? '';
      if (got !== text && got !== text + text) throw new Error(`${node.name} was told in block ${block}\n${got}and not\n${text}`);
    }
  }
  return due.length;
}

/** Reports an offence to `to` alone, again with another one, until a proposer of the other kind brings one. */
async function crosses(n: EvidenceNetwork, to: TestNode, make: (attempt: number) => Promise<Evidence>): Promise<string> {
  const other = to.spec.kind === 'go' ? 'ts' : 'go';
  for (let attempt = 0; attempt < REPORTS; attempt++) {
    // Heights and proposers go round together: another height brings another proposer.
    await n.net.node('go0').waitHeight((await n.net.node('go0').height()) + (attempt % 3));
    const e = await make(attempt);
    const { result, error } = await broadcast(to, jEvidence.to(e));
    if (error !== undefined) throw new Error(`${to.name} refuses it: ${error.data?.slice(0, 400)}`);
    if (result?.hash !== Buffer.from(evidenceHash(e)).toString('base64') && result?.hash !== toHexUpper(evidenceHash(e))) {
      throw new Error(`${to.name} answers the hash ${result?.hash}`);
    }
    const block = await n.blockWith(e);
    for (const node of n.running) await node.waitHeight(block.height);
    if (n.kindOf(block) === other) return `reported at ${evidenceHeight(e)}, in block ${block.height}, report ${attempt + 1}`;
  }
  throw new Error(`${REPORTS} reports, and none was brought by a proposer of kind ${other}`);
}

const short = (a: Answer): string => (a.error === undefined ? `accepted ${a.result?.hash}` : `${a.error.code} ${a.error.message}: ${a.error.data}`);

async function compareAnswers(checks: Checks, go: TestNode, ts: TestNode, cases: Cases): Promise<void> {
  const different: string[] = [];
  for (const [name, evidence] of cases) {
    const [want, got] = [short(await broadcast(go, evidence)), short(await broadcast(ts, evidence))];
    if (want.startsWith('accepted')) different.push(`${name}: Go accepts it`);
    else if (got !== want) different.push(`${name}\n  go: ${want}\n  ts: ${got}`);
  }
  checks.note(`${cases.length - different.length} of ${cases.length} answers equal`);
  for (const d of different) checks.note(d);
  checks.equal(different.length, 0, 'answers that differ');
}

export default async function evidence(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '240' } } });
  const deadlineMs = 1000 * Number(values.seconds);
  const checks = new Checks('evidence');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      // With stake the first evidence would send the equivocator out of the validator set.
      isStaked: false,
      nodes: [
        { name: 'go0', kind: 'go', power: 10, program: WITNESS },
        { name: 'go1', kind: 'go', power: 10, program: WITNESS },
        { name: 'ts0', kind: 'ts', power: 10, program: WITNESS },
        { name: 'twice', kind: 'ts', power: 9, program: WITNESS, arguments: ['--equivocate', `${EQUIVOCATE_FROM},1000000,${EQUIVOCATE_EVERY}`] },
        { name: 'lateTs', kind: 'ts', late: true, program: WITNESS },
        { name: 'lateGo', kind: 'go', late: true, program: WITNESS },
      ],
      consensus: { timeout_commit: '"200ms"', timeout_propose: '"1s"' },
      genesis: (doc) => {
        const params = doc.consensus_params as { evidence: Record<string, string> };
        params.evidence.max_age_num_blocks = String(MAX_AGE_BLOCKS);
        params.evidence.max_age_duration = String(MAX_AGE_SECONDS * 1_000_000_000);
      },
    },
    { cometbft },
  );
  console.log(`  ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  const n = new EvidenceNetwork(net);
  const [go0, go1, ts0, twice] = ['go0', 'go1', 'ts0', 'twice'].map((name) => net.node(name)) as [TestNode, TestNode, TestNode, TestNode];
  const offender = addressOfKey(publicKeyOf(keyOf(twice)));
  try {
    await checks.run('start together', async () => {
      await net.start();
      await Promise.all(n.running.map((x) => x.waitHeight(EQUIVOCATE_FROM, 120_000)));
    });
    let ownBlocks: readonly BlockWithEvidence[] = [];
    await checks.run('votes twice: prevotes and precommits are brought to the chain by Go and by TypeScript proposers', async () => {
      const seen = new Map<string, number>();
      await waitFor(
        'evidence of both types by proposers of both kinds',
        async () => {
          seen.clear();
          for (const b of await n.read()) {
            for (const e of b.evidence) {
              if (e.case !== 'duplicateVote') continue;
              const what = `${n.kindOf(b)} ${e.value.voteA.type === 1 ? 'prevotes' : 'precommits'}`;
              seen.set(what, (seen.get(what) ?? 0) + 1);
            }
          }
          return seen.size === 4 || undefined;
        },
        deadlineMs,
        250,
      );
      ownBlocks = [...n.blocks];
      checks.note(`${[...seen].map(([what, count]) => `${what}: ${count}`).join(', ')}, in ${ownBlocks.length} blocks`);
      for (const b of ownBlocks) {
        for (const e of b.evidence) {
          if (e.case !== 'duplicateVote') throw new Error(`block ${b.height}: ${e.case}`);
          checks.equal(toHexUpper(e.value.voteA.validatorAddress), toHexUpper(offender), `block ${b.height}`);
          checks.equal([e.value.validatorPower, e.value.totalVotingPower], [9n, 39n], `block ${b.height}`);
        }
      }
    });
    const agree = async (): Promise<string> => {
      const upTo = (await go0.height()) - 1;
      const nodes = n.running;
      await Promise.all(nodes.map((x) => x.waitHeight(upTo + 1)));
      const chains = await Promise.all(nodes.map((x) => readChain(x, 1, upTo)));
      for (const [i, chain] of chains.entries()) checks.equal(chain, chains[0], nodes[i]?.name);
      const told = await toldEverywhere(n, upTo);
      return `${upTo} blocks, ${n.blocks.length} with evidence, ${told} misbehaviors told to each application`;
    };
    await checks.run('all four agree on each block id and app hash, and told the application the same', async () => {
      checks.note(await agree());
    });
    await checks.run('evidence is read over RPC in the same bytes, and its hash is that of the header', async () => {
      for (const b of n.blocks) {
        const texts = await Promise.all(n.running.map(async (x) => (await fetch(`${x.rpc}/block?height=${b.height}`)).text()));
        for (const [i, text] of texts.entries()) checks.equal(text, texts[0], `${n.running[i]?.name}, block ${b.height}`);
        checks.equal(toHexUpper(evidenceListHash(b.evidence)), b.evidenceHash, `block ${b.height}`);
      }
      checks.note(`${n.blocks.length} blocks, ${n.blocks.reduce((sum, b) => sum + b.evidence.length, 0)} pieces`);
    });
    const key = keyOf(twice);
    let fill = 30;
    /** A height that is in blocks of all and not among those of the votes above. */
    const recent = async (): Promise<number> => {
      const heights = await Promise.all(n.running.map((x) => x.height()));
      const h = Math.min(...heights) - 3;
      return h % EQUIVOCATE_EVERY === 0 ? h - 1 : h;
    };
    for (const node of [ts0, go0]) {
      const from = node.spec.kind === 'go' ? 'Go' : 'TypeScript';
      const to = node.spec.kind === 'go' ? 'TypeScript' : 'Go';
      for (const type of [1, 2]) {
        await checks.run(`two ${type === 1 ? 'prevotes' : 'precommits'} that only a ${from} node knows are proposed by a ${to} node`, async () => {
          fill += 2;
          const make = async (): Promise<Evidence> => ({ case: 'duplicateVote', value: await n.forge.duplicateVote(await recent(), key, fill++, { type }) });
          checks.note(await crosses(n, node, make));
        });
      }
      const attacks: readonly (readonly [string, (attempt: number) => Promise<Evidence>])[] = [
        [
          'an invented header (lunatic)',
          async () => {
            const h = await recent();
            return { case: 'lightClientAttack', value: await n.forge.attack(h, h - 2, { appHash: new Uint8Array(32).fill(fill++) }) };
          },
        ],
        [
          'two headers of one round (equivocation)',
          async () => {
            const h = await recent();
            return { case: 'lightClientAttack', value: await n.forge.attack(h, h, { dataHash: new Uint8Array(32).fill(fill++) }) };
          },
        ],
        [
          'an invented header signed by three of four',
          async () => {
            const h = await recent();
            return {
              case: 'lightClientAttack',
              value: await n.forge.attack(h, h - 1, { lastResultsHash: new Uint8Array(32).fill(fill++) }, { signs: (i) => i !== 1 }),
            };
          },
        ],
      ];
      for (const [what, make] of attacks) {
        await checks.run(`${what}, reported to a ${from} node, is proposed by a ${to} node`, async () => {
          checks.note(await crosses(n, node, make));
        });
      }
    }
    await checks.run('what was reported: all agree, and the applications were told', async () => {
      checks.note(await agree());
    });
    await checks.run('evidence that is committed is ignored by both, in the same words', async () => {
      for (const b of n.blocks.slice(-4)) {
        for (const e of b.evidence) checks.equal(short(await broadcast(ts0, jEvidence.to(e))), short(await broadcast(go0, jEvidence.to(e))));
      }
    });
    // Answers name the running height: the chain must stand still while they are compared.
    await checks.run('two validators are paused, the others stand at one height', async () => {
      await go0.waitHeight(MAX_AGE_BLOCKS + 10, 120_000);
      go1.pause();
      twice.pause();
      let last = '';
      let same = 0;
      await waitFor(
        'a standing chain',
        async () => {
          const now = String(await Promise.all([go0.height(), ts0.height()]));
          same = now === last ? same + 1 : 0;
          last = now;
          const [a, b] = now.split(',');
          return (same >= 20 && a === b) || undefined;
        },
        60_000,
        100,
      );
      checks.note(`at height ${last.split(',')[0]}`);
    });
    const latest = await go0.height();
    await checks.run('duplicate votes that prove nothing are refused in the same words', async () => {
      await compareAnswers(checks, go0, ts0, await duplicateVoteCases(n.forge, key, keyOf(ts0), latest - 5, 2));
    });
    await checks.run('light client attacks that prove nothing are refused in the same words', async () => {
      await compareAnswers(checks, go0, ts0, await attackCases(n.forge, latest - 3, latest - 5, 2, latest));
    });
    await checks.run('amnesia that blames nobody is refused as Go refuses it in a block', async () => {
      const { error } = await broadcast(ts0, await amnesiaThatBlamesNobody(n.forge, latest - 3));
      checks.that(error?.data?.includes('expected nil validators from an amnesia light client attack but got 0') === true, short({ ...(error && { error }) }));
    });
    await checks.run('an attack whose header names another chain is taken by both', async () => {
      const e = await attackOfAnotherName(n.forge, latest - 3, latest - 5);
      const [want, got] = [short(await broadcast(go0, e)), short(await broadcast(ts0, e))];
      checks.that(want.startsWith('accepted'), want);
      checks.equal(got, want);
    });
    await checks.run('what is no evidence is refused in the same words', async () => {
      await compareAnswers(checks, go0, ts0, malformedCases);
    });
    await checks.run('the chain goes on, and all agree', async () => {
      go1.resume();
      twice.resume();
      await Promise.all(n.running.map((x) => x.waitHeight(latest + 10, 120_000)));
      checks.note(await agree());
    });
    for (const node of [go1, ts0]) {
      await checks.run(`${node.name} is killed, misses blocks with evidence and catches up`, async () => {
        const before = (await n.read()).length;
        await node.kill();
        await waitFor('two more blocks with evidence', async () => (await n.read()).length >= before + 2 || undefined, 120_000, 250);
        await node.start();
        await node.waitHeight((await go0.height()) + 3, 120_000);
        checks.note(await agree());
      });
    }
    await checks.run('new nodes of both kinds fetch all blocks, check their evidence, and agree', async () => {
      const late = [net.node('lateTs'), net.node('lateGo')];
      await Promise.all(late.map((x) => x.start()));
      const to = (await go0.height()) + 5;
      await Promise.all(late.map((x) => x.waitHeight(to, 180_000)));
      checks.note(await agree());
    });
  } finally {
    for (const x of [go1, twice]) x.resume();
    await net.stop();
  }
  return checks;
}
