// The explorer's page in real Chromium: it syncs from its checkpoint, shows blocks and verified balances with their proofs, and warns of a fork.
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExplorerSettings, startExplorer } from '../../chain/cmd/dev/explorer.ts';
import { fromHex, toHexUpper } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { jSignedHeader, jValidator } from '../../chain/types/json/validators.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { hashOf } from '../../lightclient/client/verify.ts';
import { fork, makeHistory, SECOND } from '../../lightclient/testing/chain.ts';
import { startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { type Page, startChromium } from '../../testnet/peers/chromium.ts';
import { Checks } from '../checks.ts';

const text = (page: Page, id: string): Promise<string> => page.evaluate<string>(`document.getElementById('${id}').textContent`);

/** A node that has a history and nothing else. */
async function serve(blocks: readonly LightBlock[]): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://node');
    const height = Number(url.searchParams.get('height') ?? blocks.length);
    const b = blocks[height - 1];
    const list = b?.validatorSet.validators.map((v) => jValidator.to(v)) ?? [];
    const result =
      url.pathname === '/commit'
        ? b && { signed_header: jSignedHeader.to(b.signedHeader), canonical: true }
        : { block_height: `${height}`, validators: list, count: `${list.length}`, total: `${list.length}` };
    const error = {
      code: -32603,
      message: 'Internal error',
      data: `height ${height} must be less than or equal to the current blockchain height ${blocks.length}`,
    };
    res.end(JSON.stringify(result === undefined ? { jsonrpc: '2.0', id: -1, error } : { jsonrpc: '2.0', id: -1, result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

export default async function explorer(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('explorer');
  const folder = mkdtempSync(join(tmpdir(), 'trellis-explorer-'));
  const browser = await startChromium();
  try {
    const chain = await startDevChain();
    try {
      const page = await browser.open(chain.info.explorer as string);
      await checks.run('follows the chain from its checkpoint', async () => {
        const height = async (): Promise<number> => Number(await text(page, 'height'));
        const first = await waitFor('a verified head', async () => (await height()) || undefined, 30_000, 100);
        await waitFor('the next heads', async () => (await height()) >= first + 3 || undefined, 30_000, 100);
        const shown = Number(await page.evaluate<number>("document.querySelectorAll('#blocks tr').length"));
        checks.that(shown >= 3, `${shown} blocks`);
        const [h, hash] = await page.evaluate<[string, string]>("[document.getElementById('height').textContent, document.getElementById('hash').textContent]");
        const { result } = (await (await fetch(`${chain.info.rpc}/commit?height=${h}`)).json()) as {
          result: { signed_header: { commit: { block_id: { hash: string } } } };
        };
        checks.equal(hash, result.signed_header.commit.block_id.hash, `hash of ${h}`);
        checks.note(`height ${h}: ${await text(page, 'state')}`);
      });
      await checks.run('balances are verified, and show their proof', async () => {
        await waitFor(
          'accounts',
          async () => (await page.evaluate<number>("document.querySelectorAll('#accounts tr').length")) === chain.info.accounts.length || undefined,
          30_000,
          100,
        );
        const cells = await page.evaluate<string[]>("[...document.querySelectorAll('#accounts tr:nth-child(2) td')].map((x) => x.textContent)");
        checks.equal(cells[0], chain.info.accounts[1]?.name);
        checks.equal(cells[2], '1,000,000.000000 TREL');
        await page.evaluate("document.querySelector('#accounts button').click()");
        const proof = await waitFor('the proof', async () => (await text(page, 'proof')) || undefined, 30_000, 50);
        checks.that(/ics23:iavl/.test(proof) && /app hash/.test(proof), proof);
        await page.screenshot(join(folder, 'explorer.png'));
        checks.note(`screenshot: ${join(folder, 'explorer.png')}`);
      });
      await checks.run('a new start goes on from what was kept', async () => {
        const again = await browser.open(chain.info.explorer as string);
        await waitFor('a verified head', async () => Number(await text(again, 'height')) || undefined, 30_000, 100);
        checks.equal(
          await again.evaluate<number>("indexedDB.databases().then((l) => l.filter((d) => d.name.startsWith('trellis-light-')).length)"),
          1,
          'databases',
        );
        checks.equal([...page.errors, ...again.errors], [], 'errors of the page');
      });
    } finally {
      await chain.process.stop();
    }
    const start = BigInt(Date.now()) * 1_000_000n - 100n * SECOND;
    const timeAt = (h: number): bigint => start + BigInt(h) * SECOND;
    const history = makeHistory(
      'fork-1',
      30,
      () => ({ 1: 10n, 2: 10n, 3: 10n, 4: 10n }),
      (h) => ({ time: timeAt(h) }),
    );
    const evil = fork(history, 'fork-1', 20, (h) => ({ header: { time: timeAt(h), appHash: fromHex('aa'.repeat(32)) } }));
    const nodes = [await serve(evil.blocks), await serve(history.blocks)];
    const settings: ExplorerSettings = {
      chainId: 'fork-1',
      denom: 'utrel',
      checkpoint: { height: '1', hash: toHexUpper(hashOf(history.blocks[0] as LightBlock)) },
      nodes: [
        { name: 'liar', path: '/rpc/0' },
        { name: 'honest', path: '/rpc/1' },
      ],
      accounts: [],
    };
    const server = await startExplorer(
      settings,
      nodes.map((n) => n.url),
      0,
    );
    try {
      await checks.run('two chains: a warning in red that stays', async () => {
        for (const start of ['the first', 'another']) {
          const page = await browser.open(server.url);
          const words = await waitFor(`the alarm at ${start} start`, async () => (await text(page, 'alarm')) || undefined, 30_000, 100);
          checks.that(/two chains at height 30/.test(words), words);
          const [hidden, colour] = await page.evaluate<[boolean, string]>(
            "(() => { const a = document.getElementById('alarm'); return [a.hidden, getComputedStyle(a).backgroundColor]; })()",
          );
          checks.equal([hidden, colour], [false, 'rgb(179, 32, 27)'], start);
          checks.equal(await text(page, 'state'), 'stopped');
          await page.screenshot(join(folder, 'fork.png'));
        }
        checks.note(`screenshot: ${join(folder, 'fork.png')}`);
      });
    } finally {
      await server.stop();
      for (const n of nodes) await n.stop();
    }
  } finally {
    await browser.stop();
  }
  return checks;
}
