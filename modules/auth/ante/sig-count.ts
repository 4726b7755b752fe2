// Limits the keys that sign. Source: sdk:x/auth/ante/sigverify.go ValidateSigCountDecorator.
import { ErrTooManySignatures } from '../../../chain/core/errors.ts';
import { countSubKeys } from '../../../chain/core/public-key.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { AnteDecorator } from './decorator.ts';

export function validateSigCount(k: AccountKeeper): AnteDecorator {
  return (ctx, tx) => {
    const limit = k.getParams(ctx).txSigLimit;
    let count = 0;
    for (const s of tx.signatures) {
      count += countSubKeys(s.publicKey);
      if (BigInt(count) > limit) throw ErrTooManySignatures.wrap(`signatures: ${count}, limit: ${limit}`);
    }
  };
}
