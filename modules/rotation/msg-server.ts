// Messages of rotation: staking's MsgRotateConsPubKey, and the fee.
import { coinFromProto, coinToString, isValidDenom } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidAuthority, ErrInvalidPubKey, ErrInvalidType, plainError, SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { accountKeyFromAny, keyAddress } from '../../chain/core/public-key.ts';
import { consensusAddress } from '../../chain/core/staking.ts';
import { formatTime } from '../../chain/encoding/time.ts';
import { anyOfAccountKey } from '../../chain/tx/public-key.ts';
import { MsgRotateConsPubKey, MsgRotateConsPubKeyResponse } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { MsgUpdateParams, MsgUpdateParamsResponse, type Params } from '../../proto/gen/trellis/rotation/v1.ts';
import { ErrConsensusPubKeyAlreadyUsed, ErrExceedingMaxRotations, keyTypeNotSupported } from './errors.ts';
import type { RotationKeeper } from './keeper.ts';
import { FEE_POOL } from './keys.ts';

const KEY_BYTES: Readonly<Record<string, number>> = { ed25519: 32, secp256k1: 33 };

/** Throws a plain error with what is wrong. */
export function validateParams(p: Params): void {
  const { denom, amount } = p.keyRotationFee;
  if (!isValidDenom(denom)) throw plainError(`invalid denom of the key rotation fee: ${denom}`);
  if (amount === '') throw plainError('the key rotation fee has no amount');
  if (coinFromProto(p.keyRotationFee).amount < 0n) throw plainError(`the key rotation fee is negative: ${amount}`);
}

/** The new key, of a type that the chain's validators may have. */
function newKey(ctx: Context, msg: MsgRotateConsPubKey): ReturnType<typeof accountKeyFromAny> {
  if (msg.newPubkey === undefined) throw ErrInvalidType.wrap('expecting cryptotypes.PubKey, got <nil>');
  const key = accountKeyFromAny(msg.newPubkey);
  const allowed = ctx.consensusParams?.validator?.pubKeyTypes ?? ['ed25519'];
  const type = key.type === 'multisig' ? 'PubKeyMultisigThreshold' : key.type;
  if (!allowed.includes(type) || key.type === 'multisig') throw keyTypeNotSupported(`got: ${type}, expected: [${allowed.join(' ')}]`);
  if (key.bytes.length !== KEY_BYTES[key.type]) throw ErrInvalidPubKey.wrap(`a key of type ${type} with ${key.bytes.length} bytes`);
  return key;
}

function operatorOf(k: RotationKeeper, text: string): Uint8Array {
  try {
    return k.staking.validatorAddresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid validator address: ${e.message}`) : e;
  }
}

function rotate(k: RotationKeeper, ctx: Context, msg: MsgRotateConsPubKey): MsgRotateConsPubKeyResponse {
  const operator = operatorOf(k, msg.validatorAddress);
  const key = newKey(ctx, msg);
  const fresh = keyAddress(key);
  const validator = k.staking.existingValidator(ctx, operator);
  if (k.staking.validatorByConsAddr(ctx, fresh) !== undefined || k.isLocked(ctx, fresh)) throw ErrConsensusPubKeyAlreadyUsed.error();
  if (k.rotated.has(ctx, operator)) throw ErrExceedingMaxRotations.error();
  const fee = coinFromProto(k.getParams(ctx).keyRotationFee);
  if (fee.amount > 0n) {
    k.bank.sendFromAccountToModule(ctx, operator, FEE_POOL, [fee]);
    k.bank.burn(ctx, FEE_POOL, [fee]);
  }
  const old = consensusAddress(validator);
  const { applyHeight, maturity } = k.enqueue(ctx, operator, old, fresh, anyOfAccountKey(key));
  const { consensusAddresses } = k.staking;
  const texts = [
    'old_cons_addr',
    consensusAddresses.toString(old),
    'new_cons_addr',
    consensusAddresses.toString(fresh),
    'apply_height',
    applyHeight.toString(),
  ];
  ctx.events.emit(
    event('rotate_cons_pubkey', 'validator', msg.validatorAddress, ...texts, 'maturity_time', formatTime(maturity), 'fee_burned', coinToString(fee)),
  );
  return {};
}

export function registerMessages(registrar: ServiceRegistrar, k: RotationKeeper): void {
  registrar.msg(MsgRotateConsPubKey, MsgRotateConsPubKeyResponse, (ctx, msg) => rotate(k, ctx, msg));
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    validateParams(msg.params);
    k.params.set(ctx, msg.params);
    return {};
  });
}
