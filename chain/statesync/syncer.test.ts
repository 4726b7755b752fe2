import { beforeEach, describe, expect, test } from 'vitest';
import type { ApplySnapshotChunkRequest, ApplySnapshotChunkResponse, OfferSnapshotRequest } from '../abci/application.ts';
import { utf8 } from '../encoding/bytes.ts';
import type { State } from '../execution/state.ts';
import type { Commit } from '../types/commit.ts';
import type { PeerSnapshot } from './snapshots.ts';
import { type StateProvider, UntrustedError } from './state-provider.ts';
import { StateSyncError, type SyncedState, Syncer } from './syncer.ts';
import { TestClock } from './test-clock.ts';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const appHash = utf8('the app hash of the header');

const snapshot = (height: bigint, more: Partial<PeerSnapshot> = {}): PeerSnapshot => ({
  height,
  format: 3,
  chunks: 3,
  hash: utf8(`hash ${height}`),
  metadata: utf8('metadata'),
  ...more,
});

/** An application that accepts chunks "height/index", in order. */
class TestApp {
  readonly offers: bigint[] = [];
  readonly applied: string[] = [];
  height = 0n;
  hash: Uint8Array = utf8('nothing');
  version = 1n;
  #offered: bigint | undefined;
  offer: (req: OfferSnapshotRequest) => number = () => 1;
  answer: (req: ApplySnapshotChunkRequest) => Partial<ApplySnapshotChunkResponse> | undefined = () => undefined;

  async info() {
    return { data: '', version: '', appVersion: this.version, lastBlockHeight: this.height, lastBlockAppHash: this.hash };
  }
  async offerSnapshot(req: OfferSnapshotRequest) {
    this.#offered = req.snapshot?.height;
    this.offers.push(req.snapshot?.height ?? -1n);
    expect(req.appHash).toEqual(appHash);
    return { result: this.offer(req) };
  }
  async applySnapshotChunk(req: ApplySnapshotChunkRequest): Promise<ApplySnapshotChunkResponse> {
    const text = new TextDecoder().decode(req.chunk);
    const good = { result: 1, refetchChunks: [], rejectSenders: [] };
    const special = this.answer(req);
    if (special !== undefined) return { ...good, ...special };
    if (text !== `${this.#offered}/${req.index}`) return { ...good, result: 3, refetchChunks: [req.index], rejectSenders: [req.sender] };
    this.applied.push(text);
    if (req.index === 2) {
      this.height = this.#offered ?? 0n;
      this.hash = appHash;
    }
    return good;
  }
}

const provider: StateProvider = {
  appHash: async () => appHash,
  state: async (height) => ({ lastBlockHeight: height, appHash, version: { block: 11n, app: 1n } }) as State,
  commit: async (height) => ({ height }) as Commit,
};

type Peer = (index: number, s: PeerSnapshot) => Uint8Array | undefined | 'silence';
const honest: Peer = (index, s) => utf8(`${s.height}/${index}`);

class Scene {
  readonly clock = new TestClock();
  readonly app = new TestApp();
  readonly peers = new Map<string, Peer>();
  readonly offers = new Map<string, readonly PeerSnapshot[]>();
  readonly asked: string[] = [];
  requests = 0;
  provider: StateProvider = provider;
  onRequest: () => void = silent;
  syncer!: Syncer;

  join(id: string, peer: Peer, ...offers: PeerSnapshot[]): void {
    this.peers.set(id, peer);
    this.offers.set(id, offers);
  }

  run(): Promise<SyncedState | undefined> {
    let dice = 0;
    this.syncer = new Syncer({
      application: this.app,
      provider: this.provider,
      discoveryMs: 15_000,
      chunkRequestTimeoutMs: 10_000,
      chunkFetchers: 4,
      requestSnapshots: () => {
        this.requests++;
        this.onRequest();
        for (const [id, offers] of this.offers) for (const s of offers) this.syncer.addSnapshot(id, s);
      },
      requestChunk: (id, s, index) => {
        this.asked.push(`${id}:${index}`);
        const bytes = this.peers.get(id)?.(index, s);
        if (bytes !== 'silence') setImmediate(() => this.syncer.addChunk(id, s.height, s.format, index, bytes));
      },
      logger,
      clock: this.clock,
      random: () => (dice++ % 7) / 7,
    });
    return this.clock.until(this.syncer.run());
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

test('the highest snapshot is restored, and the state is the verified one', async () => {
  scene.join('a', honest, snapshot(10n), snapshot(20n));
  scene.join('b', honest, snapshot(20n), snapshot(20n, { format: 2 }));
  const result = await scene.run();
  expect(result?.state.lastBlockHeight).toBe(20n);
  expect(result?.commit.height).toBe(20n);
  expect(scene.app.offers).toEqual([20n]);
  expect(scene.app.applied).toEqual(['20/0', '20/1', '20/2']);
  expect(scene.asked.map((a) => a.slice(2)).sort()).toEqual(['0', '1', '2']);
});

test('peers are asked again until one has a snapshot', async () => {
  scene.onRequest = () => {
    if (scene.requests === 4) scene.join('a', honest, snapshot(10n));
  };
  expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
  expect(scene.requests).toBe(4);
});

test('stopping ends it without a state', async () => {
  scene.onRequest = () => {
    if (scene.requests === 3) setImmediate(() => scene.syncer.stop());
  };
  expect(await scene.run()).toBeUndefined();
  const busy = new Scene();
  busy.join(
    'a',
    (index) => {
      if (index === 1) setImmediate(() => busy.syncer.stop());
      return index === 1 ? 'silence' : utf8(`10/${index}`);
    },
    snapshot(10n),
  );
  expect(await busy.run()).toBeUndefined();
});

describe('F-10: what is bad is passed over', () => {
  test('a peer whose chunks are wrong is not asked again', async () => {
    scene.join('liar', (index) => utf8(`lie ${index}`), snapshot(10n));
    scene.join('honest', honest, snapshot(10n));
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.applied).toEqual(['10/0', '10/1', '10/2']);
    const first = scene.asked.findIndex((a) => a.startsWith('liar'));
    expect(first).toBeGreaterThanOrEqual(0);
    expect(scene.asked.filter((a) => a.startsWith('liar')).length).toBeLessThanOrEqual(4);
  });

  test('a snapshot that the application refuses gives way to the next', async () => {
    scene.join('a', honest, snapshot(30n), snapshot(20n), snapshot(15n, { format: 9 }), snapshot(12n, { format: 9 }), snapshot(10n));
    scene.app.offer = ({ snapshot: s }) => (s?.format === 9 ? 4 : s?.height === 30n ? 3 : 1);
    scene.app.answer = ({ index, chunk }) => (new TextDecoder().decode(chunk).startsWith('20/') && index === 1 ? { result: 5 } : undefined);
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.offers).toEqual([30n, 20n, 15n, 10n]);
  });

  test('the senders of a rejected snapshot are not believed', async () => {
    scene.join('liar', honest, snapshot(30n), snapshot(29n));
    scene.join('honest', honest, snapshot(10n));
    scene.app.offer = ({ snapshot: s }) => (s?.height === 30n ? 5 : 1);
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.offers).toEqual([30n, 10n]);
  });

  test('a peer that does not answer is replaced', async () => {
    scene.join('silent', () => 'silence', snapshot(10n));
    scene.join('honest', honest, snapshot(10n));
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
  });

  test('where nobody answers, the next snapshot is tried after two minutes', async () => {
    scene.join('silent', () => 'silence', snapshot(20n));
    scene.join('honest', honest, snapshot(10n));
    const start = scene.clock.now();
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.clock.now() - start).toBe(15_000 + 120_000);
  });

  test('where nobody has a chunk any more, the next snapshot is tried at once', async () => {
    scene.join('a', (index, s) => (s.height === 20n ? undefined : honest(index, s)), snapshot(20n), snapshot(10n));
    const start = scene.clock.now();
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.clock.now() - start).toBe(15_000);
  });

  test('a peer that leaves while it is asked is replaced', async () => {
    scene.join(
      'leaves',
      (index) => {
        if (index === 0) setImmediate(() => scene.syncer.removePeer('leaves'));
        return 'silence';
      },
      snapshot(10n),
    );
    scene.join('honest', honest, snapshot(10n));
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.clock.now() - 1_800_000_000_000).toBe(15_000);
  });

  test('chunks that were not asked for, and snapshots without end, change nothing', async () => {
    scene.join('honest', honest, snapshot(10n));
    scene.join('flood', honest, ...Array.from({ length: 1000 }, (_, i) => snapshot(5n, { hash: utf8(`${i}`) })));
    scene.app.offer = () => {
      for (let i = -1; i < 5; i++) scene.syncer.addChunk('flood', 10n, 3, i, utf8('10/0'));
      scene.syncer.addChunk('honest', 11n, 3, 0, utf8('11/0'));
      scene.syncer.addChunk('honest', 10n, 2, 0, utf8('11/0'));
      return 1;
    };
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.applied).toEqual(['10/0', '10/1', '10/2']);
  });

  test('a height that cannot be verified now is passed over; contradicting servers end it', async () => {
    scene.join('a', honest, snapshot(20n), snapshot(10n));
    scene.provider = {
      ...provider,
      appHash: async (height) => {
        if (height === 20n) throw new Error('not there yet');
        return appHash;
      },
    };
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    const forked = new Scene();
    forked.join('a', honest, snapshot(20n));
    forked.provider = { ...provider, appHash: () => Promise.reject(new UntrustedError('two headers')) };
    await expect(forked.run()).rejects.toThrow(StateSyncError);
  });

  test('an application that gave up, or is not where it says, ends it with the way out', async () => {
    scene.join('a', honest, snapshot(10n));
    scene.app.answer = () => ({ result: 2 });
    await expect(scene.run()).rejects.toThrow(/reset-state/);
    const wrong = new Scene();
    wrong.join('a', honest, snapshot(10n));
    wrong.app.answer = () => ({ result: 1 });
    await expect(wrong.run()).rejects.toThrow(/the verified header says 10/);
    const old = new Scene();
    old.join('a', honest, snapshot(10n));
    old.app.version = 7n;
    await expect(old.run()).rejects.toThrow(/version 7/);
    const abort = new Scene();
    abort.join('a', honest, snapshot(10n));
    abort.app.offer = () => 2;
    await expect(abort.run()).rejects.toThrow(/refuses/);
  });

  test('an application that starts anew again and again is given another snapshot', async () => {
    scene.join('a', honest, snapshot(20n), snapshot(10n));
    scene.app.answer = ({ chunk }) => (new TextDecoder().decode(chunk) === '20/2' ? { result: 4 } : undefined);
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.offers).toEqual([20n, 20n, 20n, 20n, 10n]);
  });

  test('an applied chunk that the application wants again comes again', async () => {
    scene.join('a', honest, snapshot(10n));
    let once = true;
    scene.app.answer = ({ index }) => {
      if (index !== 1 || !once) return undefined;
      once = false;
      return { result: 1, refetchChunks: [0, 1] };
    };
    expect((await scene.run())?.state.lastBlockHeight).toBe(10n);
    expect(scene.app.applied).toEqual(['10/0', '10/0', '10/1', '10/2']);
  });
});

test('a state that the application has already is taken over if it is the chain’s', async () => {
  scene.app.height = 50n;
  scene.app.hash = appHash;
  expect((await scene.run())?.state.lastBlockHeight).toBe(50n);
  expect(scene.requests).toBe(0);
  const other = new Scene();
  other.app.height = 50n;
  await expect(other.run()).rejects.toThrow(StateSyncError);
});
