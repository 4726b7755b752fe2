// oracle-tx and the transactions of code-derived: encoding, sign modes, multisig, and the decoder's verdicts.

import { type SignatureData, verifyMultisignature, verifySimpleKey } from '../../chain/crypto/multisig.ts';
import { installNoble } from '../../chain/crypto/noble.ts';
import { signSecp256k1 } from '../../chain/crypto/signatures.ts';
import { fromHex, toHex } from '../../chain/encoding/bytes.ts';
import { type DecodedTx, referenceTxDecoder, txDecoder } from '../../chain/tx/decode.ts';
import { TxDecodeError } from '../../chain/tx/errors.ts';
import { allInterfaces } from '../../chain/tx/interfaces.ts';
import { signatureData } from '../../chain/tx/mode-info.ts';
import { accountKeyOf } from '../../chain/tx/public-key.ts';
import { signBytes } from '../../chain/tx/sign-bytes.ts';
import { sortedJson } from '../../proto/amino-json.ts';
import { SignMode } from '../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { AuthInfo, Tx, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { fromJson, toJson } from '../../proto/json.ts';
import { findMessage, type MessageType } from '../../proto/registry.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

const interfaces = allInterfaces();
const decode = txDecoder(interfaces);
const decodeSlowly = referenceTxDecoder(interfaces);

function equal(what: string, got: unknown, want: unknown): void {
  if (got !== want) throw new Error(`${what}: got ${String(got)}, want ${String(want)}`);
}

interface TxVector {
  readonly account_number: number;
  readonly address: string;
  readonly chain_id: string;
  readonly sequence: number;
  readonly sign_bytes: string;
  readonly sign_mode: keyof typeof SignMode;
  readonly signature?: string;
  readonly privkey?: string;
  readonly tx_bytes: string;
  readonly tx_json: unknown;
}

function bytesOfSigner(tx: DecodedTx, v: TxVector, mode: number): Uint8Array {
  const signer = { chainId: v.chain_id, accountNumber: BigInt(v.account_number), sequence: BigInt(v.sequence), address: v.address };
  return signBytes(mode, tx, signer, () => v.address);
}

function verify(tx: DecodedTx, v: TxVector): void {
  const info = tx.authInfo.signerInfos[0];
  if (info?.publicKey === undefined) throw new Error('no public key');
  const key = accountKeyOf(info.publicKey);
  const data: SignatureData = signatureData(info.modeInfo, tx.signatures[0] as Uint8Array);
  if (key.type === 'multisig') {
    if ('signature' in data) throw new Error('a single signature for a multisig key');
    verifyMultisignature(key, data, (mode) => bytesOfSigner(tx, v, mode));
  } else if (!('signature' in data) || !verifySimpleKey(key, bytesOfSigner(tx, v, data.mode), data.signature)) {
    throw new Error('signature does not verify');
  }
}

// The vectors are of SDK 0.50, whose TxBody ends before unordered and timeout_timestamp.
function withoutNewFields(json: { body: Record<string, unknown> }): unknown {
  const { unordered: _u, timeout_timestamp: _t, ...body } = json.body;
  return { ...json, body };
}

async function txs(file: VectorFile, t: Cases): Promise<void> {
  installNoble();
  const type = findMessage(Tx.name) as MessageType;
  for (const [i, v] of (file.json().cases as TxVector[]).entries()) {
    await t.case(`${i} ${v.sign_mode}`, () => {
      const tx = decode(fromHex(v.tx_bytes));
      equal('sign bytes', toHex(bytesOfSigner(tx, v, SignMode[v.sign_mode])), v.sign_bytes);
      verify(tx, v);
      if (v.signature !== undefined) equal('signature', toHex(tx.signatures[0] as Uint8Array), v.signature);
      if (v.privkey !== undefined) equal('signed again', toHex(signSecp256k1(fromHex(v.privkey), fromHex(v.sign_bytes))), v.signature);
      const again = TxRaw.encode({ bodyBytes: TxBody.encode(tx.body), authInfoBytes: AuthInfo.encode(tx.authInfo), signatures: tx.signatures });
      equal('encoded again', toHex(again), v.tx_bytes);
      for (const m of tx.messages) equal(`${m.type.name} encoded again`, toHex(m.type.codec.encode(m.value)), toHex(m.bytes));
      const json = toJson(type, { body: tx.body, authInfo: tx.authInfo, signatures: tx.signatures });
      equal('JSON', JSON.stringify(withoutNewFields(json as { body: Record<string, unknown> })), JSON.stringify(v.tx_json));
      equal(
        'read from JSON',
        toHex(Tx.encode(fromJson(type, v.tx_json as never))),
        toHex(Tx.encode({ body: tx.body, authInfo: tx.authInfo, signatures: tx.signatures })),
      );
    });
  }
}

function verdict(decoder: (b: Uint8Array) => unknown, bytes: Uint8Array): string {
  try {
    decoder(bytes);
    return '';
  } catch (e) {
    if (e instanceof TxDecodeError) return e.message;
    throw e;
  }
}

async function verdicts(file: VectorFile, t: Cases): Promise<void> {
  for (const v of file.json().cases as { name: string; tx: string; accept: boolean; error?: string }[]) {
    await t.case(v.name, () => {
      for (const decoder of [decode, decodeSlowly]) equal('error', verdict(decoder, fromHex(v.tx)), v.error ?? '');
    });
  }
}

async function rejected(file: VectorFile, t: Cases): Promise<void> {
  for (const [i, v] of (file.json().cases as { hex: string; reject: boolean }[]).entries()) {
    await t.case(`${i}`, () => {
      for (const decoder of [decode, decodeSlowly]) equal('rejected', verdict(decoder, fromHex(v.hex)) !== '', v.reject);
    });
  }
}

interface DirectVector {
  readonly chain_id: string;
  readonly account_number: number;
  readonly sequence: number;
  readonly body_bytes: string;
  readonly auth_info_bytes: string;
  readonly sign_bytes: string;
  readonly signature: string;
  readonly tx_bytes: string;
}

async function direct(file: VectorFile, t: Cases): Promise<void> {
  installNoble();
  for (const v of file.json().cases as DirectVector[]) {
    await t.case(`sequence ${v.sequence}`, () => {
      const tx = decode(fromHex(v.tx_bytes));
      const signer = { chainId: v.chain_id, accountNumber: BigInt(v.account_number), sequence: BigInt(v.sequence), address: '' };
      equal('body', toHex(tx.bodyBytes), v.body_bytes);
      equal('auth info', toHex(tx.authInfoBytes), v.auth_info_bytes);
      const message = signBytes(SignMode.SIGN_MODE_DIRECT, tx, signer, () => '');
      equal('sign bytes', toHex(message), v.sign_bytes);
      const key = accountKeyOf(tx.authInfo.signerInfos[0]?.publicKey as Any);
      equal('signature', toHex(tx.signatures[0] as Uint8Array), v.signature);
      if (key.type === 'multisig' || !verifySimpleKey(key, message, fromHex(v.signature))) throw new Error('signature does not verify');
    });
  }
}

async function amino(file: VectorFile, t: Cases): Promise<void> {
  for (const [i, v] of (file.json().cases as { in: unknown; out: string }[]).entries()) {
    await t.case(`${i}`, () => equal('JSON', sortedJson(v.in), v.out));
  }
}

export const handlers: Handlers = {
  'oracle-tx/txs.json': txs,
  'oracle-tx/decode-verdicts.json': verdicts,
  'code-derived/tx-decode-reject.json': rejected,
  'code-derived/tx-direct-cosmjs.json': direct,
  'code-derived/amino-json-sorted.json': amino,
};
