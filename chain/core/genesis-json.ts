// A module's genesis state: its protobuf message as proto JSON, as simd writes and reads it.
import { fromJson, ProtoJsonError, toJson } from '../../proto/json.ts';
import { messageOfCodec } from '../../proto/registry.ts';
import type { Codec } from '../encoding/codec.ts';
import { WireError } from '../encoding/proto-wire.ts';
import type { Json } from './module.ts';

/** A genesis that cannot be right: which module, and why. The chain does not start. */
export class GenesisError extends Error {
  constructor(module: string, why: string) {
    super(`genesis of module ${module}: ${why}`);
    this.name = 'GenesisError';
  }
}

/** Throws GenesisError for JSON that is not the message. */
export function readGenesis<T>(module: string, codec: Codec<T>, json: Json): T {
  try {
    return fromJson(messageOfCodec(codec), json) as T;
  } catch (e) {
    if (e instanceof ProtoJsonError || e instanceof WireError || e instanceof RangeError) throw new GenesisError(module, e.message);
    throw e;
  }
}

export function writeGenesis<T>(codec: Codec<T>, state: T): Json {
  return toJson(messageOfCodec(codec), state);
}
