// Bytes that are no transaction. The code is the SDK's ErrTxDecode; the text is the reference's.

const SDK_CODESPACE = 'sdk';
const TX_DECODE_CODE = 2;
const TX_DECODE_TEXT = 'tx parse error';

/** Refused by the decoder. */
export class TxDecodeError extends Error {
  override readonly name = 'TxDecodeError';
  readonly codespace = SDK_CODESPACE;
  readonly code = TX_DECODE_CODE;

  constructor(detail: string) {
    super(`${detail}: ${TX_DECODE_TEXT}`);
  }
}

/** A transaction that decodes, but for which sign bytes or signers cannot be made. Go has a plain error there, without a code. */
export class TxError extends Error {
  override readonly name = 'TxError';
}
