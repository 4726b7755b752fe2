// Why the mempool refused a transaction before the application saw it; texts are CometBFT's, which clients match (cmt:mempool/errors.go).

export type MempoolErrorCode = 'in-cache' | 'full' | 'too-large' | 'pre-check' | 'rechecking';

export class MempoolError extends Error {
  readonly code: MempoolErrorCode;
  constructor(code: MempoolErrorCode, message: string) {
    super(message);
    this.name = 'MempoolError';
    this.code = code;
  }
}

export const errTxInCache = (): MempoolError => new MempoolError('in-cache', 'tx already exists in cache');
export const errTxTooLarge = (max: number, actual: number): MempoolError =>
  new MempoolError('too-large', `Tx too large. Max size is ${max}, but got ${actual}`);
export const errMempoolIsFull = (txs: number, maxTxs: number, bytes: bigint, maxBytes: bigint): MempoolError =>
  new MempoolError('full', `mempool is full: number of txs ${txs} (max: ${maxTxs}), total txs bytes ${bytes} (max: ${maxBytes})`);
export const errPreCheck = (why: string): MempoolError => new MempoolError('pre-check', `tx pre check: ${why}`);
export const errRecheckFull = (): MempoolError =>
  new MempoolError('rechecking', 'mempool is still rechecking after a new committed block, so it is considered as full');
