// Protocol versions in a header: tendermint.version.Consensus (cmt:proto/tendermint/version/types.proto).
import { type Codec, message, uint64 } from '../encoding/codec.ts';

export interface ConsensusVersion {
  readonly block: bigint;
  readonly app: bigint;
}

/** cmt:version/version.go BlockProtocol. */
export const BLOCK_PROTOCOL = 11n;
/** cmt:version/version.go P2PProtocol. */
export const P2P_PROTOCOL = 8n;

export const consensusVersionCodec: Codec<ConsensusVersion> = message('tendermint.version.Consensus', { block: uint64(1), app: uint64(2) });
