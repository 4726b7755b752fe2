// A call that the state of the chain does not allow.

/** The engine must stop: what it asks for cannot be answered (a height out of order, another chain's genesis). */
export class AbciError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'AbciError';
  }
}
