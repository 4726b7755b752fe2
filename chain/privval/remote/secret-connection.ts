// CometBFT's SecretConnection (cmt:p2p/conn/secret_connection.go): X25519 with fresh keys, a Merlin transcript whose challenge each end signs
// with its ed25519 key, then frames of 1024 bytes under ChaCha20-Poly1305 with counting nonces.
import { createCipheriv, createDecipheriv, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { MerlinTranscript } from '../../crypto/merlin.ts';
import { secretConnectionKeys } from '../../crypto/secret-connection-keys.ts';
import { compareBytes, concatBytes } from '../../encoding/bytes.ts';
import { bytes, message } from '../../encoding/codec.ts';
import { authSigMessageCodec } from '../../types/messages/p2p.ts';
import type { PublicKey } from '../../types/public-key.ts';
import { verifySignature } from '../../types/verify-signature.ts';
import { type PrivateKey, publicKeyOf, signWith } from '../private-key.ts';
import { type Channel, delimited, readDelimited } from './channel.ts';
import { SignerLinkError } from './errors.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const LENGTH_BYTES = 4;
const DATA_BYTES_MAX = 1024;
const FRAME_BYTES = LENGTH_BYTES + DATA_BYTES_MAX;
const CIPHER = 'chacha20-poly1305';
/** Messages of the handshake: a key, and a key with a signature. */
const HANDSHAKE_BYTES_MAX = 1024;
/** SubjectPublicKeyInfo of an X25519 key without the key itself (RFC 8410). */
const X25519_SPKI_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00]);

const bytesValueCodec = message<{ readonly value: Uint8Array }>('google.protobuf.BytesValue', { value: bytes(1) });

/** 96 bits: 4 zero bytes and a little-endian counter. A number is exact up to 2^53 frames, more than any connection sends. */
class Nonce {
  readonly #bytes = new Uint8Array(NONCE_BYTES);
  #count = 0;

  next(): Uint8Array {
    const view = new DataView(this.#bytes.buffer);
    view.setBigUint64(4, BigInt(this.#count++), true);
    return this.#bytes;
  }
}

export class SecretChannel implements Channel {
  /** Of the other end, proven by its signature. */
  remoteKey: PublicKey | undefined;
  readonly #inner: Channel;
  readonly #sendKey: Uint8Array;
  readonly #receiveKey: Uint8Array;
  readonly #sendNonce = new Nonce();
  readonly #receiveNonce = new Nonce();
  #received: Uint8Array = new Uint8Array(0);

  constructor(inner: Channel, keys: { readonly send: Uint8Array; readonly receive: Uint8Array }) {
    this.#inner = inner;
    this.#sendKey = keys.send;
    this.#receiveKey = keys.receive;
  }

  async read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      if (this.#received.length === 0) this.#received = await this.#readFrame();
      const part = this.#received.subarray(0, left);
      parts.push(part);
      left -= part.length;
      this.#received = this.#received.subarray(part.length);
    }
    return concatBytes(...parts);
  }

  async #readFrame(): Promise<Uint8Array> {
    const sealed = await this.#inner.read(FRAME_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#receiveKey, this.#receiveNonce.next(), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(FRAME_BYTES));
    let frame: Uint8Array;
    try {
      frame = concatBytes(decipher.update(sealed.subarray(0, FRAME_BYTES)), decipher.final());
    } catch {
      throw new SignerLinkError('a frame of the connection does not decrypt');
    }
    const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
    if (length > DATA_BYTES_MAX) throw new SignerLinkError(`a frame says that it holds ${length} bytes, more than ${DATA_BYTES_MAX}`);
    return frame.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  }

  write(data: Uint8Array): Promise<void> {
    const sealed: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += DATA_BYTES_MAX) {
      const chunk = data.subarray(at, at + DATA_BYTES_MAX);
      const frame = new Uint8Array(FRAME_BYTES);
      new DataView(frame.buffer).setUint32(0, chunk.length, true);
      frame.set(chunk, LENGTH_BYTES);
      const cipher = createCipheriv(CIPHER, this.#sendKey, this.#sendNonce.next(), { authTagLength: TAG_BYTES });
      sealed.push(cipher.update(frame), cipher.final(), cipher.getAuthTag());
    }
    return this.#inner.write(concatBytes(...sealed));
  }

  close(): void {
    this.#inner.close();
  }
}

/** The shared secret; a key of low order, whose secret everybody knows, is refused. */
function sharedSecret(privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'], remote: Uint8Array): Uint8Array {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(concatBytes(X25519_SPKI_PREFIX, remote)), format: 'der', type: 'spki' });
    const secret = new Uint8Array(diffieHellman({ privateKey, publicKey }));
    if (secret.some((b) => b !== 0)) return secret;
  } catch {
    // The library refuses such keys by itself.
  }
  throw new SignerLinkError('detected low order point from remote peer');
}

async function readMessage<T>(channel: Channel, decode: (b: Uint8Array) => T): Promise<T> {
  const data = await readDelimited(channel, HANDSHAKE_BYTES_MAX);
  try {
    return decode(data);
  } catch (e) {
    throw new SignerLinkError(`malformed message in the handshake: ${(e as Error).message}`);
  }
}

/** Shakes hands over `inner` with the ed25519 key. Rejects with SignerLinkError; the caller closes `inner` then. */
export async function secretConnection(inner: Channel, key: PrivateKey): Promise<SecretChannel> {
  const ephemeral = generateKeyPairSync('x25519');
  const local = new Uint8Array(ephemeral.publicKey.export({ format: 'der', type: 'spki' })).slice(-KEY_BYTES);
  const sent = inner.write(delimited(bytesValueCodec.encode({ value: local })));
  const [{ value }] = await Promise.all([readMessage(inner, (b) => bytesValueCodec.decode(b)), sent]);
  // As the reference does: what is too short is filled with zeros.
  const remote = new Uint8Array(KEY_BYTES);
  remote.set(value.subarray(0, KEY_BYTES));
  const isLeast = compareBytes(local, remote) < 0;
  const secret = sharedSecret(ephemeral.privateKey, remote);

  const transcript = new MerlinTranscript('TENDERMINT_SECRET_CONNECTION_TRANSCRIPT_HASH');
  transcript.append('EPHEMERAL_LOWER_PUBLIC_KEY', isLeast ? local : remote);
  transcript.append('EPHEMERAL_UPPER_PUBLIC_KEY', isLeast ? remote : local);
  transcript.append('DH_SECRET', secret);
  const challenge = transcript.challenge('SECRET_CONNECTION_MAC', 32);

  const channel = new SecretChannel(inner, secretConnectionKeys(secret, isLeast));
  const own = authSigMessageCodec.encode({ pubKey: { sum: publicKeyOf(key) }, sig: signWith(key, challenge) });
  const [{ pubKey, sig }] = await Promise.all([readMessage(channel, (b) => authSigMessageCodec.decode(b)), channel.write(delimited(own))]);
  const remoteKey = pubKey.sum;
  if (remoteKey?.case !== 'ed25519') throw new SignerLinkError(`expected an ed25519 key from the other end, got ${remoteKey?.case ?? 'none'}`);
  if (!verifySignature(remoteKey, challenge, sig)) throw new SignerLinkError('challenge verification failed');
  channel.remoteKey = remoteKey;
  return channel;
}
