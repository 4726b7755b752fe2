// Lets another account stake, unstake, move stake or cancel unstaking up to an amount, with or without certain validators.
// Source: sdk:x/staking/types/authz.go.
import {
  type Accepted,
  type Authorization,
  type AuthorizationKind,
  ErrNegativeMaxTokens,
  ErrUnknownAuthorizationType,
} from '../../chain/core/authorization.ts';
import { coinFromProto, coinToProto, coinToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrUnauthorized, plainError } from '../../chain/core/errors.ts';
import { Int } from '../../chain/core/math/int.ts';
import {
  AuthorizationType,
  MsgBeginRedelegate,
  MsgCancelUnbondingDelegation,
  MsgDelegate,
  MsgUndelegate,
  StakeAuthorization,
} from '../../proto/gen/cosmos/staking/v1beta1.ts';

const GAS_PER_VALIDATOR = 10;
const TYPE_URL = `/${StakeAuthorization.name}`;

const MESSAGE_URLS: ReadonlyMap<number, string> = new Map([
  [AuthorizationType.AUTHORIZATION_TYPE_DELEGATE, `/${MsgDelegate.name}`],
  [AuthorizationType.AUTHORIZATION_TYPE_UNDELEGATE, `/${MsgUndelegate.name}`],
  [AuthorizationType.AUTHORIZATION_TYPE_REDELEGATE, `/${MsgBeginRedelegate.name}`],
  [AuthorizationType.AUTHORIZATION_TYPE_CANCEL_UNBONDING_DELEGATION, `/${MsgCancelUnbondingDelegation.name}`],
]);

/** The four messages have these in common; a redelegation is judged by where the stake goes. */
type StakeMessage = (MsgDelegate | MsgUndelegate | MsgCancelUnbondingDelegation) | MsgBeginRedelegate;

function assertValidator(ctx: Context, a: StakeAuthorization, validator: string): void {
  const allowed = a.validators?.case === 'allowList' ? a.validators.value.address : [];
  const denied = a.validators?.case === 'denyList' ? a.validators.value.address : [];
  const found = (list: readonly string[]): boolean =>
    list.some((address) => {
      ctx.gasMeter.consume(GAS_PER_VALIDATOR, 'stake authorization');
      return address === validator;
    });
  const isAllowed = found(allowed);
  if (found(denied) || (allowed.length > 0 && !isAllowed)) throw ErrUnauthorized.wrap(`cannot delegate/undelegate to ${validator} validator`);
}

function accept(ctx: Context, a: StakeAuthorization, msg: StakeMessage): Accepted {
  assertValidator(ctx, a, 'validatorDstAddress' in msg ? msg.validatorDstAddress : msg.validatorAddress);
  if (a.maxTokens === undefined) return { left: stakeAuthorization(a) };
  const [max, amount] = [coinFromProto(a.maxTokens), coinFromProto(msg.amount)];
  if (max.denom !== amount.denom) throw plainError(`invalid coin denoms: ${max.denom}, ${amount.denom}`);
  const left = { denom: max.denom, amount: Int.sub(max.amount, amount.amount) };
  if (left.amount < 0n) throw plainError(`negative coin amount: ${coinToString(left)}`);
  return { left: left.amount === 0n ? undefined : stakeAuthorization({ ...a, maxTokens: coinToProto(left) }) };
}

function validate(a: StakeAuthorization): void {
  if (a.maxTokens !== undefined) {
    const max = coinFromProto(a.maxTokens);
    if (max.amount < 0n) throw ErrNegativeMaxTokens.wrap(`negative coin amount: ${coinToString(max)}`);
  }
  if (a.authorizationType === AuthorizationType.AUTHORIZATION_TYPE_UNSPECIFIED) throw ErrUnknownAuthorizationType.error();
}

function messageUrl(a: StakeAuthorization): string {
  const url = MESSAGE_URLS.get(a.authorizationType);
  // A panic in the reference too: validation lets numbers in that have no name.
  if (url === undefined) throw new Error(`cannot normalize authz type ${a.authorizationType}`);
  return url;
}

function stakeAuthorization(a: StakeAuthorization): Authorization {
  return {
    messageUrl: () => messageUrl(a),
    accept: (ctx, msg) => accept(ctx, a, msg as StakeMessage),
    validate: () => validate(a),
    pack: () => ({ typeUrl: TYPE_URL, value: StakeAuthorization.encode(a) }),
  };
}

export const stakeAuthorizationKind: AuthorizationKind = { typeUrl: TYPE_URL, open: (value) => stakeAuthorization(StakeAuthorization.decode(value)) };
