// Every generated codec beside cosmjs-types, which was generated from the same .proto by another program: what we encode, they decode and
// encode to the same bytes. Then: our decoder reads back what our encoder wrote, and JSON carries it there and back.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../chain/encoding/bytes.ts';
import { GO_ZERO_TIME } from '../chain/encoding/time.ts';
import { Random } from '../test/fuzz/mutate.ts';
import { loadFiles } from './generate/load.ts';
import { fromJson, jsonText, parseJson, toJson } from './json.ts';
import { PACKAGES } from './packages.ts';
import { type AnyMessage, enumNamesOf, type FieldInfo, findMessage, type MessageType, messageOfCodec } from './registry.ts';

const DEPTH_MAX = 3;
/** Fields that are younger than their .proto. */
const NEW_FIELDS: Readonly<Record<string, readonly number[]>> = {
  'tendermint.types.ConsensusParams': [6],
  'tendermint.crypto.PublicKey': [3, 4, 5],
  'tendermint.abci.Request': [21, 22],
  'tendermint.abci.Response': [22, 23],
  'cosmos.ics23.v1.ProofSpec': [5],
};

/** cosmjs-types reads the Params inside as those of ibc.core.client.v1. */
const MISREAD_THERE: ReadonlySet<string> = new Set([
  'ibc.applications.transfer.v1.MsgUpdateParams',
  'ibc.core.connection.v1.MsgUpdateParams',
  'ibc.core.connection.v1.QueryConnectionParamsResponse',
]);

function scalar(random: Random, field: FieldInfo): AnyMessage {
  const some = random.below(4) !== 0;
  const big = (): bigint => [0n, 1n, 127n, 128n, (1n << 32n) + 5n, (1n << 53n) + 1n, (1n << 63n) - 1n][random.below(7)] as bigint;
  if (field.extra.custom !== undefined) return `${big() * big()}`;
  if (field.shape.kind !== 'scalar') throw new Error('not a scalar');
  switch (field.shape.scalar) {
    case 'bool':
      return some;
    case 'string':
      return some ? ['a', 'é€😀', 'x'.repeat(200), '<&>'][random.below(4)] : '';
    case 'bytes':
      return random.bytes(some ? random.below(140) : 0);
    case 'enum': {
      const values = [...enumNamesOf(field.extra.enum as string).keys()];
      return values[random.below(values.length)];
    }
    case 'int32':
      return [0, 1, -1, 2_147_483_647, -2_147_483_648][random.below(5)];
    case 'uint32':
      return [0, 1, 4_294_967_295][random.below(3)];
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return random.below(2) === 0 ? big() : -big();
    default:
      return random.below(8) === 0 ? (1n << 64n) - 1n : big();
  }
}

function value(random: Random, field: FieldInfo, depth: number): AnyMessage {
  switch (field.shape.kind) {
    case 'message':
      return instance(random, messageOfCodec(field.shape.codec()), depth + 1);
    case 'time':
      return [0n, GO_ZERO_TIME, 1_700_000_000_123_456_789n, -1_500_000_000n][random.below(4)];
    case 'duration':
      return [0n, 1n, -1_500_000_000n, 3_600_000_000_000n][random.below(4)];
    default:
      return scalar(random, field);
  }
}

/** Of an empty packed list cosmjs-types writes tag and length, which no canonical encoder does. */
function isPacked(field: FieldInfo): boolean {
  return field.shape.kind === 'scalar' && field.shape.scalar !== 'string' && field.shape.scalar !== 'bytes';
}

function instance(random: Random, type: MessageType, depth = 0): AnyMessage {
  if (type.name === 'google.protobuf.Any') {
    const inner = findMessage('cosmos.base.v1beta1.Coin') as MessageType;
    return { typeUrl: inner.typeUrl, value: inner.codec.encode(instance(random, inner, depth + 1)) };
  }
  if (type.name === 'google.protobuf.Timestamp') return { seconds: 1_700_000_000n, nanos: random.below(2) * 5 };
  if (type.name === 'google.protobuf.Duration') return { seconds: 7n, nanos: random.below(2) * 5_000_000 };
  const m = type.codec.zero();
  for (const field of type.fields) {
    if (NEW_FIELDS[type.name]?.includes(field.no) === true) continue;
    const repeated = 'repeated' in field.shape && field.shape.repeated;
    if (field.shape.kind === 'message' && depth >= DEPTH_MAX && (repeated || field.shape.nullable)) continue;
    if (field.oneofCase !== undefined) {
      if (random.below(2) === 0) m[field.property] = { case: field.oneofCase, value: value(random, field, depth) };
    } else if (repeated) m[field.property] = Array.from({ length: random.below(2) + (isPacked(field) ? 1 : 0) }, () => value(random, field, depth));
    else if (m[field.property] !== undefined || random.below(3) !== 0) m[field.property] = value(random, field, depth);
  }
  return m;
}

interface CosmCodec {
  decode(b: Uint8Array): unknown;
  encode(m: unknown): { finish(): Uint8Array };
}

const nodeModules = new URL('../node_modules/', import.meta.url);
const files = loadFiles().filter((f) => PACKAGES.includes(f.descriptor.package) && f.descriptor.messageType.length > 0);
describe('generated codecs', () => {
  const random = new Random(7);

  it('agree with cosmjs-types', async () => {
    let compared = 0;
    for (const { descriptor } of files) {
      const path = `cosmjs-types/${descriptor.name.replace(/\.proto$/, '')}`;
      if (!existsSync(new URL(`${path}.js`, nodeModules))) continue;
      const theirs = (await import(path)) as Record<string, CosmCodec | undefined>;
      for (const { name } of descriptor.messageType) {
        const type = findMessage(`${descriptor.package}.${name}`);
        const codec = theirs[name];
        if (type === undefined || codec === undefined || MISREAD_THERE.has(type.name)) continue;
        for (let i = 0; i < 4; i++) {
          const bytes = type.codec.encode(instance(random, type));
          expect(toHex(codec.encode(codec.decode(bytes)).finish()), type.name).toBe(toHex(bytes));
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('read what they write, also through JSON', () => {
    for (const { descriptor } of files) {
      for (const { name } of descriptor.messageType) {
        const type = findMessage(`${descriptor.package}.${name}`);
        if (type === undefined) continue;
        for (let i = 0; i < 3; i++) {
          const m = instance(random, type);
          const bytes = type.codec.encode(m);
          expect(toHex(type.codec.encode(type.codec.decode(bytes))), type.name).toBe(toHex(bytes));
          const json = jsonText(toJson(type, type.codec.decode(bytes)));
          expect(toHex(type.codec.encode(fromJson(type, parseJson(json)))), `${type.name} ${json}`).toBe(toHex(bytes));
        }
      }
    }
  });
});
