// Light blocks from a node's JSON-RPC (cmt:light/provider/http). What comes is decoded within limits and otherwise not believed.

import type { FullConsensusParams } from '../types/consensus-params.ts';
import { jFullConsensusParams } from '../types/json/consensus-params.ts';
import { fromJson } from '../types/json/json-codec.ts';
import { jSignedHeader, jValidator } from '../types/json/validators.ts';
import type { LightBlock } from '../types/light-block.ts';
import { MAX_VOTES_COUNT } from '../types/limits.ts';
import type { Validator } from '../types/validator.ts';
import { ValidatorSet } from '../types/validator-set.ts';

/** Where a light client takes headers from. */
export interface LightProvider {
  readonly name: string;
  /** Rejects where the node has it not, or does not answer. */
  lightBlock(height: bigint): Promise<LightBlock>;
  consensusParams(height: bigint): Promise<FullConsensusParams>;
}

const REPLY_BYTES_MAX = 16_777_216;
const TIMEOUT_MS = 10_000;
const PER_PAGE = 100;

type Json = Readonly<Record<string, unknown>>;

/** "host:port", or a URL of http or https. */
export function rpcUrl(server: string): string {
  const url = server.includes('://') ? server.replace(/^tcp:/, 'http:') : `http://${server}`;
  return url.replace(/\/+$/, '');
}

async function limitedText(r: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of r.body ?? []) {
    size += part.length;
    if (size > REPLY_BYTES_MAX) throw new Error(`a reply is larger than ${REPLY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export class RpcLightProvider implements LightProvider {
  readonly name: string;
  readonly #fetch: typeof fetch;

  constructor(server: string, fetchBy: typeof fetch = fetch) {
    this.name = rpcUrl(server);
    this.#fetch = fetchBy;
  }

  async #get(path: string): Promise<Json> {
    try {
      const r = await this.#fetch(`${this.name}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      const body = JSON.parse(await limitedText(r)) as { result?: Json | null; error?: { message?: unknown; data?: unknown } };
      if (body.error !== undefined) throw new Error(`${body.error.message}: ${body.error.data}`);
      if (typeof body.result !== 'object' || body.result === null) throw new Error('no result');
      return body.result;
    } catch (e) {
      throw new Error(`${this.name}/${path}: ${(e as Error).message}`);
    }
  }

  async lightBlock(height: bigint): Promise<LightBlock> {
    const [commit, validators] = await Promise.all([this.#get(`commit?height=${height}`), this.#validators(height)]);
    return { signedHeader: fromJson(jSignedHeader, commit.signed_header, 'signed_header'), validatorSet: ValidatorSet.fromExisting(validators) };
  }

  async #validators(height: bigint): Promise<readonly Validator[]> {
    const all: Validator[] = [];
    for (let page = 1; ; page++) {
      const { validators, total } = await this.#get(`validators?height=${height}&page=${page}&per_page=${PER_PAGE}`);
      const list = Array.isArray(validators) ? validators : [];
      if (list.length > PER_PAGE) throw new Error(`${this.name}: a page of ${list.length} validators`);
      all.push(...list.map((v, i) => fromJson(jValidator, v, `validators[${i}]`)));
      const wanted = Number(total);
      if (!Number.isInteger(wanted) || wanted > MAX_VOTES_COUNT) throw new Error(`${this.name}: ${total} validators`);
      if (all.length >= wanted || list.length === 0) return all;
    }
  }

  async consensusParams(height: bigint): Promise<FullConsensusParams> {
    const { consensus_params } = await this.#get(`consensus_params?height=${height}`);
    return fromJson(jFullConsensusParams, consensus_params, 'consensus_params');
  }
}
