// What goes wrong on the way to a signer. Neither ends consensus: the vote or proposal in hand is lost, as if it had not arrived.

/** The connection is unusable and closed. */
export class SignerLinkError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SignerLinkError';
  }
}
