// Genesis in, export out: what goes in comes out, the same bytes each time; what cannot be right is refused with its reason.
import { expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { composeModules } from './app.ts';
import { appStateText, exportApp } from './export.ts';
import { defaultAppState, parseAppState, validateAppState } from './genesis.ts';
import { appState, DENOM, devChain, sendMsg, signDirect, type TestAccount } from './testing/dev-chain.ts';

const { modules } = composeModules('trellis');
const [A, B] = ['trellis19rl4cm2hmr8afy4kldpxz3fka4jguq0aq37gt8', 'trellis1jrkmdcwgq94uaamx6zax2luewlhf7u4kqf4yzs'] as const;

test('the default state validates', () => {
  validateAppState(modules, defaultAppState(modules));
});

test('export gives what was imported, after the same order', async () => {
  const chain = await devChain({ accounts: 2 });
  await chain.block();
  const out = exportApp(chain.app);
  expect(out.initialHeight).toBe(2n);
  const text = appStateText(out.appState);
  expect(appStateText(exportApp(chain.app).appState)).toBe(text);
  // A chain begun from the export is in the same state.
  const again = await devChain({ accounts: 2, appState: () => JSON.parse(text) });
  await again.block();
  expect(appStateText(exportApp(again.app).appState)).toBe(text);
  expect(exportApp(chain.app, 0n, true).initialHeight).toBe(0n);
});

test('a text that is no UTF-8 is the same in the next export', () => {
  // Lone surrogates stand for bytes; the second backslash is one of the text.
  const text = appStateText({ gov: { reason: 'key \udc80\udcff', other: '\\ufffd' } });
  expect(text).toBe('{"gov":{"reason":"key \ufffd\ufffd","other":"\\\\ufffd"}}');
  expect(appStateText(parseAppState(utf8(text)))).toBe(text);
});

test('export after transfers keeps balances, keys, numbers and supply', async () => {
  const chain = await devChain({ accounts: 2 });
  const [a] = chain.accounts as [TestAccount];
  const to = chain.app.addresses.toString(new Uint8Array(20).fill(9));
  await chain.block([await signDirect(a, [sendMsg(a.address, to, '123')], { accountNumber: 0, sequence: 0, fee: '7' })]);
  const { appState: state } = exportApp(chain.app);
  const bank = state.bank as { supply: unknown; balances: { address: string; coins: unknown }[] };
  expect(bank.supply).toEqual([{ denom: DENOM, amount: '2000000000' }]);
  expect(bank.balances.find((x) => x.address === to)?.coins).toEqual([{ denom: DENOM, amount: '123' }]);
  const again = await devChain({ accounts: 2, appState: () => JSON.parse(appStateText(state)) });
  await again.block();
  expect(appStateText(exportApp(again.app).appState)).toBe(appStateText(state));
});

const bad = (change: (s: ReturnType<typeof appState>) => unknown): (() => void) => {
  const state = structuredClone(appState([{ address: A }, { address: B }]));
  change(state);
  return () => validateAppState(modules, parseAppState(utf8(JSON.stringify(state))));
};
// biome-ignore lint/suspicious/noExplicitAny: broken on purpose
type Broken = any;

test.each<[string, (s: Broken) => unknown]>([
  ['duplicate account found in genesis state', (s) => s.auth.accounts.push(s.auth.accounts[0])],
  [
    'invalid tx signature limit: 0',
    (s) => {
      s.auth.params.tx_sig_limit = '0';
    },
  ],
  [
    'unknown field "nope"',
    (s) => {
      s.auth.params.nope = 1;
    },
  ],
  [
    'unable to resolve type URL /cosmos.nope.Account',
    (s) => {
      s.auth.accounts[0]['@type'] = '/cosmos.nope.Account';
    },
  ],
  [
    'no concrete type registered',
    (s) => {
      s.auth.accounts[0] = { '@type': '/cosmos.bank.v1beta1.Params' };
    },
  ],
  [
    'hrp does not match bech32 prefix',
    (s) => {
      s.auth.accounts[0].address = 'cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4';
    },
  ],
  ['duplicate balance for address', (s) => s.bank.balances.push(s.bank.balances[0])],
  [
    'genesis supply is incorrect',
    (s) => {
      s.bank.supply = [{ denom: DENOM, amount: '5' }];
    },
  ],
  [
    'amount is not positive',
    (s) => {
      s.bank.balances[0].coins[0].amount = '-5';
    },
  ],
  [
    'invalid denom: x',
    (s) => {
      s.bank.balances[0].coins[0].denom = 'x';
    },
  ],
  ['name field cannot be blank', (s) => s.bank.denom_metadata.push({ base: DENOM, denom_units: [] })],
  [
    "duplicate send enabled found: 'utrel'",
    (s) => {
      s.bank.send_enabled = [
        { denom: DENOM, enabled: true },
        { denom: DENOM, enabled: false },
      ];
    },
  ],
  [
    'this application has no such module',
    (s) => {
      s.nothing = { params: { bond_denom: 'x' } };
    },
  ],
])('refused: %s', (text, change) => {
  expect(bad(change)).toThrow(text);
});

test('modules that this application lacks may be there when they are empty', () => {
  expect(bad((s) => Object.assign(s, { wasm: { channels: [] } }))).not.toThrow();
});

test('app_state that is no JSON object', () => {
  expect(() => parseAppState(utf8('[1]'))).toThrow('not a JSON object');
  expect(() => parseAppState(utf8('{'))).toThrow('not JSON');
});

test('a chain does not start from a supply that does not add up', async () => {
  const wrong = (accounts: readonly { address: string }[]): Record<string, unknown> => {
    const state = structuredClone(appState(accounts)) as Broken;
    state.bank.supply = [{ denom: DENOM, amount: '5' }];
    return state;
  };
  await expect(devChain({ accounts: 2, appState: wrong })).rejects.toThrow(`genesis supply is incorrect, expected 5${DENOM}, got 2000000000${DENOM}`);
});
