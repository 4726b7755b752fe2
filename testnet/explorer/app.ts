// The explorer's page: a light client in the browser. What stands on it was verified here; what could not be is said, not shown.
import { bech32Decode } from '../../chain/crypto/bech32.ts';
import { fromHex, toHex, toHexUpper } from '../../chain/encoding/bytes.ts';
import { formatTime } from '../../chain/encoding/time.ts';
import { headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import {
  type Client,
  create,
  type Fetch,
  get,
  LightError,
  memoryStore,
  provenValue,
  rpcProvider,
  type Store,
  type Subtle,
  webCrypto,
} from '../../lightclient/index.ts';
import { balance } from '../../lightclient/readers/index.ts';
import { type IndexedDb, indexedDbStore } from '../../lightclient/stores/indexeddb.ts';
import { zip215 } from '../../lightclient/zip215/index.ts';

interface Settings {
  readonly chainId: string;
  readonly denom: string;
  readonly checkpoint: { readonly height: string; readonly hash: string };
  readonly nodes: readonly { readonly name: string; readonly path: string }[];
  readonly accounts: readonly { readonly name: string; readonly address: string }[];
}

const BLOCKS_SHOWN = 20;
const EVERY_MS = 1000;

const element = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const show = (id: string, text: string): void => {
  element(id).textContent = text;
};

function row(cells: readonly (string | Node)[], numbers: readonly number[] = []): HTMLTableRowElement {
  const tr = document.createElement('tr');
  for (const [i, c] of cells.entries()) {
    const td = document.createElement('td');
    if (numbers.includes(i)) td.className = 'number';
    td.append(c);
    tr.append(td);
  }
  return tr;
}

const short = (hex: string): string => `${hex.slice(0, 8)}…${hex.slice(-4)}`;
const clock = (t: bigint): string => formatTime(t).slice(11, 19);

function displayed(amount: bigint, denom: string): string {
  if (!denom.startsWith('u')) return `${amount} ${denom}`;
  const whole = (amount / 1_000_000n).toLocaleString('en-US');
  return `${whole}.${(amount % 1_000_000n).toString().padStart(6, '0')} ${denom.slice(1).toUpperCase()}`;
}

/** In red, and for good: what is shown below is older than the fork. */
function alarm(text: string): void {
  const box = element('alarm');
  box.textContent = text;
  box.hidden = false;
  show('state', 'stopped');
}

async function openStore(chainId: string, root: string): Promise<Store> {
  try {
    return await indexedDbStore(indexedDB as unknown as IndexedDb, `trellis-light-${chainId}-${root.slice(0, 16)}`);
  } catch {
    // Private windows may have none: then the page begins at its checkpoint each time.
    return memoryStore();
  }
}

async function showAccounts(client: Client, s: Settings): Promise<void> {
  const rows: HTMLTableRowElement[] = [];
  for (const { name, address } of s.accounts) {
    const key = balance.key(bech32Decode(address).bytes, s.denom);
    const { value, height } = await get(client, balance.store, key);
    const button = document.createElement('button');
    button.textContent = 'verified';
    button.setAttribute('aria-label', `Proof of the balance of ${name}`);
    button.onclick = () => void showProof(client, name, key, height);
    rows.push(row([name, address, displayed(balance.decode(value), s.denom), button], [2]));
  }
  element('accounts').replaceChildren(...rows);
}

async function showProof(client: Client, name: string, key: Uint8Array, height: bigint): Promise<void> {
  const { signedHeader } = await client.blockAt(height + 1n);
  const { header } = signedHeader;
  const answer = await client.ask((p) => p.state('bank', key, height));
  provenValue(answer, 'bank', key, header.appHash);
  const lines = [
    `balance of ${name}`,
    `key      ${toHex(key)} in store bank at height ${height}`,
    ...answer.ops.map((op) => `${op.type.padEnd(12)} ${op.data.length} bytes of proof`),
    `app hash ${toHexUpper(header.appHash)}`,
    `header   ${toHexUpper(headerHash(header))} of height ${header.height}`,
    `signed   by ${signedHeader.commit.signatures.filter((x) => x.blockIdFlag === 2).length} of ${signedHeader.commit.signatures.length} validators`,
  ];
  const box = element('proof');
  box.textContent = lines.join('\n');
  box.hidden = false;
}

function showBlock(client: Client, b: LightBlock): void {
  const { header, commit } = b.signedHeader;
  const { primary, witnesses } = client.status();
  show('height', `${header.height}`);
  show('time', formatTime(header.time));
  show('hash', toHexUpper(headerHash(header)));
  show('primary', primary);
  show('witnesses', witnesses.join(', ') || 'nobody');
  const signed = commit.signatures.filter((x) => x.blockIdFlag === 2).length;
  const cells = [
    `${header.height}`,
    clock(header.time),
    short(toHexUpper(header.proposerAddress)),
    `${signed}/${commit.signatures.length}`,
    short(toHexUpper(header.appHash)),
  ];
  const list = element('blocks');
  list.prepend(row(cells, [0]));
  while (list.children.length > BLOCKS_SHOWN) list.lastElementChild?.remove();
}

const WORDS: Readonly<Record<string, string>> = {
  transport: 'no node answers; trying again',
  clock: 'the clock of this machine is behind the chain',
  expired: 'what this page trusted is too old: reload it',
  undecided: 'this browser cannot decide a signature',
  'no-cross-reference': 'no second node confirms; trying again',
};

async function main(): Promise<void> {
  const s = (await (await fetch('/config.json')).json()) as Settings;
  show('chain', s.chainId);
  show('root', s.checkpoint.height);
  // One node alone is its own witness, and the page says so.
  const nodes = s.nodes.length === 1 ? [...s.nodes, ...s.nodes] : s.nodes;
  const providers = nodes.map((n) => ({ ...rpcProvider(`${location.origin}${n.path}`, ((url, init) => fetch(url, init)) as Fetch), name: n.name }));
  const client = await create({
    chainId: s.chainId,
    checkpoint: { height: BigInt(s.checkpoint.height), hash: fromHex(s.checkpoint.hash) },
    providers,
    store: await openStore(s.chainId, s.checkpoint.hash),
    verifySignatures: webCrypto(crypto.subtle as unknown as Subtle, zip215),
    now: () => BigInt(Date.now()) * 1_000_000n,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
  });
  const { alarm: latched } = client.status();
  if (latched !== undefined) return alarm(latched);
  let busy = false;
  client.subscribe(
    (b) => {
      show('state', 'following the chain');
      showBlock(client, b);
      if (busy) return;
      busy = true;
      void showAccounts(client, s)
        .catch(() => undefined)
        .finally(() => {
          busy = false;
        });
    },
    (e) => {
      if (e instanceof LightError && e.code === 'fork') alarm(`Fork: ${e.message}. Do not act on what any node says.`);
      else show('state', e instanceof LightError ? (WORDS[e.code] ?? `${e.code}: ${e.message}`) : String(e));
    },
    EVERY_MS,
  );
}

main().catch((e: unknown) => {
  if (e instanceof LightError && e.code === 'fork') alarm(`Fork: ${e.message}.`);
  else show('state', e instanceof LightError ? (WORDS[e.code] ?? `${e.code}: ${e.message}`) : String(e));
});
