import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../simulator/random.ts';
import { GOOD_LINK, LinkLine } from './link-line.ts';
import { Links } from './links.ts';
import { UdpRelay } from './udp-relay.ts';
import { waitFor } from './wait.ts';

describe('one direction of a link', () => {
  const line = (seed = 's'): LinkLine<number> => new LinkLine(Random.of(seed));

  it('passes on at once where nothing is wrong', () => {
    const l = line();
    expect(l.push(1, 100, 0, GOOD_LINK)).toBe(true);
    expect(l.next).toBeUndefined();
    expect(l.counts).toEqual({ datagrams: 1, bytes: 100, dropped: 0 });
  });

  it('delivers after delay and jitter, in order', () => {
    const l = line();
    const c = { ...GOOD_LINK, delayMs: 50, jitterMs: 30 };
    for (let i = 0; i < 100; i++) expect(l.push(i, 1, i, c)).toBe(false);
    const first = l.next ?? 0;
    expect(first).toBeGreaterThanOrEqual(50);
    expect(first).toBeLessThan(80);
    expect(l.due(first - 0.001)).toEqual([]);
    const got: number[] = [];
    for (let now = 0; now < 300; now++) got.push(...l.due(now));
    expect(got).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('keeps the order when the delay ends while datagrams are under way', () => {
    const l = line();
    expect(l.push(1, 1, 0, { ...GOOD_LINK, delayMs: 100 })).toBe(false);
    expect(l.push(2, 1, 10, GOOD_LINK)).toBe(false);
    expect(l.due(99)).toEqual([]);
    expect(l.due(100)).toEqual([1, 2]);
    expect(l.push(3, 1, 101, GOOD_LINK)).toBe(true);
  });

  it('loses about as many as asked for, the same ones for the same seed', () => {
    const lost = (seed: string): number[] => {
      const l = line(seed);
      return Array.from({ length: 10_000 }, (_, i) => i).filter((i) => !l.push(i, 1, 0, { ...GOOD_LINK, loss: 0.1 }));
    };
    const a = lost('a');
    expect(a.length).toBeGreaterThan(850);
    expect(a.length).toBeLessThan(1150);
    expect(lost('a')).toEqual(a);
    expect(lost('b')).not.toEqual(a);
  });

  it('drops all when cut, and what was under way', () => {
    const l = line();
    l.push(1, 1, 0, { ...GOOD_LINK, delayMs: 10 });
    l.clear();
    expect(l.push(2, 1, 0, { ...GOOD_LINK, cut: true })).toBe(false);
    expect(l.due(1000)).toEqual([]);
    expect(l.counts.dropped).toBe(2);
  });

  it('holds a bounded number of datagrams', () => {
    const l = line();
    for (let i = 0; i < 20_000; i++) l.push(i, 1, 0, { ...GOOD_LINK, delayMs: 10 });
    expect(l.due(10).length).toBe(8192);
    expect(l.counts.dropped).toBe(20_000 - 8192);
  });
});

describe('a relay', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const o of open.splice(0)) o.close();
  });

  async function socket(onMessage: (text: string, from: { port: number; address: string }, s: Socket) => void): Promise<Socket> {
    const s = createSocket('udp4');
    open.push(s);
    s.on('message', (b, from) => onMessage(b.toString(), from, s));
    await new Promise<void>((resolve) => s.bind(0, '127.0.0.1', resolve));
    return s;
  }
  const echo = (): Promise<Socket> => socket((text, from, s) => s.send(`${text}!`, from.port, from.address));
  const relayTo = async (target: Socket): Promise<UdpRelay> => {
    const r = await UdpRelay.open({ targetPort: target.address().port, random: Random.of('relay') });
    open.push(r);
    return r;
  };

  it('carries datagrams of several diallers there and back', async () => {
    const relay = await relayTo(await echo());
    const got: string[][] = [[], []];
    for (const [i, mine] of got.entries()) {
      const s = await socket((text) => mine.push(text));
      for (let k = 0; k < 20; k++) s.send(`${i}-${k}`, relay.port, '127.0.0.1');
    }
    await waitFor('all answers', () => got.every((g) => g.length === 20) || undefined);
    for (const [i, mine] of got.entries()) expect(mine).toEqual(Array.from({ length: 20 }, (_, k) => `${i}-${k}!`));
    expect(relay.counts.there).toMatchObject({ datagrams: 40, dropped: 0 });
    expect(relay.counts.back).toMatchObject({ datagrams: 40, dropped: 0 });
  });

  it('is cut and whole again; a target that is not there harms nobody', async () => {
    const target = await echo();
    const relay = await relayTo(target);
    const got: string[] = [];
    const s = await socket((text) => got.push(text));
    relay.condition = { ...GOOD_LINK, cut: true };
    s.send('lost', relay.port, '127.0.0.1');
    await waitFor('the lost one', () => relay.counts.there.dropped === 1 || undefined);
    relay.condition = { ...GOOD_LINK, delayMs: 5, jitterMs: 5 };
    for (let k = 0; k < 5; k++) s.send(`${k}`, relay.port, '127.0.0.1');
    await waitFor('the answers', () => got.length === 5 || undefined);
    expect(got).toEqual(['0!', '1!', '2!', '3!', '4!']);
    open.splice(open.indexOf(target), 1);
    target.close();
    relay.condition = GOOD_LINK;
    for (let k = 0; k < 3; k++) s.send('nobody', relay.port, '127.0.0.1');
    await waitFor('these to pass', () => relay.counts.there.datagrams === 9 || undefined);
  });

  it('is one of many links, which change alone or with their node', async () => {
    const ends = await Promise.all(['a', 'b', 'c'].map(async (name) => ({ name, p2pPort: (await echo()).address().port })));
    const links = await Links.open(ends, 'seed');
    open.push(links);
    expect(new Set(ends.flatMap((f) => ends.filter((t) => t !== f).map((t) => links.port(f.name, t.name)))).size).toBe(6);
    links.set({ ...GOOD_LINK, cut: true }, 'a');
    expect(links.relay('a', 'b').condition.cut && links.relay('c', 'a').condition.cut).toBe(true);
    expect(links.relay('b', 'c').condition.cut).toBe(false);
    links.set(GOOD_LINK, 'a', 'b');
    expect(links.relay('b', 'a').condition.cut).toBe(false);
    expect(links.relay('a', 'c').condition.cut).toBe(true);
    const got: string[] = [];
    const s = await socket((text) => got.push(text));
    s.send('x', links.port('a', 'b'), '127.0.0.1');
    await waitFor('the answer', () => got.length === 1 || undefined);
    expect(links.carried('a')).toBe(2);
    expect(links.carried('c')).toBe(0);
    s.send('around', links.doorPort('b'), '127.0.0.1');
    await waitFor('the knock', () => links.knocks('b') === 1 || undefined);
    expect(() => links.port('a', 'd')).toThrow('no link from a to d');
  });
});
