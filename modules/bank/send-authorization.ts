// Lets another account send coins up to a limit, to anybody or to those of a list. Source: sdk:x/bank/types/send_authorization.go.
import type { Accepted, Authorization, AuthorizationKind } from '../../chain/core/authorization.ts';
import { areAllPositive, areCoinsZero, coinsFromProto, coinsToProto, isAnyNegative, safeSubCoins } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInsufficientFunds, ErrInvalidCoins, ErrUnauthorized } from '../../chain/core/errors.ts';
import { MsgSend, SendAuthorization } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { ErrDuplicateEntry } from './errors.ts';

const GAS_PER_ADDRESS = 10;
const TYPE_URL = `/${SendAuthorization.name}`;
const MESSAGE_URL = `/${MsgSend.name}`;

function accept(ctx: Context, a: SendAuthorization, msg: MsgSend): Accepted {
  const left = safeSubCoins(coinsFromProto(a.spendLimit), coinsFromProto(msg.amount));
  if (isAnyNegative(left)) throw ErrInsufficientFunds.wrap('requested amount is more than spend limit');
  let listed = false;
  for (const address of a.allowList) {
    ctx.gasMeter.consume(GAS_PER_ADDRESS, 'send authorization');
    listed = address === msg.toAddress;
    if (listed) break;
  }
  if (a.allowList.length > 0 && !listed) throw ErrUnauthorized.wrap(`cannot send to ${msg.toAddress} address`);
  return { left: areCoinsZero(left) ? undefined : sendAuthorization({ spendLimit: coinsToProto(left), allowList: a.allowList }) };
}

function validate(a: SendAuthorization): void {
  if (a.spendLimit.length === 0) throw ErrInvalidCoins.wrap('spend limit cannot be nil');
  if (!areAllPositive(coinsFromProto(a.spendLimit))) throw ErrInvalidCoins.wrap('spend limit must be positive');
  if (new Set(a.allowList).size < a.allowList.length) throw ErrDuplicateEntry.error();
}

function sendAuthorization(a: SendAuthorization): Authorization {
  return {
    messageUrl: () => MESSAGE_URL,
    accept: (ctx, msg) => accept(ctx, a, msg as MsgSend),
    validate: () => validate(a),
    pack: () => ({ typeUrl: TYPE_URL, value: SendAuthorization.encode(a) }),
  };
}

export const sendAuthorizationKind: AuthorizationKind = { typeUrl: TYPE_URL, open: (value) => sendAuthorization(SendAuthorization.decode(value)) };
