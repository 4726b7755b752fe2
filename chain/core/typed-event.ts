// Events made of a protobuf message: its name and its fields as JSON, sorted by name. Source: sdk:types/events.go TypedEventToEvent.
import { type JsonValue, jsonText, toJson } from '../../proto/json.ts';
import { messageOfCodec } from '../../proto/registry.ts';
import type { Codec } from '../encoding/codec.ts';
import { type AbciEvent, attribute } from './events.ts';

export function typedEvent<T>(codec: Codec<T>, value: T): AbciEvent {
  const fields = toJson(messageOfCodec(codec), value) as Readonly<Record<string, JsonValue>>;
  const names = Object.keys(fields).sort();
  return { type: codec.name, attributes: names.map((name) => attribute(name, jsonText(fields[name] as JsonValue))) };
}
