// `tx`: make, sign and send transactions.
import type { Register } from '../cli.ts';
import { addModuleTxs } from './module-tx.ts';
import { multisignCommand } from './multisign.ts';
import { broadcastCommand, decodeCommand, encodeCommand, signCommand, simulateCommand } from './offline.ts';

export const register: Register = (parent, cli) => {
  const tx = parent.command('tx');
  for (const add of [broadcastCommand, decodeCommand, encodeCommand, multisignCommand, signCommand, simulateCommand, addModuleTxs]) add(tx, cli);
};
