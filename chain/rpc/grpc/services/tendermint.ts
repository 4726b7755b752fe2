// cosmos.base.tendermint.v1beta1.Service: blocks, validators and the node (sdk:client/grpc/cmtservice/service.go).

import type { PageRequest } from '../../../../proto/gen/cosmos/base/query/v1beta1.ts';
import {
  ABCIQueryRequest,
  ABCIQueryResponse,
  GetBlockByHeightRequest,
  GetBlockByHeightResponse,
  GetLatestBlockRequest,
  GetLatestBlockResponse,
  GetLatestValidatorSetRequest,
  GetLatestValidatorSetResponse,
  GetNodeInfoRequest,
  GetNodeInfoResponse,
  GetSyncingRequest,
  GetSyncingResponse,
  GetValidatorSetByHeightRequest,
  GetValidatorSetByHeightResponse,
  type Block as SdkBlock,
  type Validator as SdkValidator,
} from '../../../../proto/gen/cosmos/base/tendermint/v1beta1.ts';
import { PubKey as Ed25519PubKey } from '../../../../proto/gen/cosmos/crypto/ed25519.ts';
import { PubKey as Secp256k1PubKey } from '../../../../proto/gen/cosmos/crypto/secp256k1.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import { type Block, Block as BlockCodec, BlockID } from '../../../../proto/gen/tendermint/types.ts';
import { bech32Encode } from '../../../crypto/bech32.ts';
import { blockCodec } from '../../../types/block.ts';
import { blockIdCodec } from '../../../types/block-id-codec.ts';
import type { PublicKey } from '../../../types/public-key.ts';
import type { Backend } from '../../backend.ts';
import { checkPage, heightOr, latestUncommitted, perPage, skipOf } from '../../comet/methods/heights.ts';
import { service, unary } from '../service.ts';
import { invalidArgument, unknown } from '../status.ts';

const LIMIT_DEFAULT = 100n;
/** Paths that the application serves beside gRPC methods. */
const QUERY_PATHS: readonly string[] = ['app', 'store', 'p2p', 'custom'];

export interface FoundBlock {
  readonly blockId: BlockID;
  readonly block: Block;
}

/** undefined is the latest. Throws in CometBFT's words where the height cannot be. */
export async function blockAt(backend: Backend, height: bigint | undefined): Promise<FoundBlock> {
  const at = heightOr(backend, backend.chain.height, height);
  const [block, meta] = await Promise.all([backend.chain.block(at), backend.chain.meta(at)]);
  if (block === undefined || meta === undefined) throw unknown(`block at height ${at} not found`);
  return { blockId: BlockID.decode(blockIdCodec.encode(meta.blockId)), block: BlockCodec.decode(blockCodec.encode(block)) };
}

function consensusAddress(backend: Backend, address: Uint8Array): string {
  return bech32Encode(`${backend.nodeConfig.bech32Prefix}valcons`, address);
}

async function blockAnswer(backend: Backend, height: bigint | undefined) {
  const { blockId, block } = await blockAt(backend, height);
  const sdkBlock: SdkBlock = { ...block, header: { ...block.header, proposerAddress: consensusAddress(backend, block.header.proposerAddress) } };
  return { blockId, block, sdkBlock };
}

function keyToAny(key: PublicKey): Any {
  switch (key.case) {
    case 'ed25519':
      return { typeUrl: '/cosmos.crypto.ed25519.PubKey', value: Ed25519PubKey.encode({ key: key.value }) };
    case 'secp256k1':
      return { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: Secp256k1PubKey.encode({ key: key.value }) };
    default:
      throw unknown(`cannot convert ${key.case} to a public key of an account: invalid type`);
  }
}

async function validatorSet(backend: Backend, height: bigint | undefined, pagination: PageRequest | undefined) {
  const limit = pagination === undefined || pagination.limit === 0n ? LIMIT_DEFAULT : pagination.limit;
  const page = (pagination?.offset ?? 0n) / limit + 1n;
  const at = heightOr(backend, latestUncommitted(backend), height);
  const set = await backend.chain.validators(at);
  if (set === undefined) throw unknown(`could not find validator set for height #${at}`);
  const size = perPage(limit);
  checkPage(page, size, set.size);
  const skip = skipOf(page, size);
  const validators = set.validators.slice(skip, skip + size).map(
    (v): SdkValidator => ({
      address: consensusAddress(backend, v.address),
      pubKey: keyToAny(v.pubKey),
      votingPower: v.votingPower,
      proposerPriority: v.proposerPriority,
    }),
  );
  return { blockHeight: at, validators, pagination: { nextKey: new Uint8Array(0), total: BigInt(set.size) } };
}

function refuseFuture(backend: Backend, height: bigint): void {
  if (height > backend.chain.height) throw invalidArgument('requested block height is bigger then the chain length');
}

export const tendermintService = service('cosmos.base.tendermint.v1beta1.Service', {
  GetSyncing: unary(GetSyncingRequest, GetSyncingResponse, (_, { backend }) => ({ syncing: backend.consensus.catchingUp })),

  GetLatestBlock: unary(GetLatestBlockRequest, GetLatestBlockResponse, (_, { backend }) => blockAnswer(backend, undefined)),

  GetBlockByHeight: unary(GetBlockByHeightRequest, GetBlockByHeightResponse, ({ height }, { backend }) => {
    refuseFuture(backend, height);
    return blockAnswer(backend, height);
  }),

  GetLatestValidatorSet: unary(GetLatestValidatorSetRequest, GetLatestValidatorSetResponse, ({ pagination }, { backend }) =>
    validatorSet(backend, undefined, pagination),
  ),

  GetValidatorSetByHeight: unary(GetValidatorSetByHeightRequest, GetValidatorSetByHeightResponse, ({ height, pagination }, { backend }) => {
    refuseFuture(backend, height);
    return validatorSet(backend, height, pagination);
  }),

  GetNodeInfo: unary(GetNodeInfoRequest, GetNodeInfoResponse, (_, { backend: { network, nodeConfig } }) => {
    const n = network.nodeInfo();
    return {
      defaultNodeInfo: {
        protocolVersion: n.protocolVersion,
        defaultNodeId: n.id,
        listenAddr: n.listenAddr,
        network: n.network,
        version: n.version,
        channels: n.channels,
        moniker: n.moniker,
        other: { txIndex: n.txIndex, rpcAddress: n.rpcAddress },
      },
      applicationVersion: {
        name: nodeConfig.appName,
        appName: `${nodeConfig.appName}d`,
        version: nodeConfig.appVersion,
        gitCommit: '',
        buildTags: '',
        goVersion: '',
        buildDeps: [],
        cosmosSdkVersion: nodeConfig.cosmosSdkVersion,
      },
    };
  }),

  ABCIQuery: unary(ABCIQueryRequest, ABCIQueryResponse, ({ path, ...request }, { backend }) => {
    if (path === '') throw invalidArgument('empty query path');
    const first = (path.startsWith('/') ? path.slice(1) : path).split('/', 1)[0] as string;
    if (!QUERY_PATHS.includes(first)) throw invalidArgument(`unsupported ABCI query path: ${path}`);
    return backend.app.query({ path, ...request });
  }),
});
