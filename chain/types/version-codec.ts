// tendermint.version.Consensus on the wire.
import { type Codec, message, uint64 } from '../encoding/codec.ts';
import type { ConsensusVersion } from './version.ts';

export const consensusVersionCodec: Codec<ConsensusVersion> = message('tendermint.version.Consensus', { block: uint64(1), app: uint64(2) });
