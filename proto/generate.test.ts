// The repository holds what the generator makes, and the generator reads our own .proto right.
import { describe, expect, it } from 'vitest';
import { fieldDescriptorCodec, fileDescriptorCodec, readOptions } from './descriptor.ts';
import { loadFiles } from './generate/load.ts';
import { parseProto } from './generate/parse.ts';
import { differences } from './generate.ts';
import { findMessage, findService } from './registry.ts';

describe('proto/gen', () => {
  it('is what `npm run proto` makes of the descriptors', () => {
    expect(differences()).toEqual([]);
  });

  it('has what CometBFT v0.40 adds', () => {
    const numbers = (name: string): readonly number[] => findMessage(name)?.fields.map((f) => f.no) ?? [];
    expect(numbers('tendermint.crypto.PublicKey')).toEqual([1, 2, 3, 4, 5]);
    expect(numbers('tendermint.abci.Request').slice(-2)).toEqual([21, 22]);
    expect(numbers('tendermint.abci.Response').slice(-2)).toEqual([22, 23]);
    expect(numbers('tendermint.types.ConsensusParams').at(-1)).toBe(6);
    expect(
      findService('tendermint.abci.ABCI')
        ?.methods.slice(-2)
        .map((m) => m.name),
    ).toEqual(['InsertTx', 'ReapTxs']);
    expect(findMessage('cosmos.crypto.secp256r1.PubKey')?.fields.map((f) => f.protoName)).toEqual(['key']);
  });

  it('decodes and encodes every recorded descriptor without loss', () => {
    for (const { descriptor, bytes } of loadFiles()) {
      const again = fileDescriptorCodec.decode(fileDescriptorCodec.encode(descriptor));
      expect(again).toEqual(fileDescriptorCodec.decode(bytes));
    }
  });
});

describe('our own .proto', () => {
  const recorded = loadFiles().map((f) => f.descriptor);
  const text = `
    syntax = "proto3";
    package trellis.test.v1;
    import "cosmos/msg/v1/msg.proto";
    service Msg {
      option (cosmos.msg.v1.service) = true;
      rpc Do(MsgDo) returns (MsgDoResponse) { option (google.api.http) = { post: "/trellis/do" body: "*" additional_bindings { get: "/trellis/{id}" } }; }
    }
    message MsgDo {
      option (cosmos.msg.v1.signer) = "owner";
      option (amino.name) = "trellis/MsgDo";
      string owner = 1 [(cosmos_proto.scalar) = "cosmos.AddressString"];
      repeated cosmos.base.v1beta1.Coin price = 2 [(gogoproto.nullable) = false, (amino.dont_omitempty) = true];
      oneof what { Inner inner = 3; Kind kind = 4; }
      message Inner { uint64 id = 1; }
      reserved 7 to 9;
    }
    enum Kind { KIND_NONE = 0; KIND_ONE = 1; }
    message MsgDoResponse {}`;

  it('names types fully and keeps options', () => {
    const file = parseProto('trellis/test/v1/tx.proto', text, recorded);
    const [msg] = file.messageType;
    expect(msg?.field.map((f) => [f.name, f.number, f.typeName])).toEqual([
      ['owner', 1, ''],
      ['price', 2, '.cosmos.base.v1beta1.Coin'],
      ['inner', 3, '.trellis.test.v1.MsgDo.Inner'],
      ['kind', 4, '.trellis.test.v1.Kind'],
    ]);
    expect(msg?.field[2]?.oneofIndex).toEqual({ case: 'index', value: 0 });
    expect(msg?.reservedRange).toEqual([{ start: 7, end: 10 }]);
    expect([...readOptions(msg?.options as Uint8Array).keys()].sort()).toEqual([11110000, 11110001]);
    expect(readOptions(msg?.field[1]?.options as Uint8Array).get(65001)).toEqual([0n]);
    expect(readOptions(file.service[0]?.method[0]?.options as Uint8Array).has(72295728)).toBe(true);
  });

  it('refuses what it cannot do right', () => {
    expect(() => parseProto('a.proto', text.replace('cosmos.base.v1beta1.Coin', 'cosmos.base.v1beta1.Coins'), recorded)).toThrow('is not defined');
    expect(() => parseProto('a.proto', text.replace('(amino.name)', '(amino.nam)'), recorded)).toThrow('option (amino.nam) is not defined');
    expect(() => parseProto('a.proto', text.replace('uint64 id = 1', 'map<string, uint64> id = 1'), recorded)).toThrow('maps');
    expect(() => parseProto('a.proto', 'syntax = "proto3";', recorded)).toThrow('has no package');
  });

  it('tells oneof 0 from none', () => {
    const none = fieldDescriptorCodec.from({ name: 'a' });
    expect(fieldDescriptorCodec.decode(fieldDescriptorCodec.encode(none)).oneofIndex).toBeUndefined();
  });
});
