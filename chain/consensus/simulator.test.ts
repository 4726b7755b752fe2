// Networks of cores in virtual time: agreement always, progress once messages arrive. Every fault is drawn from a printed seed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Input } from './effects.ts';
import { type Host, type Link, Sim, signedVote, testBlock } from './test-harness.ts';

const MS = 1_000_000n;
const reliable: Link = () => 10n * MS;

/** xorshift32. */
function random(seed: number): () => number {
  let x = seed | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4_294_967_296;
  };
}

const allDecided =
  (sim: Sim, heights: number, nodes = sim.hosts) =>
  (): boolean =>
    nodes.every((h) => h.decided.length >= heights);

describe('without faults', () => {
  test.each([[[1]], [[1, 1, 1, 1]], [[10, 1, 1, 1, 1, 1, 1]]])('powers %j: five heights in round 0', (powers) => {
    const sim = new Sim(powers.map(BigInt), reliable);
    sim.start();
    sim.runUntil(allDecided(sim, 5));
    expect(sim.agreement()).toBe(true);
    for (const h of sim.hosts) for (const d of h.decided) expect(d.commit.round).toBe(0);
  });

  test('proposers take turns by power', () => {
    const sim = new Sim([1n, 1n, 1n, 1n], reliable);
    sim.start();
    sim.runUntil(allDecided(sim, 8));
    const proposers = sim.hosts[0]?.decided.map((d) => d.candidate.block.header.proposerAddress.join());
    expect(new Set(proposers?.slice(0, 4)).size).toBe(4);
    expect(proposers?.slice(4, 8)).toEqual(proposers?.slice(0, 4));
  });
});

describe('crashes and partitions', () => {
  test('one of four is silent: its rounds time out, the others decide', () => {
    const silent = 2;
    const sim = new Sim([1n, 1n, 1n, 1n], (from, to) => (from === silent || to === silent ? 'lost' : 10n * MS));
    sim.start();
    const others = sim.hosts.filter((h) => h.index !== silent);
    sim.runUntil(allDecided(sim, 5, others));
    expect(sim.agreement()).toBe(true);
    expect(others.some((h) => h.decided.some((d) => d.commit.round > 0))).toBe(true);
  });

  test('two of four are silent: nobody decides', () => {
    const sim = new Sim([1n, 1n, 1n, 1n], (from, to) => (from >= 2 || to >= 2 ? 'lost' : 10n * MS));
    sim.start();
    expect(() => sim.runUntil(() => sim.hosts.some((h) => h.decided.length > 0), 2000)).toThrow(/not done/);
  });

  test('after a split into halves the chain goes on, also from nodes locked in it', () => {
    let split = true;
    const sim = new Sim([1n, 1n, 1n, 1n], (from, to, m) => {
      if (!split) return 10n * MS;
      // Prevotes pass, so that nodes lock; precommits do not cross.
      return m.type === 'vote' && m.vote.type === 2 && from % 2 !== to % 2 ? 'lost' : 10n * MS;
    });
    sim.start();
    sim.runUntil(() => sim.hosts.every((h) => h.driver.state.round.lockedRound >= 0 || h.driver.state.round.round > 0), 4000);
    expect(sim.hosts.every((h) => h.decided.length === 0)).toBe(true);
    split = false;
    sim.runUntil(allDecided(sim, 3));
    expect(sim.agreement()).toBe(true);
  });

  test('a node that misses ten heights catches up by commits and parts', () => {
    let cut = true;
    const sim = new Sim([1n, 1n, 1n, 1n], (from, to) => (cut && (from === 3 || to === 3) ? 'lost' : 10n * MS));
    sim.start();
    sim.runUntil(allDecided(sim, 10, sim.hosts.slice(0, 3)));
    cut = false;
    sim.runUntil(allDecided(sim, 11), 60_000);
    expect(sim.agreement()).toBe(true);
  });
});

test('random delays and losses: agreement always, and progress when they end', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 60 }), (seed, lossPercent) => {
      const next = random(seed);
      let quiet = false;
      const sim = new Sim([3n, 2n, 2n, 1n], () => {
        if (quiet) return 10n * MS;
        return next() * 100 < lossPercent ? 'lost' : BigInt(Math.floor(next() * 800)) * MS;
      });
      sim.start();
      for (let i = 0; i < 1200; i++) {
        if (i % 40 === 0) sim.gossip();
        if (!sim.step()) sim.gossip();
      }
      expect(sim.agreement()).toBe(true);
      quiet = true;
      const goal = Math.max(...sim.hosts.map((h) => h.decided.length)) + 1;
      sim.runUntil(allDecided(sim, goal), 60_000);
      expect(sim.agreement()).toBe(true);
    }),
    { numRuns: 12 },
  );
});

test('F-40: an equivocator below a third cannot break agreement, and is found out', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
      const next = random(seed);
      const liar = 3;
      const sim = new Sim([1n, 1n, 1n, 1n], () => BigInt(Math.floor(next() * 60)) * MS);
      const equivocate = (m: Input): Input => {
        if (m.type !== 'vote') return m;
        const host = sim.hosts[liar] as Host;
        const other = testBlock(host.driver.state.context, host.address, host.driver.state.lastCommit?.makeExtendedCommit(), `lie${seed}`, sim.now);
        return { type: 'vote', vote: signedVote({ ...m.vote, blockId: other.id }), peer: '' };
      };
      const host = sim.hosts[liar] as Host;
      host.onSend = (m) => {
        for (const to of sim.hosts) {
          if (to.index === liar) continue;
          if (next() < 0.5) sim.send(liar, to.index, m);
          else sim.send(liar, to.index, equivocate(m));
          if (next() < 0.3) sim.send(liar, to.index, equivocate(m));
        }
      };
      sim.start();
      sim.runUntil(allDecided(sim, 4, sim.hosts.slice(0, 3)), 60_000);
      expect(sim.agreement()).toBe(true);
      const evidence = sim.hosts.flatMap((h) => h.evidence);
      expect(evidence.length).toBeGreaterThan(0);
      for (const [a, b] of evidence) {
        expect(a.validatorIndex).toBe(liar);
        expect(b.validatorIndex).toBe(liar);
      }
    }),
    { numRuns: 8 },
  );
});
