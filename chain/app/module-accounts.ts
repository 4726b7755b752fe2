// Accounts that belong to modules, and what they may do with coins. Later modules add their lines here.

import { FEE_COLLECTOR_NAME } from '../../modules/auth/keys.ts';
import { PERMISSION } from '../../modules/bank/keys.ts';
import { FEE_POOL } from '../../modules/rotation/keys.ts';
import { BONDED_POOL, NOT_BONDED_POOL } from '../../modules/staking/keys.ts';
import { moduleAddress } from '../crypto/address.ts';

/** x/gov's account is the authority over parameters. */
export const AUTHORITY_MODULE = 'gov';

export const MODULE_ACCOUNTS: Readonly<Record<string, readonly string[]>> = {
  // Gathers fees; pays nobody by itself.
  [FEE_COLLECTOR_NAME]: [],
  // Holds rewards until they are withdrawn.
  distribution: [],
  // Makes the inflation.
  mint: [PERMISSION.minter],
  // Stake of bonded validators, and all other; punishment burns of both.
  [BONDED_POOL]: [PERMISSION.burner, PERMISSION.staking],
  [NOT_BONDED_POOL]: [PERMISSION.burner, PERMISSION.staking],
  // Makes and burns vouchers of other chains' tokens.
  transfer: [PERMISSION.minter, PERMISSION.burner],
  // Burns deposits of rejected proposals.
  [AUTHORITY_MODULE]: [PERMISSION.burner],
};

/** Where keys may be rotated: fees of it are burnt here. */
export const ROTATION_ACCOUNTS: Readonly<Record<string, readonly string[]>> = { [FEE_POOL]: [PERMISSION.burner] };

/** Messages may not send to modules, whose books would not know of it; governance may be sent to, as it may be paid out of the community pool. */
export function blockedAddresses(accounts = MODULE_ACCOUNTS): readonly Uint8Array[] {
  return Object.keys(accounts).flatMap((name) => (name === AUTHORITY_MODULE ? [] : [moduleAddress(name)]));
}
