// A validator whose key is with a remote signer (cmt:privval/signer_client.go, retry_signer_client.go).
// Invariant: what it gives back is the vote or proposal that was asked for, signed by the key that was there at the start; of the answer only
// timestamp and signatures are taken.
import { bytesEqual } from '../../encoding/bytes.ts';
import type { PrivvalMessage, RemoteSignerError } from '../../types/messages/privval.ts';
import { type Proposal, proposalSignBytes } from '../../types/proposal.ts';
import type { PublicKey } from '../../types/public-key.ts';
import { verifySignature } from '../../types/verify-signature.ts';
import { mayCarryExtension, type Vote, voteExtensionSignBytes, voteSignBytes } from '../../types/vote.ts';
import { SignError } from '../errors.ts';
import type { PrivValidator } from '../priv-validator.ts';
import type { PrivateKey } from '../private-key.ts';
import type { SignerAddress } from './address.ts';
import { SignerLinkError } from './errors.ts';
import { SignerListener, type SignerLogger, type SignerTimeouts } from './signer-listener.ts';

export interface RemoteValidatorOptions {
  readonly address: SignerAddress;
  readonly chainId: string;
  /** Our ed25519 key in SecretConnection. */
  readonly connectionKey: PrivateKey;
  readonly logger: SignerLogger;
  readonly timeouts?: SignerTimeouts;
  /** How long the start waits for the signer. */
  readonly startMs: number;
  /** How long a vote or proposal is tried again while the signer cannot be reached. */
  readonly retryMs?: number;
  readonly onRequest?: ((type: PrivvalMessage['case'], seconds: number) => void) | undefined;
}

const RETRY_MS = 5000;
const EMPTY = new Uint8Array(0);

type Answer<K extends PrivvalMessage['case']> = Extract<PrivvalMessage, { readonly case: K }>['value'];

function expectCase<K extends PrivvalMessage['case']>(m: PrivvalMessage, name: K): Answer<K> {
  if (m.case !== name) throw new SignError('remote-answer', `the signer answered ${m.case} where ${name} was expected`);
  return m.value as Answer<K>;
}

function throwRefusal(e: RemoteSignerError | undefined): void {
  if (e !== undefined) throw new SignError('remote-refusal', `the signer refused, error #${e.code}: ${e.description}`);
}

export class RemoteValidator implements PrivValidator {
  readonly #listener: SignerListener;
  readonly #retryMs: number;
  #publicKey: PublicKey | undefined;

  private constructor(o: RemoteValidatorOptions) {
    this.#retryMs = o.retryMs ?? RETRY_MS;
    this.#listener = new SignerListener({
      ...o,
      greet: async (ask) => {
        const { pubKey, error } = expectCase(await ask({ case: 'pubKeyRequest', value: { chainId: o.chainId } }), 'pubKeyResponse');
        throwRefusal(error);
        const key = pubKey.sum;
        if (key === undefined) throw new SignError('remote-answer', 'the signer gave no public key');
        const known = this.#publicKey;
        if (known !== undefined && (known.case !== key.case || !bytesEqual(known.value, key.value))) {
          throw new SignError('remote-answer', 'the signer has another key than the one that this node was started with');
        }
        this.#publicKey = key;
      },
    });
  }

  /** Listens, and resolves when a signer has dialled in and told its key. Rejects with the system's error or SignerLinkError. */
  static async open(o: RemoteValidatorOptions): Promise<RemoteValidator> {
    const v = new RemoteValidator(o);
    try {
      await v.#listener.listen();
      await v.#listener.connected(o.startMs);
    } catch (e) {
      await v.close();
      throw e;
    }
    return v;
  }

  get publicKey(): PublicKey {
    if (this.#publicKey === undefined) throw new Error('the remote signer has not told its key');
    return this.#publicKey;
  }

  get isConnected(): boolean {
    return this.#listener.isConnected;
  }

  async getPubKey(): Promise<PublicKey> {
    return this.publicKey;
  }

  async signVote(chainId: string, vote: Vote, signExtension: boolean): Promise<Vote> {
    // A signer refuses an extension where there may be none, and signs one, even an empty one, where there may be.
    const { vote: signed, error } = await this.#ask({ case: 'signVoteRequest', value: { vote, chainId } }, 'signedVoteResponse');
    throwRefusal(error);
    const { timestamp, signature } = signed;
    const extensionSignature = mayCarryExtension(vote) && signExtension ? signed.extensionSignature : EMPTY;
    const answer: Vote = { ...vote, timestamp, signature, extensionSignature };
    this.#verify('vote', voteSignBytes(chainId, answer), signature);
    if (extensionSignature.length > 0) this.#verify('vote extension', voteExtensionSignBytes(chainId, answer), extensionSignature);
    return answer;
  }

  async signProposal(chainId: string, proposal: Proposal): Promise<Proposal> {
    const request = { case: 'signProposalRequest', value: { proposal, chainId } } as const;
    const { proposal: signed, error } = await this.#ask(request, 'signedProposalResponse');
    throwRefusal(error);
    const answer: Proposal = { ...proposal, timestamp: signed.timestamp, signature: signed.signature };
    this.#verify('proposal', proposalSignBytes(chainId, answer), answer.signature);
    return answer;
  }

  #verify(what: string, signBytes: Uint8Array, signature: Uint8Array): void {
    if (!verifySignature(this.publicKey, signBytes, signature)) throw new SignError('remote-answer', `the signer's ${what} is not the one that was asked for`);
  }

  async #ask<K extends PrivvalMessage['case']>(request: PrivvalMessage, answer: K): Promise<Answer<K>> {
    const end = performance.now() + this.#retryMs;
    for (;;) {
      try {
        return expectCase(await this.#listener.request(request), answer);
      } catch (e) {
        // Which answer would belong to which request afterwards is unknown.
        if (e instanceof SignError) this.#listener.drop(e.message);
        if (!(e instanceof SignerLinkError)) throw e;
        if (this.#listener.isClosed || performance.now() >= end) throw new SignError('remote-unavailable', e.message);
      }
    }
  }

  async close(): Promise<void> {
    await this.#listener.close();
  }
}
