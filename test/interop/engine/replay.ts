// Our block executor on the Go node's blocks, compared at every height; and blocks changed in one place, which it must refuse.
import { finalizeBlockRequestCodec, finalizeBlockResponseCodec } from '../../../chain/abci/codec.ts';
import { bytesEqual, toHexUpper } from '../../../chain/encoding/bytes.ts';
import type { State } from '../../../chain/execution/state.ts';
import { type Block, blockCodec, blockHash, bodyHashes, makePartSet } from '../../../chain/types/block.ts';
import { formatBlockId } from '../../../chain/types/block-id.ts';
import { type Commit, EMPTY_COMMIT } from '../../../chain/types/commit.ts';
import { consensusParamsHash } from '../../../chain/types/consensus-params.ts';
import { TypesError } from '../../../chain/types/errors.ts';
import type { GenesisDoc } from '../../../chain/types/genesis-doc.ts';
import { headerHash } from '../../../chain/types/header.ts';
import { compareEvents, type Told } from './events.ts';
import type { GoHeight } from './go-chain.ts';
import type { ExecutedBlock } from './recording.ts';
import { Replica } from './replica.ts';

export interface ReplayResult {
  readonly replica: Replica;
  readonly blocks: number;
  readonly txs: number;
  /** Hashes that were compared. */
  readonly compared: number;
  readonly signatures: number;
  readonly results: number;
  readonly requests: number;
  readonly refused: number;
  /** Events published as the Go node told them, by type. */
  readonly events: ReadonlyMap<string, number>;
}

const flip = (b: Uint8Array): Uint8Array => b.map((x, i) => (i === 5 ? x ^ 4 : x));

/** The block with one thing changed, and everything else made to fit it. */
function forgeries(b: Block): [string, Block][] {
  const h = b.header;
  const commit = b.lastCommit ?? EMPTY_COMMIT;
  const header = (change: Partial<Block['header']>): Block => ({ ...b, header: { ...h, ...change } });
  const body = (change: Partial<Block>): Block => {
    const changed = { ...b, ...change };
    return { ...changed, header: { ...h, ...bodyHashes(changed.data, changed.evidence, changed.lastCommit ?? EMPTY_COMMIT) } };
  };
  const signed = (change: Partial<Commit['signatures'][0]>): Block =>
    body({ lastCommit: { ...commit, signatures: commit.signatures.map((s) => ({ ...s, ...change })) } });
  const all: [string, Block][] = [
    ['app hash', header({ appHash: flip(h.appHash) })],
    ['last results hash', header({ lastResultsHash: flip(h.lastResultsHash) })],
    ['consensus hash', header({ consensusHash: flip(h.consensusHash) })],
    ['validators hash', header({ validatorsHash: flip(h.validatorsHash) })],
    ['next validators hash', header({ nextValidatorsHash: flip(h.nextValidatorsHash) })],
    ['data hash', header({ dataHash: flip(h.dataHash) })],
    ['last block id', header({ lastBlockId: { ...h.lastBlockId, hash: flip(h.lastBlockId.hash) } })],
    ['proposer', header({ proposerAddress: flip(h.proposerAddress) })],
    ['chain id', header({ chainId: `${h.chainId}x` })],
    ['height', header({ height: h.height + 1n })],
    ['time', header({ time: h.time + 1n })],
    ['transactions', { ...b, data: { txs: [...b.data.txs, new Uint8Array([1])] } }],
  ];
  const first = commit.signatures[0];
  if (first !== undefined) {
    all.push(['signature of the last commit', signed({ signature: flip(first.signature) })]);
    all.push(['time of the last commit', signed({ timestamp: first.timestamp + 1n })]);
    all.push(['round of the last commit', body({ lastCommit: { ...commit, round: commit.round + 1 } })]);
    all.push(['no last commit', body({ lastCommit: { ...commit, signatures: [] } })]);
  }
  // At the first height some fields are empty, and stay so.
  const original = blockCodec.encode(b);
  return all.filter(([, forged]) => !bytesEqual(blockCodec.encode(forged), original));
}

async function refuseForgeries(replica: Replica, b: Block): Promise<number> {
  let refused = 0;
  for (const [what, forged] of forgeries(b)) {
    try {
      await replica.executor.validateBlock(replica.state, forged);
    } catch (e) {
      if (!(e instanceof TypesError)) throw e;
      refused++;
      continue;
    }
    throw new Error(`height ${b.header.height}: a block with another ${what} was accepted`);
  }
  return refused;
}

function expectSame(height: bigint, what: string, ours: Uint8Array, theirs: Uint8Array): number {
  if (!bytesEqual(ours, theirs)) throw new Error(`height ${height}: ${what}: ours is ${toHexUpper(ours)}, theirs ${toHexUpper(theirs)}`);
  return 1;
}

/** What of the header follows from the state. */
function compareHeader(s: State, g: GoHeight): number {
  const { header } = g.block;
  const h = header.height;
  let n = 0;
  n += expectSame(h, 'app hash', s.appHash, header.appHash);
  n += expectSame(h, 'last results hash', s.lastResultsHash, header.lastResultsHash);
  n += expectSame(h, 'consensus hash', consensusParamsHash(s.consensusParams), header.consensusHash);
  n += expectSame(h, 'validators hash', s.validators.hash(), header.validatorsHash);
  n += expectSame(h, 'next validators hash', s.nextValidators.hash(), header.nextValidatorsHash);
  return n;
}

/**
 * Applies all blocks. `recorded` are FinalizeBlock requests that the Go node really sent, `told` the events it published, compared where there are any. Throws at the
 * first difference.
 */
export async function replay(
  genesis: GenesisDoc,
  chain: readonly GoHeight[],
  recorded: ReadonlyMap<bigint, ExecutedBlock>,
  told: ReadonlyMap<string, Told>,
): Promise<ReplayResult> {
  const replica = await Replica.open(genesis);
  const events = compareEvents(replica.eventBus, told);
  let [txs, compared, results, requests, refused] = [0, 0, 0, 0, 0];
  for (const [i, g] of chain.entries()) {
    const { block, id } = g;
    const { height } = block.header;
    const parts = makePartSet(block);
    compared += compareHeader(replica.state, g);
    compared += expectSame(height, 'block hash', blockHash(block), id.hash);
    compared += expectSame(height, 'header hash of the commit', headerHash(g.header), id.hash);
    compared += expectSame(height, 'part set hash', parts.hash, id.partSetHeader.hash);
    if (parts.total !== id.partSetHeader.total || formatBlockId(g.commit.blockId) !== formatBlockId(id)) throw new Error(`height ${height}: block id differs`);
    if (i % 10 === 3 || i === 0) refused += await refuseForgeries(replica, block);
    const response = await replica.apply(block, id, parts, g.commit);
    results += expectSame(height, 'FinalizeBlock response', finalizeBlockResponseCodec.encode(response), finalizeBlockResponseCodec.encode(g.results));
    const request = recorded.get(height)?.request;
    const own = replica.application.blocks.get(height)?.request;
    if (request !== undefined && own !== undefined) {
      requests += expectSame(height, 'FinalizeBlock request', finalizeBlockRequestCodec.encode(own), finalizeBlockRequestCodec.encode(request));
    }
    txs += block.data.txs.length;
  }
  if (events.differences.length > 0) throw new Error(`${events.differences.length} events differ: ${events.differences.slice(0, 5).join('; ')}`);
  return { replica, events: events.equal, blocks: chain.length, txs, compared, signatures: replica.signatures, results, requests, refused };
}
