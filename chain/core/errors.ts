// Registered errors. (codespace, code) is what a block's result carries and is never renumbered; the text is for people and may change.
// Text form as Go's errorsmod: "outer detail: inner detail: registered text". Source: cosmossdk.io/errors v1.0.2, sdk:types/errors/errors.go.
import { stackTrace } from './stack-trace.ts';

/** Codespace of failures that no module registered: code 1, and 111222 for a panic. */
export const UNDEFINED_CODESPACE = 'undefined';

/** A failure with a code. Keepers and handlers throw it for bad input; any other exception counts as a panic. */
export class SdkError extends Error {
  readonly codespace: string;
  readonly code: number;

  constructor(codespace: string, code: number, text: string) {
    // Failing transactions are ordinary input: a stack trace for each would cost more than their execution.
    const limit = stackTrace.stackTraceLimit;
    stackTrace.stackTraceLimit = 0;
    super(text);
    stackTrace.stackTraceLimit = limit;
    this.name = 'SdkError';
    this.codespace = codespace;
    this.code = code;
  }

  /** The same code with a detail before the text. */
  wrap(detail: string): SdkError {
    return new SdkError(this.codespace, this.code, `${detail}: ${this.message}`);
  }
}

export interface RegisteredError {
  readonly codespace: string;
  readonly code: number;
  readonly text: string;
  /** An error "detail: text". */
  wrap(detail: string): SdkError;
  /** An error with the registered text alone. */
  error(): SdkError;
  /** Whether a caught value has this codespace and code. */
  is(e: unknown): e is SdkError;
}

const registered = new Map<string, string>();

/** Throws where the pair is taken: two meanings of one code would be told apart by nobody. */
export function registerError(codespace: string, code: number, text: string): RegisteredError {
  const id = `${codespace}:${code}`;
  const other = registered.get(id);
  if (other !== undefined) throw new Error(`error ${id} is already registered as ${JSON.stringify(other)}`);
  registered.set(id, text);
  return {
    codespace,
    code,
    text,
    wrap: (detail) => new SdkError(codespace, code, `${detail}: ${text}`),
    error: () => new SdkError(codespace, code, text),
    is: (e): e is SdkError => e instanceof SdkError && e.code === code && e.codespace === codespace,
  };
}

registerError(UNDEFINED_CODESPACE, 1, 'internal');
export const ErrPanic = registerError(UNDEFINED_CODESPACE, 111222, 'panic');

/** Go's fmt.Errorf where the reference registers no code: codespace "undefined", code 1, the text alone. */
export function plainError(text: string): SdkError {
  return new SdkError(UNDEFINED_CODESPACE, 1, text);
}

/** Adds a detail before an error's text and keeps its code, as errorsmod.Wrap; panics pass unchanged. */
export function wrapError(e: unknown, detail: string): unknown {
  return e instanceof SdkError ? e.wrap(detail) : e;
}

const sdk = (code: number, text: string): RegisteredError => registerError('sdk', code, text);

export const ErrTxDecode = sdk(2, 'tx parse error');
export const ErrInvalidSequence = sdk(3, 'invalid sequence');
export const ErrUnauthorized = sdk(4, 'unauthorized');
export const ErrInsufficientFunds = sdk(5, 'insufficient funds');
export const ErrUnknownRequest = sdk(6, 'unknown request');
export const ErrInvalidAddress = sdk(7, 'invalid address');
export const ErrInvalidPubKey = sdk(8, 'invalid pubkey');
export const ErrUnknownAddress = sdk(9, 'unknown address');
export const ErrInvalidCoins = sdk(10, 'invalid coins');
export const ErrOutOfGas = sdk(11, 'out of gas');
export const ErrMemoTooLarge = sdk(12, 'memo too large');
export const ErrInsufficientFee = sdk(13, 'insufficient fee');
export const ErrTooManySignatures = sdk(14, 'maximum number of signatures exceeded');
export const ErrNoSignatures = sdk(15, 'no signatures supplied');
export const ErrJsonMarshal = sdk(16, 'failed to marshal JSON bytes');
export const ErrJsonUnmarshal = sdk(17, 'failed to unmarshal JSON bytes');
export const ErrInvalidRequest = sdk(18, 'invalid request');
export const ErrTxInMempoolCache = sdk(19, 'tx already in mempool');
export const ErrMempoolIsFull = sdk(20, 'mempool is full');
export const ErrTxTooLarge = sdk(21, 'tx too large');
export const ErrKeyNotFound = sdk(22, 'key not found');
export const ErrWrongPassword = sdk(23, 'invalid account password');
export const ErrInvalidSigner = sdk(24, 'tx intended signer does not match the given signer');
export const ErrInvalidGasAdjustment = sdk(25, 'invalid gas adjustment');
export const ErrInvalidHeight = sdk(26, 'invalid height');
export const ErrInvalidVersion = sdk(27, 'invalid version');
export const ErrInvalidChainId = sdk(28, 'invalid chain-id');
export const ErrInvalidType = sdk(29, 'invalid type');
export const ErrTxTimeoutHeight = sdk(30, 'tx timeout height');
export const ErrUnknownExtensionOptions = sdk(31, 'unknown extension options');
export const ErrWrongSequence = sdk(32, 'incorrect account sequence');
export const ErrPackAny = sdk(33, 'failed packing protobuf message to Any');
export const ErrUnpackAny = sdk(34, 'failed unpacking protobuf message from Any');
export const ErrLogic = sdk(35, 'internal logic error');
export const ErrConflict = sdk(36, 'conflict');
export const ErrNotSupported = sdk(37, 'feature not supported');
export const ErrNotFound = sdk(38, 'not found');
export const ErrIo = sdk(39, 'internal IO error');
export const ErrAppConfig = sdk(40, 'error in app.toml');
export const ErrInvalidGasLimit = sdk(41, 'invalid gas limit');
export const ErrTxTimeout = sdk(42, 'tx timeout');

/** x/gov's code for a message whose authority is not the configured one; bank, auth and consensus answer with it before gov exists. */
export const ErrInvalidAuthority = registerError('gov', 13, 'expected gov account as only signer for proposal message');
