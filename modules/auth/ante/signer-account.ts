// The account of a signer, read and charged each time a step of the ante asks for it, as the reference does.
import type { Context } from '../../../chain/core/context.ts';
import { ErrUnknownAddress } from '../../../chain/core/errors.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { Account } from '../types.ts';
import type { AnteTx } from './ante-tx.ts';

/** Signer by number. More signer infos than signers is a panic, as an index out of range is there. */
export function signerAt(tx: AnteTx, i: number): Uint8Array {
  const signer = tx.signers[i];
  if (signer === undefined) throw new Error(`index out of range [${i}] with length ${tx.signers.length}`);
  return signer;
}

export function signerAccount(ctx: Context, k: AccountKeeper, address: Uint8Array): Account {
  const account = k.get(ctx, address);
  if (account === undefined) throw ErrUnknownAddress.wrap(`account ${k.addresses.toString(address)} does not exist`);
  return account;
}
