// Settings of the JSON-RPC server: the [rpc] section of config.toml (cmt:config/config.go RPCConfig), with its defaults.

export interface RpcConfig {
  readonly corsAllowedOrigins: readonly string[];
  readonly corsAllowedMethods: readonly string[];
  readonly corsAllowedHeaders: readonly string[];
  /** Simultaneous connections, HTTP and WebSocket together; 0: no limit. */
  readonly maxOpenConnections: number;
  readonly maxSubscriptionClients: number;
  readonly maxSubscriptionsPerClient: number;
  /** Events that may wait in a client's buffer; a client further behind loses the subscription. */
  readonly subscriptionBufferSize: number;
  readonly closeOnSlowClient: boolean;
  readonly timeoutBroadcastTxCommitMs: number;
  /** 0: no limit. */
  readonly maxRequestBatchSize: number;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly readTimeoutMs: number;
  readonly wsPingPeriodMs: number;
  /** A WebSocket from which nothing came for this long, not even a pong, is closed. */
  readonly wsReadWaitMs: number;
}

export const DEFAULT_RPC_CONFIG: RpcConfig = {
  corsAllowedOrigins: [],
  corsAllowedMethods: ['HEAD', 'GET', 'POST'],
  corsAllowedHeaders: ['Origin', 'Accept', 'Content-Type', 'X-Requested-With', 'X-Server-Time'],
  maxOpenConnections: 900,
  maxSubscriptionClients: 100,
  maxSubscriptionsPerClient: 5,
  subscriptionBufferSize: 200,
  closeOnSlowClient: false,
  timeoutBroadcastTxCommitMs: 10_000,
  maxRequestBatchSize: 10,
  maxBodyBytes: 1_000_000,
  maxHeaderBytes: 1 << 20,
  readTimeoutMs: 10_000,
  wsPingPeriodMs: 27_000,
  wsReadWaitMs: 30_000,
};
