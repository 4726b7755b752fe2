// Headless Chromium over its debugging protocol: what a page shows, for checks. Debian's package `chromium`; never needed to run Trellis.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type RunningProcess, startProcess } from '../launcher/process.ts';
import { waitFor } from '../launcher/wait.ts';
import { PeerMissing } from './peers.ts';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface Page {
  /** The value of an expression, awaited where it is a promise. */
  evaluate<T>(expression: string): Promise<T>;
  /** Writes a PNG. */
  screenshot(file: string): Promise<void>;
  /** What the page wrote to its console as an error, and uncaught exceptions. */
  readonly errors: readonly string[];
}

export interface Browser {
  open(url: string): Promise<Page>;
  stop(): Promise<void>;
}

type Reply = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: never;
  readonly result?: never;
  readonly error?: { readonly message: string };
};

class Session {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (v: never) => void; reject: (e: Error) => void }>();
  readonly #listeners: ((method: string, params: never) => void)[] = [];
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const m = JSON.parse(data.toString()) as Reply;
      const waiting = m.id === undefined ? undefined : this.#waiting.get(m.id);
      if (waiting === undefined) for (const l of this.#listeners) l(m.method ?? '', m.params as never);
      else if (m.error === undefined) waiting.resolve(m.result as never);
      else waiting.reject(new Error(m.error.message));
    });
  }

  on(listener: (method: string, params: never) => void): void {
    this.#listeners.push(listener);
  }

  send<T>(method: string, params: object = {}): Promise<T> {
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve: resolve as (v: never) => void, reject }));
  }
}

async function connect(url: string): Promise<Session> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return new Session(socket);
}

/** Throws PeerMissing where there is none. */
export async function startChromium(): Promise<Browser> {
  const program = PROGRAMS.find((p) => existsSync(p));
  if (program === undefined) throw new PeerMissing('Chromium is not installed (Debian: chromium)');
  const profile = mkdtempSync(join(tmpdir(), 'trellis-chromium-'));
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const process: RunningProcess = startProcess(program, [...flags, 'about:blank']);
  const port = await waitFor('Chromium', () => {
    const m = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(process.output());
    if (m === null && process.exit() !== undefined) throw new Error(`Chromium ended: ${process.output().slice(-500)}`);
    return m === null ? undefined : Number(m[1]);
  });
  return {
    async open(url) {
      const target = (await (await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: 'PUT' })).json()) as { webSocketDebuggerUrl: string };
      const s = await connect(target.webSocketDebuggerUrl);
      const errors: string[] = [];
      s.on((method, params) => {
        const p = params as {
          exceptionDetails?: { text: string; exception?: { description?: string } };
          entry?: { level: string; text: string; url?: string };
        };
        if (method === 'Runtime.exceptionThrown') errors.push(p.exceptionDetails?.exception?.description ?? p.exceptionDetails?.text ?? '');
        if (method === 'Log.entryAdded' && p.entry?.level === 'error') errors.push(`${p.entry.text} ${p.entry.url ?? ''}`);
      });
      for (const domain of ['Page', 'Runtime', 'Log']) await s.send(`${domain}.enable`);
      await s.send('Emulation.setDeviceMetricsOverride', { width: 1100, height: 900, deviceScaleFactor: 1, mobile: false });
      await s.send('Page.navigate', { url });
      return {
        errors,
        async evaluate<T>(expression: string): Promise<T> {
          const r = await s.send<{ result: { value: T }; exceptionDetails?: { text: string } }>('Runtime.evaluate', {
            expression,
            awaitPromise: true,
            returnByValue: true,
          });
          if (r.exceptionDetails !== undefined) throw new Error(`${expression}: ${r.exceptionDetails.text}`);
          return r.result.value;
        },
        async screenshot(file) {
          const { data } = await s.send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
          writeFileSync(file, Buffer.from(data, 'base64'));
        },
      };
    },
    async stop() {
      await process.stop();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
