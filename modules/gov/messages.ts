// Messages that a proposal carries: opened from their Anys, packed again as the reference packs them.
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { type AnyMessage, findByTypeUrl, type MessageType } from '../../proto/registry.ts';

export interface OpenedMessage {
  readonly typeUrl: string;
  readonly type: MessageType;
  readonly value: AnyMessage;
}

/** undefined where the type is not known to this program. */
export function open(any: Any): OpenedMessage | undefined {
  const type = findByTypeUrl(any.typeUrl);
  return type === undefined ? undefined : { typeUrl: type.typeUrl, type, value: type.codec.decode(any.value) };
}

export const pack = (m: OpenedMessage): Any => ({ typeUrl: m.typeUrl, value: m.type.codec.encode(m.value) });

/** Throws where a type is not known: transactions with such messages are not decoded. */
export function openAll(list: readonly Any[]): OpenedMessage[] {
  return list.map((any) => {
    const m = open(any);
    if (m === undefined) throw new Error(`unable to resolve type URL ${any.typeUrl}`);
    return m;
  });
}
