// A transaction is void after the height or the time it names. Source: sdk:x/auth/ante/basic.go TxTimeoutHeightDecorator.
import { ErrTxTimeout, ErrTxTimeoutHeight } from '../../../chain/core/errors.ts';
import { formatTime, GO_ZERO_TIME, NANOS_PER_SECOND, splitTime, type Time } from '../../../chain/encoding/time.ts';
import type { AnteDecorator } from './decorator.ts';

/** Go's time.Time.String in UTC. */
export function goTimeText(t: Time): string {
  return `${formatTime(t).replace('T', ' ').replace('Z', '')} +0000 UTC`;
}

/** Whether a time was set: the reference takes the whole second 1970-01-01T00:00:00Z and Go's zero time as unset. */
export function isTimeoutSet(t: Time | undefined): t is Time {
  return t !== undefined && t !== GO_ZERO_TIME && splitTime(t).seconds * NANOS_PER_SECOND !== 0n;
}

export const checkTimeoutHeight: AnteDecorator = (ctx, tx) => {
  const { timeoutHeight, timeoutTimestamp } = tx.decoded.body;
  if (timeoutHeight > 0n && ctx.height > timeoutHeight) {
    throw ErrTxTimeoutHeight.wrap(`block height: ${ctx.height}, timeout height: ${timeoutHeight}`);
  }
  if (isTimeoutSet(timeoutTimestamp) && timeoutTimestamp < ctx.time) {
    throw ErrTxTimeout.wrap(`block time: ${goTimeText(ctx.time)}, timeout timestamp: ${goTimeText(timeoutTimestamp)}`);
  }
};
