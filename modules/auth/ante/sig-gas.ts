// Gas of each signature by its key's algorithm. Source: sdk:x/auth/ante/sigverify.go SigGasConsumeDecorator, DefaultSigVerificationGasConsumer.

import { ErrInvalidPubKey, plainError } from '../../../chain/core/errors.ts';
import { type GasMeter, gasAmount } from '../../../chain/core/gas.ts';
import { accountKeyFromAny } from '../../../chain/core/public-key.ts';
import type { AccountKey } from '../../../chain/crypto/account-key.ts';
import { bitAt, bitCount } from '../../../chain/crypto/compact-bit-array.ts';
import type { SignatureData } from '../../../chain/crypto/multisig.ts';
import type { Params } from '../../../proto/gen/cosmos/auth/v1beta1.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { SignerSignature } from './ante-tx.ts';
import type { AnteDecorator } from './decorator.ts';
import { SIMULATION_KEY } from './set-pub-key.ts';
import { signerAccount, signerAt } from './signer-account.ts';

export function consumeSigGas(k: AccountKeeper): AnteDecorator {
  return (ctx, tx, simulate) => {
    const params = k.getParams(ctx);
    const { signatures } = tx;
    for (let i = 0; i < signatures.length; i++) {
      const s = signatures[i] as SignerSignature;
      const stored = signerAccount(ctx, k, signerAt(tx, i)).base.pubKey ?? (simulate ? SIMULATION_KEY : undefined);
      if (stored === undefined) throw ErrInvalidPubKey.wrap('unrecognized public key type: <nil>');
      consume(ctx.gasMeter, accountKeyFromAny(stored), s.data, params);
    }
  };
}

function consume(meter: GasMeter, key: AccountKey, data: SignatureData | undefined, params: Params): void {
  switch (key.type) {
    case 'ed25519':
      meter.consume(gasAmount(params.sigVerifyCostEd25519), 'ante verify: ed25519');
      return;
    case 'secp256k1':
      meter.consume(gasAmount(params.sigVerifyCostSecp256k1), 'ante verify: secp256k1');
      return;
    case 'secp256r1':
      meter.consume(gasAmount(params.sigVerifyCostSecp256k1 / 2n), 'ante verify: secp256r1');
      return;
    case 'multisig': {
      if (data === undefined || 'signature' in data) throw plainError('expected *signing.MultiSignatureData, got, *signing.SingleSignatureData');
      let at = 0;
      for (let i = 0; i < bitCount(data.bitArray); i++) {
        if (!bitAt(data.bitArray, i)) continue;
        const member = key.keys[i];
        if (member === undefined || at >= data.signatures.length) throw new Error('index out of range in a multisignature');
        consume(meter, member, data.signatures[at++], params);
      }
    }
  }
}
