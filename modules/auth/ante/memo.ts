// The memo's length in bytes is limited. Source: sdk:x/auth/ante/basic.go ValidateMemoDecorator; parameters are read only where there is a memo.
import { ErrMemoTooLarge } from '../../../chain/core/errors.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { AnteDecorator } from './decorator.ts';

export function validateMemo(k: AccountKeeper): AnteDecorator {
  return (ctx, tx) => {
    const length = tx.decoded.memoLength;
    if (length === 0) return;
    const max = k.getParams(ctx).maxMemoCharacters;
    if (BigInt(length) > max) throw ErrMemoTooLarge.wrap(`maximum number of characters is ${max} but received ${length} characters`);
  };
}
