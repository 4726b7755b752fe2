// Validators put into a genesis as stake, without transactions: unbonded with their tokens in the pool, so that reading the genesis bonds them as
// it bonds those of genesis transactions. And the genesis transactions' form, for the tools that make and gather them.

import { NOT_BONDED_POOL } from '../../modules/staking/keys.ts';
import { delegationToProto } from '../../modules/staking/types.ts';
import { newValidator } from '../../modules/staking/validator.ts';
import { Delegation, Validator } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { AddressCodec } from '../core/address.ts';
import { addCoins, coinsFromProto, coinsToProto, type ProtoCoin } from '../core/coins.ts';
import { writeGenesis } from '../core/genesis-json.ts';
import { Dec } from '../core/math/dec.ts';
import { validatorToProto } from '../core/staking.ts';
import { moduleAddress } from '../crypto/address.ts';
import { anyOfAccountKey } from '../tx/public-key.ts';
import type { PublicKey } from '../types/public-key.ts';

export { GenTxError, genTxToJson, readGenTx, txBytes } from '../../modules/genutil/gentx.ts';

export interface GenesisStake {
  /** The operator's account, which owns the stake. */
  readonly operator: Uint8Array;
  readonly pubKey: PublicKey;
  readonly moniker: string;
  readonly tokens: bigint;
}

const COMMISSION = { rate: Dec.withPrecision(10n, 2), maxRate: Dec.withPrecision(20n, 2), maxChangeRate: Dec.withPrecision(1n, 2), updateTime: 0n };

// biome-ignore lint/suspicious/noExplicitAny: the parts of a genesis are JSON that their modules check
type State = Record<string, any>;

/** Adds the validators to a state that has the parts of bank and staking; the tokens are new ones. Changes `state`. */
export function addGenesisStakes(state: State, bech32Prefix: string, stakes: readonly GenesisStake[]): void {
  const addresses = new AddressCodec(bech32Prefix);
  const { staking, bank } = state;
  const denom = staking.params.bond_denom as string;
  for (const s of stakes) {
    if (s.pubKey.case !== 'ed25519' && s.pubKey.case !== 'secp256k1') throw new Error(`a ${s.pubKey.case} key cannot be staked with`);
    const operatorAddress = addresses.validators.toString(s.operator);
    const description = { moniker: s.moniker, identity: '', website: '', securityContact: '', details: '' };
    const key = anyOfAccountKey({ type: s.pubKey.case, bytes: s.pubKey.value });
    const shares = Dec.fromInt(s.tokens);
    const v = { ...newValidator(operatorAddress, key, description), tokens: s.tokens, delegatorShares: shares, commission: COMMISSION };
    staking.validators.push(writeGenesis(Validator, validatorToProto(v)));
    const delegation = { delegatorAddress: addresses.toString(s.operator), validatorAddress: operatorAddress, shares };
    staking.delegations.push(writeGenesis(Delegation, delegationToProto(delegation)));
    addBalance(bank, addresses.toString(moduleAddress(NOT_BONDED_POOL)), { denom, amount: s.tokens.toString() });
  }
}

function addBalance(bank: State, address: string, coin: ProtoCoin): void {
  const sum = (list: readonly ProtoCoin[]): ProtoCoin[] => coinsToProto(addCoins(coinsFromProto(list), coinsFromProto([coin])));
  const known = bank.balances.find((b: State) => b.address === address);
  if (known === undefined) bank.balances.push({ address, coins: [coin] });
  else known.coins = sum(known.coins);
  bank.supply = sum(bank.supply ?? []);
}
