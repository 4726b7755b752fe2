// What the other end of a signer's connection may send: into the handshake of SecretConnection, and as requests to a signer. The first byte of
// an input chooses. Refused is a SignerLinkError, or a TypesError for a message; a request is answered, whatever it asks for.
import { installNoble } from '../../chain/crypto/noble.ts';
import { SignError } from '../../chain/privval/errors.ts';
import type { PrivValidator } from '../../chain/privval/priv-validator.ts';
import { ed25519FromSeed } from '../../chain/privval/private-key.ts';
import { type Channel, delimited, readDelimited } from '../../chain/privval/remote/channel.ts';
import { SignerLinkError } from '../../chain/privval/remote/errors.ts';
import { handleSignerRequest } from '../../chain/privval/remote/handle-request.ts';
import { secretConnection } from '../../chain/privval/remote/secret-connection.ts';
import { ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { decodePrivvalMessage, encodePrivvalMessage, PRIVVAL_MESSAGE_BYTES_MAX } from '../../chain/types/messages/privval.ts';
import type { FuzzTarget } from './target.ts';

installNoble();
const CHAIN = 'fuzz-1';
const key = ed25519FromSeed(new Uint8Array(32).fill(1));
const EMPTY = new Uint8Array(0);

/** Gives the bytes, then ends. */
function channelOf(bytes: Uint8Array): Channel {
  let at = 0;
  return {
    read: async (length) => {
      if (at + length > bytes.length) throw new SignerLinkError('the other end has closed the connection');
      at += length;
      return bytes.slice(at - length, at);
    },
    write: async () => undefined,
    close: () => undefined,
  };
}

const signer: PrivValidator = {
  getPubKey: async () => ({ case: 'ed25519', value: key.value.slice(32) }),
  signVote: async (_, vote) => {
    if (vote.height < 0n) throw new SignError('height-regression', 'a height below zero');
    return vote;
  },
  signProposal: async (_, proposal) => proposal,
};

async function serve(channel: Channel): Promise<void> {
  for (;;) {
    const request = decodePrivvalMessage(await readDelimited(channel, PRIVVAL_MESSAGE_BYTES_MAX));
    encodePrivvalMessage(await handleSignerRequest(signer, CHAIN, request, () => undefined));
  }
}

const vote = {
  ...{ type: 1, height: 5n, round: 0, blockId: ZERO_BLOCK_ID, timestamp: 0n, validatorAddress: new Uint8Array(20), validatorIndex: 0 },
  ...{ signature: EMPTY, extension: EMPTY, extensionSignature: EMPTY },
};
const proposal = { type: 32, height: 5n, round: 0, polRound: -1, blockId: ZERO_BLOCK_ID, timestamp: 0n, signature: EMPTY };

export const target: FuzzTarget = {
  name: 'privval-link',
  corpus: () => [
    Uint8Array.of(0, 34, 10, 32, ...new Uint8Array(32).fill(9), ...new Uint8Array(1044)),
    Uint8Array.of(1, ...delimited(encodePrivvalMessage({ case: 'pingRequest', value: {} }))),
    Uint8Array.of(1, ...delimited(encodePrivvalMessage({ case: 'pubKeyRequest', value: { chainId: CHAIN } }))),
    Uint8Array.of(1, ...delimited(encodePrivvalMessage({ case: 'signVoteRequest', value: { vote, chainId: CHAIN } }))),
    Uint8Array.of(1, ...delimited(encodePrivvalMessage({ case: 'signProposalRequest', value: { proposal, chainId: CHAIN } }))),
  ],
  run: async (input) => {
    const channel = channelOf(input.subarray(1));
    try {
      if ((input[0] ?? 0) % 2 === 0) await secretConnection(channel, key);
      else await serve(channel);
    } catch (e) {
      if (!(e instanceof SignerLinkError) && !(e instanceof TypesError)) throw e;
    }
  },
};
