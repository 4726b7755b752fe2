// A bare google.protobuf.Timestamp.
import { varintField } from '../encoding/proto-bytes.ts';
import { splitTime, type Time } from '../encoding/time.ts';

export function timestampBytes(t: Time): number[] {
  const { seconds, nanos } = splitTime(t);
  return [...varintField(1, seconds), ...varintField(2, nanos)];
}
