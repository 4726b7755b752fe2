// Messages between a node and a remote signer: tendermint.privval.Message (cmt:proto/tendermint/privval/types.proto; operators.md §6).
import { type Codec, embed, int32, message, oneof, optional, string } from '../../encoding/codec.ts';
import { MAX_SIGNATURE_SIZE, MAX_VOTE_EXTENSION_SIZE } from '../limits.ts';
import { type Proposal, proposalCodec } from '../proposal.ts';
import { type PublicKeyMessage, publicKeyCodec } from '../public-key-codec.ts';
import { type Vote, voteCodec } from '../vote.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

export const PRIVVAL_MESSAGE_BYTES_MAX = MAX_VOTE_EXTENSION_SIZE + 2 * MAX_SIGNATURE_SIZE + 1024;

export interface RemoteSignerError {
  readonly code: number;
  readonly description: string;
}
export interface PubKeyResponse {
  readonly pubKey: PublicKeyMessage;
  readonly error: RemoteSignerError | undefined;
}
export interface SignVoteRequest {
  readonly vote: Vote | undefined;
  readonly chainId: string;
}
export interface SignedVoteResponse {
  readonly vote: Vote;
  readonly error: RemoteSignerError | undefined;
}
export interface SignProposalRequest {
  readonly proposal: Proposal | undefined;
  readonly chainId: string;
}
export interface SignedProposalResponse {
  readonly proposal: Proposal;
  readonly error: RemoteSignerError | undefined;
}
type Empty = Readonly<Record<never, never>>;

interface Kinds {
  pubKeyRequest: { readonly chainId: string };
  pubKeyResponse: PubKeyResponse;
  signVoteRequest: SignVoteRequest;
  signedVoteResponse: SignedVoteResponse;
  signProposalRequest: SignProposalRequest;
  signedProposalResponse: SignedProposalResponse;
  pingRequest: Empty;
  pingResponse: Empty;
}
export type PrivvalMessage = { [K in keyof Kinds]: { readonly case: K; readonly value: Kinds[K] } }[keyof Kinds];

const name = 'tendermint.privval';
const errorCodec: Codec<RemoteSignerError> = message(`${name}.RemoteSignerError`, { code: int32(1), description: string(2) });

export const privvalMessageCodec: Codec<Wrapped<PrivvalMessage>> = message<Wrapped<PrivvalMessage>>(`${name}.Message`, {
  sum: oneof<Kinds>({
    pubKeyRequest: optional(1, message<Kinds['pubKeyRequest']>(`${name}.PubKeyRequest`, { chainId: string(1) })),
    pubKeyResponse: optional(2, message<PubKeyResponse>(`${name}.PubKeyResponse`, { pubKey: embed(1, publicKeyCodec), error: optional(2, errorCodec) })),
    signVoteRequest: optional(3, message<SignVoteRequest>(`${name}.SignVoteRequest`, { vote: optional(1, voteCodec), chainId: string(2) })),
    signedVoteResponse: optional(4, message<SignedVoteResponse>(`${name}.SignedVoteResponse`, { vote: embed(1, voteCodec), error: optional(2, errorCodec) })),
    signProposalRequest: optional(5, message<SignProposalRequest>(`${name}.SignProposalRequest`, { proposal: optional(1, proposalCodec), chainId: string(2) })),
    signedProposalResponse: optional(
      6,
      message<SignedProposalResponse>(`${name}.SignedProposalResponse`, { proposal: embed(1, proposalCodec), error: optional(2, errorCodec) }),
    ),
    pingRequest: optional(7, message<Empty>(`${name}.PingRequest`, {})),
    pingResponse: optional(8, message<Empty>(`${name}.PingResponse`, {})),
  }),
});

/** Throws TypesError. */
export function decodePrivvalMessage(bytes: Uint8Array): PrivvalMessage {
  return decodeChecked(privvalMessageCodec, bytes, PRIVVAL_MESSAGE_BYTES_MAX, (w) => unwrap(privvalMessageCodec.name, w));
}

export function encodePrivvalMessage(m: PrivvalMessage): Uint8Array {
  return privvalMessageCodec.encode({ sum: m });
}
