// Transactions for the comparison, right ones and every way of wrong ones.

import { compactBitArrayOf } from '../../../chain/crypto/compact-bit-array.ts';
import { txDecoder } from '../../../chain/tx/decode.ts';
import { allInterfaces } from '../../../chain/tx/interfaces.ts';
import { signBytes } from '../../../chain/tx/sign-bytes.ts';
import { MultiSignature } from '../../../proto/gen/cosmos/crypto/multisig/v1beta1.ts';
import { SignMode } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { AuthInfo, type Fee, type ModeInfo, type SignerInfo, TxBody, TxRaw } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { accountNumber, type TestKey } from './keys.ts';

export const CHAIN_ID = 'compare-1';
export const DENOM = 'utrel';

export interface TxOptions {
  readonly sequence: number;
  readonly mode?: number;
  readonly gas?: bigint;
  readonly fee?: Fee['amount'];
  readonly payer?: string;
  readonly granter?: string;
  readonly chainId?: string;
  readonly number?: bigint;
  readonly body?: Partial<TxBody>;
  /** Changes what is signed. */
  readonly auth?: (a: AuthInfo) => AuthInfo;
  /** Changes what was signed. */
  readonly signatures?: (s: readonly Uint8Array[]) => readonly Uint8Array[];
  /** For a multisig: which members sign. */
  readonly members?: readonly (TestKey | undefined)[];
  readonly signKey?: TestKey;
  /** More signers, each with a sequence. */
  readonly also?: readonly (readonly [TestKey, number])[];
}

const decode = txDecoder(allInterfaces());
const single = (mode: number): ModeInfo => ({ sum: { case: 'single', value: { mode } } });

function modeInfo(o: TxOptions): ModeInfo {
  const mode = o.mode ?? SignMode.SIGN_MODE_DIRECT;
  if (o.members === undefined) return single(mode);
  const modeInfos = o.members.filter((m) => m !== undefined).map(() => single(mode));
  return { sum: { case: 'multi', value: { bitarray: compactBitArrayOf(o.members.map((m) => m !== undefined)), modeInfos } } };
}

export function makeTx(from: TestKey, messages: readonly Any[], o: TxOptions): Uint8Array {
  const bodyBytes = TxBody.encode(TxBody.from({ messages, ...o.body }));
  const signers = [[from, o.sequence] as const, ...(o.also ?? [])];
  const signerInfos = signers.map(([k, sequence]): SignerInfo => ({ publicKey: k.publicKey, modeInfo: modeInfo(o), sequence: BigInt(sequence) }));
  const fee: Fee = { amount: o.fee ?? [], gasLimit: o.gas ?? 300_000n, payer: o.payer ?? '', granter: o.granter ?? '' };
  const auth: AuthInfo = { signerInfos, fee, tip: undefined };
  const authInfoBytes = AuthInfo.encode(o.auth?.(auth) ?? auth);
  const signed = signers.map(([k, sequence]) => {
    const bytes = (): Uint8Array => {
      const decoded = decode(TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [] }));
      const signer = { chainId: o.chainId ?? CHAIN_ID, accountNumber: o.number ?? accountNumber(k), sequence: BigInt(sequence), address: k.address };
      return signBytes(o.mode ?? SignMode.SIGN_MODE_DIRECT, decoded, signer, () => from.address);
    };
    if (o.members !== undefined) return MultiSignature.encode({ signatures: o.members.flatMap((m) => (m === undefined ? [] : [m.sign(bytes())])) });
    return (o.signKey ?? k).sign(tryBytes(bytes));
  });
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: o.signatures?.(signed) ?? signed });
}

// Where no sign bytes can be made (a mode nobody supports), anything is signed: the transaction fails before it is looked at.
function tryBytes(bytes: () => Uint8Array): Uint8Array {
  try {
    return bytes();
  } catch {
    return new Uint8Array(0);
  }
}
