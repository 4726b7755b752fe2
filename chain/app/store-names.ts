// Stores of the application: each module's. The state is opened with these names before the application is made.
import { STORE_NAME as AUTH } from '../../modules/auth/keys.ts';
import { STORE_NAME as AUTHZ } from '../../modules/authz/keys.ts';
import { STORE_NAME as BANK } from '../../modules/bank/keys.ts';
import { STORE_NAME as CIRCUIT } from '../../modules/circuit/keys.ts';
import { STORE_NAME as CONSENSUS } from '../../modules/consensus/keys.ts';
import { STORE_NAME as DISTRIBUTION } from '../../modules/distribution/keys.ts';
import { STORE_NAME as EVIDENCE } from '../../modules/evidence/keys.ts';
import { STORE_NAME as FEEGRANT } from '../../modules/feegrant/keys.ts';
import { STORE_NAME as GOV } from '../../modules/gov/keys.ts';
import { STORE_NAME as HISTORY } from '../../modules/history/keys.ts';
import { STORE_NAME as TRANSFER } from '../../modules/ibc/apps/transfer/keys.ts';
import { STORE_NAME as IBC } from '../../modules/ibc/core/keys.ts';
import { STORE_NAME as MINT } from '../../modules/mint/keys.ts';
import { STORE_NAME as ROTATION } from '../../modules/rotation/keys.ts';
import { STORE_NAME as SLASHING } from '../../modules/slashing/keys.ts';
import { STORE_NAME as STAKING } from '../../modules/staking/keys.ts';
import { STORE_NAME as UPGRADE } from '../../modules/upgrade/keys.ts';

export const STORE_NAMES: readonly string[] = [
  AUTH,
  AUTHZ,
  BANK,
  CIRCUIT,
  CONSENSUS,
  DISTRIBUTION,
  EVIDENCE,
  FEEGRANT,
  GOV,
  HISTORY,
  IBC,
  MINT,
  ROTATION,
  SLASHING,
  STAKING,
  TRANSFER,
  UPGRADE,
];
