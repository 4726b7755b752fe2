// Answers of a node's JSON-RPC, verified: what can be traced to a header by a proof is, and the rest is passed on, as CometBFT's light proxy does.
// Source: cmt:light/rpc/client.go; key paths of abci_query are `/{store}/{key}`.
import { type Client, LightError, provenResult, provenValue } from '../../../lightclient/index.ts';
import { assertIncluded } from '../../../lightclient/proofs/tx.ts';
import { base64, int64, list, record, SIGNED_HEADER, text, VALIDATOR } from '../../../lightclient/providers/json.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { bytesEqual, fromHex, toHexUpper } from '../../encoding/bytes.ts';
import { type Block, validateBlock } from '../../types/block.ts';
import { consensusParamsHash } from '../../types/consensus-params.ts';
import { headerHash } from '../../types/header.ts';
import { jBlock } from '../../types/json/block.ts';
import { jFullConsensusParams } from '../../types/json/consensus-params.ts';
import { jHeader } from '../../types/json/header.ts';
import { fromJson } from '../../types/json/json-codec.ts';
import type { LightBlock } from '../../types/light-block.ts';

export type Params = Readonly<Record<string, unknown>>;
/** A node's own answer to a call. */
export type Call = (method: string, params: Params) => Promise<unknown>;

const PER_PAGE_DEFAULT = 30;
const PER_PAGE_MAX = 100;

const refuse = (what: string): never => {
  throw new LightError('proof', what);
};

/** A height, or undefined for the latest. JSON has it as a string or a number, a URI as text. */
function heightOf(p: Params): bigint | undefined {
  const h = p.height;
  return h === undefined || h === null || h === '' || String(h) === '0' ? undefined : BigInt(String(h));
}

function numberOf(v: unknown, initial: number): number {
  const n = v === undefined || v === null || v === '' ? initial : Number(v);
  return Number.isSafeInteger(n) && n > 0 ? n : initial;
}

function assertBlock(json: unknown, verified: LightBlock): void {
  const r = record(json);
  const block: Block = fromJson(jBlock, r.block, 'block');
  validateBlock(block);
  const hash = headerHash(verified.signedHeader.header);
  if (!bytesEqual(headerHash(block.header), hash) || toHexUpper(hash) !== text(record(r.block_id).hash)) refuse('the block is not that of the verified header');
}

const headerIn = (v: unknown) => fromJson(jHeader, v, 'header');

/** Asks the node and verifies what it says. */
export async function verifiedCall(c: Client, call: Call, method: string, params: Params): Promise<unknown> {
  const height = heightOf(params);
  const at = (h: bigint | undefined): Promise<LightBlock> => (h === undefined ? c.sync() : c.blockAt(h));
  switch (method) {
    case 'commit': {
      const { signedHeader } = await at(height);
      return { signed_header: SIGNED_HEADER.write(signedHeader), canonical: true };
    }
    case 'header': {
      const { signedHeader } = await at(height);
      return { header: record(SIGNED_HEADER.write(signedHeader)).header };
    }
    case 'header_by_hash': {
      const r = await call(method, params);
      const header = headerIn(record(r).header);
      const { signedHeader } = await c.blockAt(header.height);
      if (!bytesEqual(headerHash(header), headerHash(signedHeader.header))) refuse('another header');
      return r;
    }
    case 'block': {
      const verified = await at(height);
      const r = await call(method, { ...params, height: `${verified.signedHeader.header.height}` });
      assertBlock(r, verified);
      return r;
    }
    case 'block_by_hash': {
      const r = await call(method, params);
      const { height: h } = headerIn(record(record(r).block).header);
      assertBlock(r, await c.blockAt(h));
      return r;
    }
    case 'blockchain': {
      const r = await call(method, params);
      for (const meta of list(record(r).block_metas)) {
        const header = headerIn(record(meta).header);
        const { signedHeader } = await c.blockAt(header.height);
        if (!bytesEqual(headerHash(header), headerHash(signedHeader.header))) refuse(`another header of height ${header.height}`);
      }
      return r;
    }
    case 'block_results': {
      const h = height ?? (await c.sync()).signedHeader.header.height - 1n;
      const r = await call(method, { height: `${h}` });
      const results = list(record(r).txs_results).map((item) => {
        const { code = 0, data, gas_wanted = '0', gas_used = '0' } = record(item);
        return { code: Number(code), data: base64(data), gasWanted: int64(gas_wanted), gasUsed: int64(gas_used) };
      });
      const { lastResultsHash } = (await c.blockAt(h + 1n)).signedHeader.header;
      if (results.length > 0) provenResult(results, 0, lastResultsHash);
      else if (!bytesEqual(lastResultsHash, sha256(new Uint8Array(0)))) refuse('results are missing');
      return r;
    }
    case 'validators': {
      const { validatorSet, signedHeader } = await at(height);
      const perPage = Math.min(numberOf(params.per_page, PER_PAGE_DEFAULT), PER_PAGE_MAX);
      const page = numberOf(params.page, 1);
      const some = validatorSet.validators.slice((page - 1) * perPage, page * perPage);
      return {
        block_height: `${signedHeader.header.height}`,
        validators: some.map(VALIDATOR.write),
        count: `${some.length}`,
        total: `${validatorSet.size}`,
      };
    }
    case 'consensus_params': {
      const { header } = (await at(height)).signedHeader;
      const r = await call(method, { height: `${header.height}` });
      const params_ = fromJson(jFullConsensusParams, record(r).consensus_params, 'consensus_params');
      if (!bytesEqual(consensusParamsHash(params_), header.consensusHash)) refuse('other consensus parameters');
      return r;
    }
    case 'tx': {
      const prove = params.prove === true || params.prove === 'true';
      const r = await call(method, params);
      if (!prove) return r;
      const o = record(r);
      const proof = record(record(o.proof).proof);
      const answer = {
        height: int64(o.height),
        index: Number(int64(proof.index)),
        total: Number(int64(proof.total)),
        tx: base64(o.tx),
        aunts: list(proof.aunts).map(base64),
      };
      assertIncluded(answer, fromHex(text(o.hash)), (await c.blockAt(answer.height)).signedHeader.header.dataHash);
      return r;
    }
    case 'abci_query':
      return abciQuery(c, call, params);
    default:
      return call(method, params);
  }
}

async function abciQuery(c: Client, call: Call, params: Params): Promise<unknown> {
  const r = await call('abci_query', { ...params, prove: true });
  const response = record(record(r).response);
  if (response.code !== undefined && response.code !== 0) return r;
  const path = /^\/store\/(.+)\/key$/.exec(String(params.path ?? '').replace(/^"|"$/g, ''));
  if (path === null) refuse('only answers of /store/{store}/key can be proven');
  const ops = response.proofOps === null || response.proofOps === undefined ? [] : list(record(response.proofOps).ops);
  const answer = {
    height: int64(response.height),
    value: base64(response.value),
    ops: ops.map(record).map((op) => ({ type: text(op.type), key: base64(op.key), data: base64(op.data) })),
  };
  const { appHash } = (await c.blockAt(answer.height + 1n)).signedHeader.header;
  provenValue(answer, path?.[1] as string, base64(response.key), appHash);
  return r;
}
