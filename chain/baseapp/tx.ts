// What the base application needs of a decoded transaction; chain/app joins the real decoder.

export interface AppMessage {
  /** e.g. "/cosmos.bank.v1beta1.MsgSend" */
  readonly typeUrl: string;
  readonly value: unknown;
  /** Addresses whose signatures the message needs, first the one shown as sender. */
  readonly signers: readonly Uint8Array[];
}

export interface AppTx {
  readonly messages: readonly AppMessage[];
  /** Gas the sender pays for. */
  readonly gasLimit: bigint;
  /** As they came: what is known of them is forgotten when the transaction is committed. */
  readonly signatureBytes: readonly Uint8Array[];
  /** Whether its signatures were checked ahead of time. */
  prefetched: boolean;
}

/** Throws an error whose text says why the bytes are no transaction. Decoding the same array twice should cost nothing. */
export type TxDecoder<T extends AppTx> = (bytes: Uint8Array) => T;
