// The signer of a validator whose key is a file on this machine (cmt:privval/file.go).
// Invariant: what was signed is on disk, synced, before its signature leaves. After a failed write it signs nothing more.
import { existsSync } from 'node:fs';
import { isZeroBlockId } from '../types/block-id.ts';
import { type Proposal, proposalSignBytes } from '../types/proposal.ts';
import type { PublicKey } from '../types/public-key.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { mayCarryExtension, PREVOTE, type Vote, voteExtensionSignBytes, voteSignBytes } from '../types/vote.ts';
import { STEP_PRECOMMIT, STEP_PREVOTE, STEP_PROPOSE } from './canonical.ts';
import { KeyFileError, SignError } from './errors.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import type { PrivValidator } from './priv-validator.ts';
import { generateEd25519, type PrivateKey, publicKeyOf, signWith } from './private-key.ts';
import { decide, type LastSigned, NOTHING_SIGNED, readStateFile, stateFileText } from './sign-state.ts';
import { writeFileAtomic } from './write-atomic.ts';

export interface SignerFiles {
  /** priv_validator_key.json */
  readonly key: string;
  /** priv_validator_state.json */
  readonly state: string;
}

const EMPTY = new Uint8Array(0);

export class FilePrivValidator implements PrivValidator {
  readonly pubKey: PublicKey;
  readonly address: Uint8Array;
  readonly #key: PrivateKey;
  readonly #stateFile: string;
  #last: LastSigned;
  #failure: SignError | undefined;

  private constructor(key: PrivateKey, stateFile: string, last: LastSigned) {
    this.#key = key;
    this.pubKey = publicKeyOf(key);
    this.address = addressOfKey(this.pubKey);
    this.#stateFile = stateFile;
    this.#last = last;
  }

  /** Writes the files of a new key; where there is a key file already, it is an error. */
  static generate(files: SignerFiles, key: PrivateKey = generateEd25519()): FilePrivValidator {
    if (existsSync(files.key)) throw new KeyFileError(files.key, 'there is a validator key already; it is not overwritten');
    // The state comes first: a key without a state file does not load.
    writeFileAtomic(files.state, stateFileText(NOTHING_SIGNED));
    writeKeyFile(files.key, key);
    return new FilePrivValidator(key, files.state, NOTHING_SIGNED);
  }

  /** Throws KeyFileError where a file is missing, corrupt, or the state is not of this key. */
  static load(files: SignerFiles): FilePrivValidator {
    const key = readKeyFile(files.key);
    return new FilePrivValidator(key, files.state, readStateFile(files.state, publicKeyOf(key)));
  }

  static loadOrGenerate(files: SignerFiles): FilePrivValidator {
    return existsSync(files.key) ? FilePrivValidator.load(files) : FilePrivValidator.generate(files);
  }

  /** Forgets what was signed: only safe for a chain that starts anew. */
  static resetState(stateFile: string): void {
    writeFileAtomic(stateFile, stateFileText(NOTHING_SIGNED));
  }

  get lastSigned(): LastSigned {
    return this.#last;
  }

  async getPubKey(): Promise<PublicKey> {
    return this.pubKey;
  }

  async signVote(chainId: string, vote: Vote, signExtension: boolean): Promise<Vote> {
    const carries = mayCarryExtension(vote);
    if (!carries && vote.extension.length > 0) {
      const what = isZeroBlockId(vote.blockId) ? 'a vote for nil' : 'a prevote';
      throw new SignError('unexpected-extension', `unexpected vote extension on ${what}: extensions are only allowed in precommits for a block`);
    }
    const step = vote.type === PREVOTE ? STEP_PREVOTE : STEP_PRECOMMIT;
    const signed = this.#sign(vote.height, vote.round, step, voteSignBytes(chainId, vote), vote.timestamp);
    // Extensions need not be the same twice, so their signature is always made anew.
    const extensionSignature = carries && signExtension ? signWith(this.#key, voteExtensionSignBytes(chainId, vote)) : EMPTY;
    return { ...vote, ...signed, extensionSignature };
  }

  async signProposal(chainId: string, proposal: Proposal): Promise<Proposal> {
    const signed = this.#sign(proposal.height, proposal.round, STEP_PROPOSE, proposalSignBytes(chainId, proposal), proposal.timestamp);
    return { ...proposal, ...signed };
  }

  #sign(height: bigint, round: number, step: number, signBytes: Uint8Array, timestamp: bigint): { signature: Uint8Array; timestamp: bigint } {
    if (this.#failure !== undefined) throw this.#failure;
    const decision = decide(this.#last, height, round, step, signBytes, timestamp);
    if (decision.kind === 'reuse') return { signature: decision.signature, timestamp: decision.timestamp };
    const signature = signWith(this.#key, signBytes);
    const next: LastSigned = { height, round, step, signature, signBytes };
    try {
      writeFileAtomic(this.#stateFile, stateFileText(next));
    } catch (e) {
      // The file may hold the old state or the new one: until it is read again, nothing can be signed safely.
      this.#failure = new SignError('write-failed', `cannot write ${this.#stateFile}: ${(e as Error).message}; this signer has stopped`);
      throw this.#failure;
    }
    this.#last = next;
    return { signature, timestamp };
  }
}
