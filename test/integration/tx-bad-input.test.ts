// What a person may get wrong in a message's command: one line that says what, and nothing is sent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from './cli-run.ts';

let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'trellis-bad-input-'));
  await cli(['--home', home, 'keys', 'add', 'alice', '--keyring-backend', 'test']);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const VALIDATOR =
  '"amount":"1utrel","moniker":"m","commission-rate":"0.1","commission-max-rate":"1","commission-max-change-rate":"0.1","min-self-delegation":"1"';

/** FILE stands for a file with the last column. */
test.each([
  ['gov submit-proposal FILE', /not a JSON object/, '[]'],
  ['gov submit-proposal FILE', /doesn't have '@type'/, '{"messages":[5]}'],
  ['gov submit-proposal FILE', /unable to resolve type URL \/nope/, '{"messages":[{"@type":"/nope"}]}'],
  ['gov submit-proposal FILE', /not valid JSON/, 'nope'],
  ['gov submit-proposal FILE', /deposit must be a text/, '{"deposit":7}'],
  ['gov submit-proposal /none', /ENOENT/, ''],
  ['gov submit-legacy-proposal --title t --description d --type Params', /Text/, ''],
  ['gov vote x yes', /proposal_id must be a whole number/, ''],
  ['gov vote 1 maybe', /one of yes, abstain, no, no-with-veto/, ''],
  ['gov weighted-vote 1 yes=1=2', /OPTION=WEIGHT/, ''],
  ['gov weighted-vote 1 yes=2x', /weight of a vote/, ''],
  ['staking create-validator FILE', /amount is missing/, '{}'],
  ['staking create-validator FILE', /not a JSON object/, 'null'],
  ['staking create-validator FILE', /pubkey is missing/, `{${VALIDATOR}}`],
  ['staking create-validator FILE', /pubkey: /, `{"pubkey":5,${VALIDATOR}}`],
  ['staking edit-validator --commission-rate ten', /must be a decimal/, ''],
  ['staking delegate alice 1', /invalid coin/, ''],
  ['staking delegate alice 1utrel,2atom', /one value/, ''],
  ['staking delegate mallory 1utrel', /name of a key, not "mallory"/, ''],
  ['staking update-params-proposal {"a":1}', /unknown field "a"/, ''],
  ['staking update-params-proposal {', /params must be JSON/, ''],
  ['vesting create-periodic-vesting-account alice FILE', /period 0/, '{"start_time":1,"periods":[null]}'],
  ['feegrant grant alice alice --period-limit 5utrel', /needs --period/, ''],
  ['feegrant grant alice alice --expiration tomorrow', /--expiration must be a time/, ''],
  ['authz grant alice generic', /must be different/, ''],
  ['authz exec FILE', /not a transaction/, '{}'],
  ['circuit disable', /missing required argument/, ''],
  ['bank multi-send alice 5utrel', /needs addresses/, ''],
  ['upgrade software-upgrade v2 --upgrade-height -1', /whole number, not negative/, ''],
])('%s', async (line, message, contents) => {
  const file = join(home, 'file.json');
  writeFileSync(file, contents);
  const words = line.split(' ').map((w) => (w === 'FILE' ? file : w));
  const { code, out, err } = await cli(['--home', home, 'tx', ...words, '--keyring-backend', 'test', '--from', 'alice', '--generate-only']);
  expect(err).toMatch(message);
  expect(err).not.toMatch(/TypeError|\n {4}at /);
  expect([code > 0, out]).toEqual([true, '']);
});
