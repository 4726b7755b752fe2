// Light blocks on the wire.
import { type Codec, embed, message } from '../encoding/codec.ts';
import { commitCodec } from './commit-codec.ts';
import { headerCodec } from './header-codec.ts';
import type { LightBlock, SignedHeader } from './light-block.ts';
import { validatorListCodec } from './validator-set-codec.ts';

// The parts are nullable in Go. A missing one decodes here to its zero value, which validation refuses as Go refuses nil.
export const signedHeaderCodec: Codec<SignedHeader> = message('tendermint.types.SignedHeader', {
  header: embed(1, headerCodec),
  commit: embed(2, commitCodec),
});

export const lightBlockCodec: Codec<LightBlock> = message('tendermint.types.LightBlock', {
  signedHeader: embed(1, signedHeaderCodec),
  validatorSet: embed(2, validatorListCodec),
});
