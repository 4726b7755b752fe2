// `genesis`: prepare and check a genesis file, with simd's names.
import type { Register } from '../cli.ts';
import { addAccountCommand, bulkAddCommand } from './accounts.ts';
import { collectCommand, gentxCommand } from './gentx.ts';
import { validateCommand } from './validate.ts';

export const register: Register = (parent, cli) => {
  const genesis = parent.command('genesis');
  for (const add of [addAccountCommand, bulkAddCommand, gentxCommand, collectCommand, validateCommand]) add(genesis, cli);
};
