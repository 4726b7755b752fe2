// What can be wrong with a message of the consensus protocol. A code tells the engine what to do with the peer: `ignore` is normal in
// an asynchronous network, `invalid` is a fault of the sender.

export type ConsensusErrorCode =
  | 'unexpected-step'
  | 'invalid-validator-index'
  | 'invalid-validator-address'
  | 'invalid-signature'
  | 'non-deterministic-signature'
  | 'conflicting-vote'
  | 'conflicting-majority'
  | 'unwanted-round'
  | 'unexpected-extension'
  | 'invalid-extension'
  | 'invalid-proposal'
  | 'invalid-part'
  | 'invalid-block';

export class ConsensusError extends Error {
  readonly code: ConsensusErrorCode;
  constructor(code: ConsensusErrorCode, message: string) {
    super(message);
    this.name = 'ConsensusError';
    this.code = code;
  }
}

/** The safety or liveness assumptions are broken, or this code is: consensus must stop (CometBFT's CONSENSUS FAILURE). */
export class ConsensusFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConsensusFailure';
  }
}
