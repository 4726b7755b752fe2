// `keys`: the keyring's commands, with simd's names, flags and output.
import { type Cli, outputOption, type Register } from '../cli.ts';
import { keyringOptions } from '../client.ts';
import { addCommand } from './add.ts';
import { deleteCommand, renameCommand } from './change.ts';
import { exportCommand, importCommand, importHexCommand, mnemonicCommand } from './exchange.ts';
import { listCommand, listKeyTypesCommand, parseCommand, showCommand } from './show.ts';

export const register: Register = (parent, cli: Cli) => {
  const keys = keyringOptions(parent.command('keys')).addOption(outputOption(undefined));
  for (const add of [
    addCommand,
    deleteCommand,
    exportCommand,
    importCommand,
    importHexCommand,
    listCommand,
    listKeyTypesCommand,
    mnemonicCommand,
    parseCommand,
    renameCommand,
    showCommand,
  ]) {
    add(keys, cli);
  }
};
