// The package as others get it: packed, installed in an empty folder, and the README's examples run there on Node 20 and 24, in a worker and in
// Chromium, against a network that runs. The types are checked too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { AddressCodec } from '../../chain/core/address.ts';
import { fromHex } from '../../chain/encoding/bytes.ts';
import { type DevChain, startDevChain, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { runProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { type Browser, startChromium } from '../../testnet/peers/chromium.ts';
import { PeerMissing } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { examples, placed, type Where } from './package/examples.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const bin = (name: string): string => join(repository, 'node_modules/.bin', name);
/** Its oldest supported Node, from the package registry, as a package of the empty folder. */
const NODE_20 = 'node@20.19.5';

const TYPED = `import { create, type Client, type ClientOptions, LightError, query } from 'trellis/lightclient';
import { plan } from 'trellis/lightclient/verifier';
import { fileStore } from 'trellis/lightclient/stores/file';
import { indexedDbStore } from 'trellis/lightclient/stores/indexeddb';
import { flashStore } from 'trellis/lightclient/stores/flash';
import { signCheckpoint } from 'trellis/lightclient/checkpoint-sign';
import { zip215 } from 'trellis/lightclient/zip215';
import { supply } from 'trellis/lightclient/readers';
export async function height(o: ClientOptions): Promise<bigint> {
  const client: Client = await create({ ...o, store: fileStore('x') });
  try { return (await query(client, { keys: [{ store: 'bank', key: supply.key('utrel') }] })).height; }
  catch (e) { if (e instanceof LightError && e.code === 'fork') throw e; return 0n; }
}
export const all = [plan, indexedDbStore, flashStore, signCheckpoint, zip215];
`;

async function install(folder: string): Promise<string> {
  mkdirSync(join(folder, 'app'), { recursive: true });
  await runProcess('npm', ['pack', '--pack-destination', folder], { cwd: repository });
  writeFileSync(join(folder, 'app/package.json'), JSON.stringify({ type: 'module', private: true }));
  await runProcess('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, 'trellis-0.1.0.tgz')], { cwd: join(folder, 'app') });
  return join(folder, 'app');
}

async function whereOf({ info }: DevChain): Promise<Where> {
  const first = async (): Promise<string> => {
    const r = (await (await fetch(`${info.rpc}/commit?height=1`)).json()) as {
      result: { signed_header: { header: { chain_id: string }; commit: { block_id: { hash: string } } } };
    };
    return r.result.signed_header.commit.block_id.hash;
  };
  await waitFor('height 5', async () => {
    const r = (await (await fetch(`${info.rpc}/status`)).json()) as { result: { sync_info: { latest_block_height: string } } };
    return Number(r.result.sync_info.latest_block_height) >= 5 || undefined;
  });
  const address = new AddressCodec('trellis').toBytes(info.accounts[0]?.address ?? '');
  return { rpc: info.rpc, secondRpc: info.nodes[1]?.rpc ?? info.rpc, rest: info.rest, chainId: info.chainId, hash: fromHex(await first()), address };
}

/** What an example prints. */
function judge(checks: Checks, output: string, what: string): void {
  const balance = /balance (\d+)n?/.exec(output)?.[1];
  checks.equal(balance, '1000000000000', `${what}: ${output.slice(0, 500)}`);
  checks.that(/height \d+/.test(output), output);
}

/** One origin for the page and the nodes, as a page behind its own proxy has it. */
async function servePage(files: ReadonlyMap<string, string>, w: Where): Promise<{ readonly url: string; readonly server: Server }> {
  const nodes: Record<string, string> = { rpc: w.rpc, second: w.secondRpc, rest: w.rest };
  const server = createServer((req, res) => {
    const path = req.url ?? '/';
    const [, name = '', rest = ''] = /^\/(rpc|second|rest)(\/.*)$/.exec(path) ?? [];
    const node = nodes[name];
    if (node !== undefined) {
      void fetch(node + rest)
        .then(async (r) => res.writeHead(r.status).end(Buffer.from(await r.arrayBuffer())))
        .catch(() => res.writeHead(502).end());
      return;
    }
    const file = files.get(path);
    res.writeHead(file === undefined ? 404 : 200, { 'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html' }).end(file ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function inChromium(checks: Checks, browser: Browser, app: string, all: readonly string[], w: Where): Promise<void> {
  const files = new Map<string, string>();
  const { url, server } = await servePage(files, w);
  try {
    const here = { ...w, rpc: `${url}/rpc`, secondRpc: `${url}/second`, rest: `${url}/rest` };
    // Prints into the page; in a worker, to the page that started it.
    const hook = "globalThis.out = ''; console.log = (...a) => { const s = a.map(String).join(' ') + '\\n'; self.document ? (out += s) : postMessage(s); };\n";
    for (const [i, example] of all.entries()) {
      const entry = join(app, `page-${i}.js`);
      writeFileSync(entry, placed(example, here));
      const r = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, logLevel: 'silent' });
      files.set(`/${i}.js`, hook + (r.outputFiles[0]?.text ?? ''));
      files.set(`/page-${i}.html`, `<!doctype html><script type="module" src="/${i}.js"></script>`);
      files.set(
        `/worker-${i}.html`,
        `<!doctype html><script>var out = ''; new Worker('/${i}.js', { type: 'module' }).onmessage = (e) => (out += e.data);</script>`,
      );
    }
    for (const [i] of all.entries()) {
      for (const kind of ['page', 'worker']) {
        const page = await browser.open(`${url}/${kind}-${i}.html`);
        const output = await waitFor(`the example ${i} in a ${kind}`, async () => {
          const out = await page.evaluate<string>('globalThis.out ?? ""');
          if (page.errors.some((e) => !e.includes('favicon'))) throw new Error(page.errors.join('\n'));
          return /balance/.test(out) ? out : undefined;
        });
        judge(checks, output, `${kind} ${i}`);
      }
    }
  } finally {
    server.close();
    server.closeAllConnections();
    await browser.stop();
  }
}

export default async function packaged(): Promise<Checks> {
  const checks = new Checks('package');
  const folder = temporaryFolder('package');
  const all = examples();
  let app = '';
  await checks.run('packed and installed in an empty folder', async () => {
    app = await install(folder);
  });
  const chain = await startDevChain({ isNetwork: true, flags: ['--validators', '2', '--timeout-commit', '200ms'] });
  try {
    const w = await whereOf(chain);
    const files = all.map((example, i) => {
      const file = join(app, `example-${i}.js`);
      writeFileSync(file, placed(example, w));
      return file;
    });
    await checks.run('the types of every subpath', async () => {
      writeFileSync(join(app, 'typed.ts'), TYPED);
      const flags = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--lib',
        'es2023',
        '--types',
        'node',
        '--typeRoots',
        join(repository, 'node_modules/@types'),
      ];
      await runProcess(bin('tsc'), [...flags, 'typed.ts'], { cwd: app });
    });
    await checks.run(`${all.length} examples on Node 20`, async () => {
      await runProcess('npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefer-offline', '--prefix', join(folder, 'node20'), NODE_20]);
      const node = join(folder, 'node20/node_modules/node/bin/node');
      checks.note((await runProcess(node, ['--version'])).trim());
      for (const f of files) judge(checks, await runProcess(node, [f], { cwd: app }), f);
    });
    await checks.run(`${all.length} examples on Node 24`, async () => {
      checks.note((await runProcess(process.execPath, ['--version'])).trim());
      for (const f of files) judge(checks, await runProcess(process.execPath, [f], { cwd: app }), f);
    });
    await checks.run(`${all.length} examples in a worker`, async () => {
      for (const f of files) {
        const starter = `new (require('node:worker_threads').Worker)(${JSON.stringify(f)})`;
        judge(checks, await runProcess(process.execPath, ['-e', starter], { cwd: app }), f);
      }
    });
    await checks.run('the program of the package makes blocks', async () => {
      const own = await startDevChain({ program: join(app, 'node_modules/trellis/bin/trellisd.mjs') });
      await own.process.stop();
    });
    const browser = await startChromium().catch((e: unknown) => {
      if (e instanceof PeerMissing) return undefined;
      throw e;
    });
    if (browser === undefined) console.log('  Chromium is not installed: the examples were not run there');
    else await checks.run(`${all.length} examples in Chromium, in a page and in a worker`, () => inChromium(checks, browser, app, all, w));
  } finally {
    await chain.process.stop();
  }
  return checks;
}
