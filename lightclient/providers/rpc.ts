// A provider over CometBFT's JSON-RPC: any node of CometBFT 0.38 to 0.40, and ours. Replies are bounded in bytes before they are parsed.
// Source: cmt:light/provider/http/http.go.
import { bytesEqual, fromUtf8, toHex } from '../../chain/encoding/bytes.ts';
import type { Validator } from '../../chain/types/validator.ts';
import { LightError } from '../errors.ts';
import type { Provider, TxResult } from '../provider.ts';
import { base64, EVIDENCE, int64, list, record, SIGNED_HEADER, text, VALIDATOR, validatorList } from './json.ts';

/** What is used of the host's fetch. */
export type Fetch = (
  url: string,
  init?: { readonly method: string; readonly body: string; readonly headers: Readonly<Record<string, string>> },
) => Promise<{
  readonly status: number;
  readonly body: { getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>; cancel(): Promise<void> } } | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

/** A block of 10,000 validators in JSON is about 5 MB. */
const REPLY_BYTES_MAX = 8_388_608;
const PER_PAGE = 100;
const VALIDATORS_MAX = 10_000;

/** The body, if it is not longer than it may be. */
export async function boundedBody(r: Awaited<ReturnType<Fetch>>, max: number): Promise<Uint8Array> {
  const tooLong = (): never => {
    throw new LightError('transport', `a reply of more than ${max} bytes`);
  };
  if (r.body === null) {
    const all = new Uint8Array(await r.arrayBuffer());
    return all.length > max ? tooLong() : all;
  }
  const reader = r.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    size += value.length;
    if (size > max) {
      await reader.cancel();
      tooLong();
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

const pick = (s: string, pattern: RegExp): bigint | undefined => {
  const n = pattern.exec(s)?.[1];
  return n === undefined ? undefined : BigInt(n);
};

/** What a node's refusal means. */
function refusal(name: string, error: unknown): LightError {
  const { message, data } = record(error);
  const why = `${message}: ${data}`;
  const latest = pick(why, /must be less than or equal to the current blockchain height (\d+)/);
  if (latest !== undefined) return new LightError('too-high', `${name}: ${why}`, latest);
  const base = pick(why, /is not available, lowest height is (\d+)/);
  if (base !== undefined) return new LightError('pruned', `${name}: ${why}`, base);
  return new LightError(/not found|could not find|not available/.test(why) ? 'not-found' : 'transport', `${name}: ${why}`);
}

/** `url` without a slash at its end. */
export function rpcProvider(url: string, fetch: Fetch): Provider {
  async function call(path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
    let reply: Readonly<Record<string, unknown>>;
    try {
      const post = body === undefined ? undefined : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      reply = record(JSON.parse(fromUtf8(await boundedBody(await fetch(`${url}/${path}`, post), REPLY_BYTES_MAX))));
    } catch (e) {
      throw e instanceof LightError ? e : new LightError('transport', `${url}: ${(e as Error).message}`);
    }
    if (reply.error !== undefined && reply.error !== null) throw form(() => refusal(url, reply.error));
    return form(() => record(reply.result));
  }

  /** Reads a reply; what is not of its form is the provider's fault. */
  function form<T>(read: () => T): T {
    try {
      return read();
    } catch (e) {
      throw e instanceof LightError ? e : new LightError('invalid-header', `${url}: ${(e as Error).message}`);
    }
  }

  async function validators(height: bigint): Promise<readonly Validator[]> {
    const all: Validator[] = [];
    for (let page = 1; ; page++) {
      const r = await call(`validators?height=${height}&page=${page}&per_page=${PER_PAGE}`);
      const [some, total] = form(() => [list(r.validators), int64(r.total)]);
      if (some.length > PER_PAGE || total > VALIDATORS_MAX) throw new LightError('invalid-header', `${url}: ${total} validators`);
      all.push(...form(() => some.map(VALIDATOR.read)));
      if (BigInt(all.length) >= total || some.length === 0) return all;
    }
  }

  return {
    name: url,
    async lightBlock(height, known) {
      const at = height === undefined ? '' : `?height=${height}`;
      const commit = call(`commit${at}`).then((r) => form(() => SIGNED_HEADER.read(r.signed_header)));
      // Asked for at once where nothing is known; else the header mostly names what is.
      const early = height === undefined || known !== undefined ? undefined : validators(height);
      early?.catch(() => undefined);
      const signedHeader = await commit;
      const { header } = signedHeader;
      if (known !== undefined && bytesEqual(known.hash(), header.validatorsHash)) return { signedHeader, validatorSet: known };
      const list = await (early ?? validators(header.height));
      return { signedHeader, validatorSet: form(() => validatorList(list)) };
    },
    async state(store, key, height) {
      const path = encodeURIComponent(`"/store/${store}/key"`);
      const { response } = await call(`abci_query?path=${path}&data=0x${toHex(key)}&height=${height}&prove=true`);
      return form(() => {
        const r = record(response);
        if (r.code !== undefined && r.code !== 0) throw new LightError('not-found', `${url}: ${r.log}`);
        const ops = r.proofOps === null || r.proofOps === undefined ? [] : list(record(r.proofOps).ops);
        return {
          height: int64(r.height),
          value: base64(r.value),
          ops: ops.map(record).map((op) => ({ type: text(op.type), key: base64(op.key), data: base64(op.data) })),
        };
      });
    },
    async tx(hash) {
      const r = await call(`tx?hash=0x${toHex(hash)}&prove=true`);
      return form(() => {
        const proof = record(record(r.proof).proof);
        return {
          height: int64(r.height),
          index: Number(int64(proof.index)),
          total: Number(int64(proof.total)),
          tx: base64(r.tx),
          aunts: list(proof.aunts).map(base64),
        };
      });
    },
    async results(height) {
      const r = await call(`block_results?height=${height}`);
      return form(() =>
        list(r.txs_results).map((item): TxResult => {
          const { code = 0, data, gas_wanted = '0', gas_used = '0' } = record(item);
          if (typeof code !== 'number') throw new RangeError('no code');
          return { code, data: base64(data), gasWanted: int64(gas_wanted), gasUsed: int64(gas_used) };
        }),
      );
    },
    async reportEvidence(evidence) {
      const value = EVIDENCE.write(evidence);
      const params = { evidence: { type: 'tendermint/LightClientAttackEvidence', value } };
      await call('', { jsonrpc: '2.0', id: 1, method: 'broadcast_evidence', params });
    },
  };
}
