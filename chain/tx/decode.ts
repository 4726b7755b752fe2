// Transactions from bytes: which bytes are one, and what they say. Accepts and refuses exactly what the reference does
// (sdk:x/auth/tx/decoder.go), since a transaction's code is part of the block hash.
//
// Two ways that must agree. The fast one reads canonical encodings, which honest clients send, in a single pass that refuses unknown
// fields on the way. Anything else (fields out of order, repeated or unknown, bad UTF-8, deep nesting, and what is invalid) goes the slow
// one, which repeats the reference's steps: outer form, unknown fields through every Any, decoding, opening of Anys.

import { AuthInfo, Fee, type SignerInfo, Tip, TxBody } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import { Any } from '../../proto/gen/google/protobuf.ts';
import type { AnyMessage, MessageType } from '../../proto/registry.ts';
import { isEscapedUtf8, utf8 } from '../encoding/bytes.ts';
import { ANY_UTF8, CANONICAL_ONLY, Reader, WireError } from '../encoding/proto-wire.ts';
import { rejectNonAdr027 } from './adr027.ts';
import { TxDecodeError } from './errors.ts';
import { type InterfaceRegistry, MSG_INTERFACE, PUB_KEY_INTERFACE } from './interfaces.ts';
import { readModeInfo } from './mode-info.ts';
import { rejectUnknownFields } from './unknown-fields.ts';
import { messageType, Unpacker } from './unpack.ts';

export interface DecodedMessage {
  readonly typeUrl: string;
  readonly type: MessageType;
  readonly value: AnyMessage;
  /** The bytes in the Any. */
  readonly bytes: Uint8Array;
}

export interface DecodedTx {
  /** TxRaw as it came. */
  readonly bytes: Uint8Array;
  readonly bodyBytes: Uint8Array;
  readonly authInfoBytes: Uint8Array;
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly signatures: readonly Uint8Array[];
  readonly messages: readonly DecodedMessage[];
  /** Opened public keys by signer info; undefined where there is none. */
  readonly publicKeys: readonly (DecodedPublicKey | undefined)[];
  /** Unknown fields with bit 11 in the body, which DIRECT signs over and LEGACY_AMINO_JSON refuses. */
  readonly bodyHasUnknownNonCriticals: boolean;
  /** Length of the memo in bytes, which may be no UTF-8: then `body.memo` has lone surrogates (fromUtf8Escaped). */
  readonly memoLength: number;
  /** Some text of a message is not UTF-8 where the reference decodes the message and then fails to find its signers. */
  readonly hasInvalidUtf8: boolean;
}
export interface DecodedPublicKey {
  readonly type: MessageType;
  readonly value: AnyMessage;
}

/** Throws TxDecodeError. */
export type TxDecoder = (bytes: Uint8Array) => DecodedTx;

export function txDecoder(interfaces: InterfaceRegistry): TxDecoder {
  const fastUnpacker = new Unpacker(interfaces, CANONICAL_ONLY);
  const slowUnpacker = new Unpacker(interfaces, ANY_UTF8);
  return (bytes) => fast(bytes, fastUnpacker) ?? slow(bytes, slowUnpacker, interfaces);
}

/** Only the slow way, to hold the fast one to it. */
export function referenceTxDecoder(interfaces: InterfaceRegistry): TxDecoder {
  const unpacker = new Unpacker(interfaces, ANY_UTF8);
  return (bytes) => slow(bytes, unpacker, interfaces);
}

const EMPTY = new Uint8Array(0);

interface Raw {
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly authStart: number;
  readonly authEnd: number;
  readonly signatures: Uint8Array[];
}

/** TxRaw with each part at most once, in order, with lengths of at most three bytes; else undefined. */
function fastRaw(b: Uint8Array): Raw | undefined {
  let pos = 0;
  let previous = 0;
  let [bodyStart, bodyEnd, authStart, authEnd] = [0, 0, 0, 0];
  const signatures: Uint8Array[] = [];
  while (pos < b.length) {
    const tag = b[pos++] as number;
    if (tag < previous || (tag === previous && tag !== 0x1a) || (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a)) return undefined;
    previous = tag;
    let length = b[pos++] ?? 0;
    if (length > 127) {
      const second = b[pos++] ?? 0;
      length = (length & 127) | ((second & 127) << 7);
      if (second > 127) {
        const third = b[pos++] ?? 0;
        if (third > 127 || third === 0) return undefined;
        length |= third << 14;
      } else if (second === 0) return undefined;
    }
    const end = pos + length;
    if (end > b.length) return undefined;
    if (tag === 0x0a) [bodyStart, bodyEnd] = [pos, end];
    else if (tag === 0x12) [authStart, authEnd] = [pos, end];
    else signatures.push(b.subarray(pos, end));
    pos = end;
  }
  return { bodyStart, bodyEnd, authStart, authEnd, signatures };
}

function byteLength(s: string): number {
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 127) return utf8(s).length;
  return s.length;
}

/** undefined where the bytes are not a canonical, valid transaction. */
function fast(bytes: Uint8Array, unpacker: Unpacker): DecodedTx | undefined {
  const raw = fastRaw(bytes);
  if (raw === undefined) return undefined;
  try {
    const body = TxBody.read(new Reader(bytes, raw.bodyStart, raw.bodyEnd, CANONICAL_ONLY), undefined, 0);
    // Extension options are refused; the slow way says why.
    if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0) return undefined;
    const authInfo = AuthInfo.read(new Reader(bytes, raw.authStart, raw.authEnd, CANONICAL_ONLY), undefined, 0);
    return {
      bytes,
      bodyBytes: bytes.subarray(raw.bodyStart, raw.bodyEnd),
      authInfoBytes: bytes.subarray(raw.authStart, raw.authEnd),
      body,
      authInfo,
      signatures: raw.signatures,
      messages: openMessages(body, unpacker),
      publicKeys: openPublicKeys(authInfo, unpacker),
      bodyHasUnknownNonCriticals: false,
      memoLength: byteLength(body.memo),
      hasInvalidUtf8: false,
    };
  } catch (e) {
    if (e instanceof WireError || e instanceof TxDecodeError) return undefined;
    throw e;
  }
}

function openMessages(body: TxBody, unpacker: Unpacker): DecodedMessage[] {
  const out: DecodedMessage[] = [];
  for (const any of body.messages) {
    const opened = unpacker.unpack(any, MSG_INTERFACE);
    out.push({ typeUrl: any.typeUrl, type: opened.type, value: opened.value, bytes: any.value });
  }
  return out;
}

function openPublicKeys(authInfo: AuthInfo, unpacker: Unpacker): (DecodedPublicKey | undefined)[] {
  return authInfo.signerInfos.map((s) => (s.publicKey === undefined ? undefined : unpacker.unpack(s.publicKey, PUB_KEY_INTERFACE)));
}

/** The memo's bytes: the last field 2 of the body. */
function memoBytes(body: Uint8Array): number {
  const r = new Reader(body);
  let length = 0;
  while (!r.done()) {
    const tag = r.tag();
    if (tag === 0x12) length = r.bytes().length;
    else r.skip(tag & 7, tag >>> 3);
  }
  return length;
}

function hasEscapes(v: unknown): boolean {
  if (typeof v === 'string') return isEscapedUtf8(v);
  if (v === null || typeof v !== 'object' || v instanceof Uint8Array) return false;
  return Object.values(v).some(hasEscapes);
}

/** The reference reads messages a second time to find their signers; its readers of cosmos.* messages take any text, the others do not. */
function textIsRefused(m: DecodedMessage): boolean {
  return !m.type.name.startsWith('cosmos.') && hasEscapes(m.value);
}

function slow(bytes: Uint8Array, unpacker: Unpacker, interfaces: InterfaceRegistry): DecodedTx {
  rejectNonAdr027(bytes);
  rejectUnknownFields(messageType('cosmos.tx.v1beta1.TxRaw'), bytes, 0, bytes.length, false, interfaces);
  let bodyBytes: Uint8Array = EMPTY;
  let authInfoBytes: Uint8Array = EMPTY;
  const signatures: Uint8Array[] = [];
  const r = new Reader(bytes);
  while (!r.done()) {
    const no = r.tag() >>> 3;
    const part = r.bytes();
    if (no === 1) bodyBytes = part;
    else if (no === 2) authInfoBytes = part;
    else signatures.push(part);
  }
  const bodyHasUnknownNonCriticals = rejectUnknownFields(messageType('cosmos.tx.v1beta1.TxBody'), bodyBytes, 0, bodyBytes.length, true, interfaces);
  const body = decoding(() => TxBody.read(new Reader(bodyBytes, 0, bodyBytes.length, ANY_UTF8), undefined, 0));
  const messages = openMessages(body, unpacker);
  const option = body.extensionOptions[0] ?? body.nonCriticalExtensionOptions[0];
  if (option !== undefined) throw new TxDecodeError('no registered implementations of type tx.TxExtensionOptionI');
  rejectUnknownFields(messageType('cosmos.tx.v1beta1.AuthInfo'), authInfoBytes, 0, authInfoBytes.length, false, interfaces);
  const authInfo = decoding(() => readAuthInfo(new Reader(authInfoBytes, 0, authInfoBytes.length, ANY_UTF8)));
  return {
    bytes,
    bodyBytes,
    authInfoBytes,
    body,
    authInfo,
    signatures,
    messages,
    publicKeys: openPublicKeys(authInfo, unpacker),
    bodyHasUnknownNonCriticals,
    memoLength: memoBytes(bodyBytes),
    hasInvalidUtf8: messages.some(textIsRefused),
  };
}

function decoding<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof WireError ? new TxDecodeError(e.message) : e;
  }
}

// By hand because of ModeInfo's depth (mode-info.ts).
function readAuthInfo(r: Reader): AuthInfo {
  const signerInfos: SignerInfo[] = [];
  let fee: Fee | undefined;
  let tip: Tip | undefined;
  while (!r.done()) {
    const tag = r.tag();
    if ((tag & 7) !== 2) r.fail(`field ${tag >>> 3} has wire type ${tag & 7}, not 2`);
    const outer = r.enter();
    if (tag >>> 3 === 1) signerInfos.push(readSignerInfo(r));
    else if (tag >>> 3 === 2) fee = Fee.read(r, fee, 1);
    else if (tag >>> 3 === 3) tip = Tip.read(r, tip, 1);
    else r.fail(`unknown field ${tag >>> 3}`);
    r.leave(outer);
  }
  return { signerInfos, fee, tip };
}

function readSignerInfo(r: Reader): SignerInfo {
  let publicKey: Any | undefined;
  let modeInfo: SignerInfo['modeInfo'];
  let sequence = 0n;
  while (!r.done()) {
    const tag = r.tag();
    const no = tag >>> 3;
    if (no === 3) {
      if ((tag & 7) !== 0) r.fail(`field 3 has wire type ${tag & 7}, not 0`);
      sequence = r.uint64();
      continue;
    }
    if ((tag & 7) !== 2) r.fail(`field ${no} has wire type ${tag & 7}, not 2`);
    const outer = r.enter();
    if (no === 1) publicKey = Any.read(r, publicKey, 2);
    else if (no === 2) modeInfo = mergeModeInfo(modeInfo, readModeInfo(r));
    else r.fail(`unknown field ${no}`);
    r.leave(outer);
  }
  return { publicKey, modeInfo, sequence };
}

/** A second occurrence merges: what it does not set stays. */
function mergeModeInfo(a: SignerInfo['modeInfo'], b: NonNullable<SignerInfo['modeInfo']>): NonNullable<SignerInfo['modeInfo']> {
  return b.sum === undefined && a !== undefined ? a : b;
}
