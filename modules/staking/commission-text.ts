// Commission as gogoproto's compact text, the form in which the reference puts it into an event; times in events.
import { Dec } from '../../chain/core/math/dec.ts';
import type { Commission } from '../../chain/core/staking.ts';
import { formatTime, splitTime, type Time } from '../../chain/encoding/time.ts';

export function commissionText(c: Commission): string {
  const { seconds, nanos } = splitTime(c.updateTime);
  const time = `${seconds === 0n ? '' : `seconds:${seconds} `}${nanos === 0 ? '' : `nanos:${nanos} `}`;
  const rates = `rate:"${Dec.toWire(c.rate)}" max_rate:"${Dec.toWire(c.maxRate)}" max_change_rate:"${Dec.toWire(c.maxChangeRate)}" `;
  return `commission_rates:<${rates}> update_time:<${time}> `;
}

/** Go's time.RFC3339: whole seconds. */
export function rfc3339(t: Time): string {
  return formatTime(splitTime(t).seconds * 1_000_000_000n);
}
