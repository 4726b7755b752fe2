// Counts each signer's sequence up, so that no transaction counts twice; also on recheck, whose state starts from the last commit.
// Source: sdk:x/auth/ante/sigverify.go IncrementSequenceDecorator.
import type { AccountKeeper } from '../keeper.ts';
import { withBase } from '../types.ts';
import type { AnteDecorator } from './decorator.ts';

export function incrementSequence(k: AccountKeeper): AnteDecorator {
  return (ctx, tx) => {
    if (tx.unordered) return;
    for (const signer of tx.signers) {
      const account = k.get(ctx, signer);
      if (account === undefined) throw new Error('nil pointer dereference: a signer without an account');
      k.set(ctx, withBase(account, { sequence: account.base.sequence + 1n }), signer);
    }
  };
}
