// Protocol versions in a header: tendermint.version.Consensus (cmt:proto/tendermint/version/types.proto).
export interface ConsensusVersion {
  readonly block: bigint;
  readonly app: bigint;
}

/** cmt:version/version.go BlockProtocol. */
export const BLOCK_PROTOCOL = 11n;
/** cmt:version/version.go P2PProtocol. */
export const P2P_PROTOCOL = 8n;
