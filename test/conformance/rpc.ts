// The query language, and recorded JSON-RPC requests and replies: code-derived/query-*, cosmjs-data/block_results, rpc-fixtures-tmrs.
import { deepStrictEqual } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { matches } from '../../chain/execution/query/matcher.ts';
import { parseQuery } from '../../chain/execution/query/parser.ts';
import { QueryError } from '../../chain/execution/query/query.ts';
import { DEFAULT_RPC_CONFIG } from '../../chain/rpc/comet/config.ts';
import { dispatch } from '../../chain/rpc/comet/dispatch.ts';
import { decodeRequest } from '../../chain/rpc/comet/request.ts';
import { methodTable } from '../../chain/rpc/comet/routes.ts';
import { SubscriptionHub } from '../../chain/rpc/comet/subscriptions.ts';
import { testBackend } from '../../chain/rpc/testing/test-backend.ts';
import { checkReply, outdated } from './rpc-replies.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

function refused(text: string): QueryError {
  try {
    parseQuery(text);
  } catch (e) {
    if (e instanceof QueryError) return e;
    throw e;
  }
  throw new Error('accepted');
}

/** Answers one request with the real server's dispatch, over a node in memory with ten blocks. */
async function answer(text: string): Promise<Record<string, unknown>> {
  const backend = testBackend(Array.from({ length: 10 }, () => []));
  const config = { ...DEFAULT_RPC_CONFIG, timeoutBroadcastTxCommitMs: 1 };
  const subscriber = { remote: 'vectors', trySend: () => true, send: () => {}, close: () => {} };
  const request = decodeRequest(text);
  if (request.id === undefined) throw new Error('read as a notification');
  const scope = { backend, config, hub: new SubscriptionHub(backend.events, config), remote: 'vectors', signal: new AbortController().signal, subscriber };
  const outcome = await dispatch(methodTable(false), { ...request, id: request.id }, scope);
  return JSON.parse(outcome.text) as Record<string, unknown>;
}

const PARAMETER_ERROR = /converting json params|Method not found|Parse error/;

async function request(file: VectorFile, t: Cases): Promise<void> {
  await t.case('is understood', async () => {
    const reply = await answer(file.text());
    deepStrictEqual(reply.id, file.json().id);
    if (PARAMETER_ERROR.test(JSON.stringify(reply.error ?? ''))) throw new Error(JSON.stringify(reply.error));
  });
}

/** The recorded request of a reply: of the same name, without the number of an event. */
function requestOf(file: VectorFile): string | undefined {
  if (!file.absolute.includes('/incoming/')) return undefined;
  for (const path of [file.absolute, file.absolute.replace(/_\d+\.json$/, '.json')]) {
    const outgoing = path.replace('/incoming/', '/outgoing/');
    if (existsSync(outgoing)) return readFileSync(outgoing, 'utf8');
  }
  return undefined;
}

function methodOf(file: VectorFile, recorded: string | undefined): string {
  if (recorded !== undefined) return (JSON.parse(recorded) as { method: string }).method;
  const name = (file.path.split('/').at(-1) as string).replace('.json', '');
  const known = Object.keys(methodTable(false)).filter((m) => name.startsWith(m));
  return known.sort((a, b) => b.length - a.length)[0] ?? name;
}

async function reply(file: VectorFile, t: Cases): Promise<void> {
  const recorded = requestOf(file);
  const method = methodOf(file, recorded);
  const json = file.json();
  if (json.error !== undefined && recorded !== undefined) {
    const old = /^kvstore_fixtures\/v0_3[47]\/.*malformed/.test(file.path.split('/').slice(1).join('/'));
    if (old) return t.leaveOut(file.path, 'a query error in the words of the parser before 0.38');
    await t.case('the same error', async () => {
      const ours = await answer(recorded);
      deepStrictEqual(ours.error, json.error);
    });
    return;
  }
  // Some are the result alone.
  const result = json.result ?? json;
  const old = outdated(method, result);
  if (old !== undefined) return t.leaveOut(file.path, old);
  await t.case('reads and writes the same', () => checkReply(method, result));
}

export const handlers: Handlers = {
  'code-derived/query-parse.json': async (file, t) => {
    for (const [i, c] of (file.json().cases as { query: string; valid: boolean }[]).entries()) {
      await t.case(`${i} ${c.query}`, () => void (c.valid ? parseQuery(c.query) : refused(c.query)));
    }
  },
  'code-derived/query-match.json': async (file, t) => {
    for (const [i, c] of (file.json().cases as { query: string; events: Record<string, string[]>; matches: boolean }[]).entries()) {
      await t.case(`${i} ${c.query}`, () => deepStrictEqual(matches(parseQuery(c.query), new Map(Object.entries(c.events))), c.matches));
    }
  },
  'code-derived/query-scan-errors.json': async (file, t) => {
    for (const [i, c] of (file.json().cases as { input: string }[]).entries()) {
      // An error of the scanner, not of the grammar: those say what was wanted.
      await t.case(`${i} ${c.input}`, () => {
        const { message } = refused(c.input);
        if (/wanted/.test(message)) throw new Error(`refused by the grammar only: ${message}`);
      });
    }
  },
  'cosmjs-data/block_results*.json': reply,
  'rpc-fixtures-tmrs/**/outgoing/*.json': request,
  'rpc-fixtures-tmrs/**/incoming/*.json': reply,
};
