// The ante: what every transaction passes before its messages run. The order is the reference's (sdk:x/auth/ante/ante.go) and part of
// consensus: gas and codes depend on it.

import type { AnteDecorator } from '../../modules/auth/ante/decorator.ts';
import { deductFee } from '../../modules/auth/ante/deduct-fee.ts';
import { rejectExtensionOptions } from '../../modules/auth/ante/extension-options.ts';
import { incrementSequence } from '../../modules/auth/ante/increment-sequence.ts';
import { validateMemo } from '../../modules/auth/ante/memo.ts';
import { setPubKey } from '../../modules/auth/ante/set-pub-key.ts';
import { setUpContext } from '../../modules/auth/ante/setup.ts';
import { validateSigCount } from '../../modules/auth/ante/sig-count.ts';
import { consumeSigGas } from '../../modules/auth/ante/sig-gas.ts';
import { verifySignatures } from '../../modules/auth/ante/sig-verification.ts';
import { checkTimeoutHeight } from '../../modules/auth/ante/timeout-height.ts';
import { consumeTxSizeGas } from '../../modules/auth/ante/tx-size-gas.ts';
import { validateBasic } from '../../modules/auth/ante/validate-basic.ts';
import type { BankKeeper, FeegrantKeeper } from '../../modules/auth/expected-keepers.ts';
import type { AccountKeeper } from '../../modules/auth/keeper.ts';
import type { CircuitKeeper } from '../../modules/circuit/keeper.ts';
import type { SignatureChecker } from '../core/signature.ts';

export interface AnteKeepers {
  readonly accounts: AccountKeeper;
  readonly payments: BankKeeper;
  readonly feegrant: FeegrantKeeper;
  readonly circuit: Pick<CircuitKeeper, 'assertAdmitted'>;
}

/** Source: cosmossdk.io/x/circuit v0.2.0 ante/circuit.go. Messages inside of others are held up where they are executed. */
function breakCircuit(circuit: AnteKeepers['circuit']): AnteDecorator {
  return (ctx, tx) => {
    for (const m of tx.messages) circuit.assertAdmitted(ctx, m.typeUrl);
  };
}

export function anteSteps({ accounts, payments, feegrant, circuit }: AnteKeepers, checker: SignatureChecker): readonly AnteDecorator[] {
  return [
    setUpContext, // first: sets the gas meter that all after it charge
    breakCircuit(circuit), // what is switched off costs nobody anything
    rejectExtensionOptions, // what we do not understand, before anything is done
    validateBasic, // cheap and without state
    checkTimeoutHeight, // void transactions cost nothing more
    validateMemo(accounts), // size limits before gas is charged for size
    consumeTxSizeGas(accounts),
    deductFee(accounts, payments, feegrant), // from here on the sender pays, whatever happens
    setPubKey(accounts), // before everything that looks at signatures
    validateSigCount(accounts), // before their gas is added up
    consumeSigGas(accounts), // paid before it is done
    verifySignatures(accounts, checker),
    incrementSequence(accounts), // last: only a transaction that is right counts
  ];
}
