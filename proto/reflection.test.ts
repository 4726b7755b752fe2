// What server reflection gives out.
import { describe, expect, it } from 'vitest';
import { fileDescriptorCodec } from './descriptor.ts';
import { extensionNumbers, fileByName, fileNameOfExtension, fileNameOfSymbol, fileNames, fileWithDependencies } from './reflection.ts';
import { findService, serviceNames } from './registry.ts';

describe('reflection', () => {
  it('finds files by symbol, extension and name', () => {
    expect(fileNameOfSymbol('cosmos.bank.v1beta1.MsgSend')).toBe('cosmos/bank/v1beta1/tx.proto');
    expect(fileNameOfSymbol('cosmos.bank.v1beta1.Query.Balance')).toBe('cosmos/bank/v1beta1/query.proto');
    expect(fileNameOfSymbol('cosmos.tx.v1beta1.ModeInfo.Multi')).toBe('cosmos/tx/v1beta1/tx.proto');
    expect(fileNameOfSymbol('no.such.Thing')).toBeUndefined();
    expect(fileNameOfExtension('google.protobuf.MessageOptions', 11110000)).toBe('cosmos/msg/v1/msg.proto');
    expect(extensionNumbers('google.protobuf.MethodOptions')).toContain(72295728);
    expect(extensionNumbers('no.such.Thing')).toBeUndefined();
    expect(fileByName('no/such.proto')).toBeUndefined();
  });

  it('gives a file with everything it imports', () => {
    const files = (fileWithDependencies('cosmos/bank/v1beta1/query.proto') ?? []).map((b) => fileDescriptorCodec.decode(b).name);
    expect(files[0]).toBe('cosmos/bank/v1beta1/query.proto');
    expect(files).toContain('gogoproto/gogo.proto');
    expect(files).toContain('google/protobuf/descriptor.proto');
    expect(new Set(files).size).toBe(files.length);
  });

  it('describes every service that there are codecs for', () => {
    for (const name of serviceNames()) expect(fileNameOfSymbol(name)).toBe(findService(name)?.file);
  });

  it('has our additions', () => {
    expect(fileNameOfSymbol('tendermint.abci.RequestInsertTx')).toBe('tendermint/abci/types.proto');
    expect(fileNames()).toContain('tendermint/abci/types.proto');
  });
});
