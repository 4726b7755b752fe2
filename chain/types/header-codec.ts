// tendermint.types.Header on the wire.
import { bytes, type Codec, embed, int64, message, string, time } from '../encoding/codec.ts';
import { blockIdCodec } from './block-id-codec.ts';
import type { Header } from './header.ts';
import { consensusVersionCodec } from './version-codec.ts';

export const headerCodec: Codec<Header> = message('tendermint.types.Header', {
  version: embed(1, consensusVersionCodec),
  chainId: string(2),
  height: int64(3),
  time: time(4),
  lastBlockId: embed(5, blockIdCodec),
  lastCommitHash: bytes(6),
  dataHash: bytes(7),
  validatorsHash: bytes(8),
  nextValidatorsHash: bytes(9),
  consensusHash: bytes(10),
  appHash: bytes(11),
  lastResultsHash: bytes(12),
  evidenceHash: bytes(13),
  proposerAddress: bytes(14),
});
