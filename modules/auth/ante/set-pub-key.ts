// Stores the public key with an account's first transaction, and emits what transactions are found by. Must come before all steps that look
// at signatures. Source: sdk:x/auth/ante/sigverify.go SetPubKeyDecorator.

import type { Context } from '../../../chain/core/context.ts';
import { ErrInvalidPubKey, plainError } from '../../../chain/core/errors.ts';
import { event } from '../../../chain/core/events.ts';
import { keyAddress } from '../../../chain/core/public-key.ts';
import type { SignatureData } from '../../../chain/crypto/multisig.ts';
import { bytesEqual, fromHex, toBase64 } from '../../../chain/encoding/bytes.ts';
import { MultiSignature } from '../../../proto/gen/cosmos/crypto/multisig/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import type { AccountKeeper } from '../keeper.ts';
import { withBase } from '../types.ts';
import type { AnteTx } from './ante-tx.ts';
import type { AnteDecorator } from './decorator.ts';
import { signerAccount, signerAt } from './signer-account.ts';

/** Stands in for an unknown key in a simulation: a secp256k1 key that nobody uses. */
export const SIMULATION_KEY: Any = {
  typeUrl: '/cosmos.crypto.secp256k1.PubKey',
  value: fromHex('0a21035ad6810a47f073553ff30d2fcc7e0d3b1c0b74b61a1aaa2582344037151e143a'),
};

export function setPubKey(k: AccountKeeper): AnteDecorator {
  return (ctx, tx, simulate) => {
    const infos = tx.decoded.authInfo.signerInfos;
    for (let i = 0; i < infos.length; i++) {
      const signer = signerAt(tx, i);
      const opened = tx.decoded.publicKeys[i];
      if (opened === undefined && !simulate) continue;
      const key = tx.signatures[i]?.publicKey;
      if (!simulate && key !== undefined && !bytesEqual(keyAddress(key), signer)) {
        throw ErrInvalidPubKey.wrap(`pubKey does not match signer address ${k.addresses.toString(signer)} with signer index: ${i}`);
      }
      const account = signerAccount(ctx, k, signer);
      if (account.base.pubKey !== undefined) continue;
      const pubKey = opened === undefined ? SIMULATION_KEY : { typeUrl: opened.type.typeUrl, value: opened.type.codec.encode(opened.value) };
      if (account.module !== undefined) throw ErrInvalidPubKey.wrap('not supported for module accounts');
      k.set(ctx, withBase(account, { pubKey }), signer);
    }
    // Nobody sees the events of a check.
    if (ctx.mode === 'finalize' || ctx.mode === 'simulate') emitSignatures(ctx, k, tx);
    else for (const s of tx.signatures) signatureBytes(s.data);
  };
}

function emitSignatures(ctx: Context, k: AccountKeeper, tx: AnteTx): void {
  const out = tx.signatures.flatMap((s, i) => [
    // The sequence of an unordered transaction means nothing.
    ...(tx.unordered ? [] : [event('tx', 'acc_seq', `${k.addresses.toString(signerAt(tx, i))}/${s.sequence}`)]),
    ...signatureBytes(s.data).map((b) => event('tx', 'signature', toBase64(b))),
  ]);
  ctx.events.emitAll(out);
}

/** A single signature, or all of a multisig in order and then the whole. */
function signatureBytes(data: SignatureData | undefined): readonly Uint8Array[] {
  if (data === undefined) throw plainError('got empty SignatureData');
  if ('signature' in data) return [data.signature];
  const signatures = data.signatures.flatMap(signatureBytes);
  return [...signatures, MultiSignature.encode({ signatures })];
}
