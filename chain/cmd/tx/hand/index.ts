// The commands that do not follow from a message alone, by module (sdk:x/*/client/cli).
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { authz } from './authz.ts';
import { bank } from './bank.ts';
import { distribution } from './distribution.ts';
import { feegrant } from './feegrant.ts';
import { gov } from './gov.ts';
import { staking } from './staking.ts';
import { upgrade } from './upgrade.ts';
import { vesting } from './vesting.ts';

export interface HandWritten {
  /** Of the module's Msg service: those that these commands make, so that no other is made from their descriptors. */
  readonly methods: readonly string[];
  readonly add: (group: Command, cli: Cli) => void;
}

export const HAND_WRITTEN: Readonly<Record<string, HandWritten>> = { authz, bank, distribution, feegrant, gov, staking, upgrade, vesting };
