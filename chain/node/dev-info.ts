// DIR/dev.json: what a script needs to use a running dev network. Written whole (temporary file, then rename) after the first block.

export interface DevAccount {
  readonly name: string;
  readonly address: string;
  /** For tests only: everybody knows it. */
  readonly mnemonic: string;
}

export interface DevNode {
  /** An embedded engine of ours, or a Go CometBFT over the ABCI socket. */
  readonly kind: 'ts' | 'go';
  /** http://127.0.0.1:PORT */
  readonly rpc: string;
  /** Upper-case hex, as in /status. */
  readonly validatorAddress: string;
}

export interface DevInfo {
  readonly chainId: string;
  readonly denom: string;
  readonly rpc: string;
  /** 127.0.0.1:PORT */
  readonly grpc: string;
  readonly rest: string;
  /** The page whose light client verifies in the browser; absent where it could not be served. */
  readonly explorer?: string;
  readonly accounts: readonly DevAccount[];
  readonly nodes: readonly DevNode[];
}
