// An application that extends votes, for tests: where the chain has vote extensions, each precommit carries one that names height and block, of
// changing length and empty at every fifth height; a wrong one is refused. What is verified and what a proposer is given is written down,
// one JSON line each. At the heights that HOME/wrong-extensions names ("16-18") its own are wrong.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application, ExtendedVoteInfo } from '../../chain/abci/application.ts';
import { bytesEqual, toHexUpper } from '../../chain/encoding/bytes.ts';

export type ToldExtension =
  | { readonly call: 'verify'; readonly height: string; readonly from: string; readonly accepted: boolean }
  /** Extensions of the height before that the proposer was given, of so many votes for its block. */
  | { readonly call: 'prepare'; readonly height: string; readonly extended: number; readonly votes: number; readonly signed: number };

const EMPTY_EVERY = 5n;
const COMMIT = 2;
const ACCEPT = 1;
const REJECT = 2;
const LENGTHS = 60n;

const WRONG = new TextEncoder().encode('wrong');
export const WRONG_FILE = 'wrong-extensions';

const fileOf = (home: string): string => join(home, 'extensions.jsonl');
const write = (home: string, told: ToldExtension): void => appendFileSync(fileOf(home), `${JSON.stringify(told)}\n`);

function extensionOf(height: bigint, hash: Uint8Array): Uint8Array {
  if (height % EMPTY_EVERY === 0n) return new Uint8Array(0);
  return new TextEncoder().encode(`${height}:${toHexUpper(hash)}`.padEnd(70 + Number((height * 7n) % LENGTHS), '.'));
}

const names = (v: ExtendedVoteInfo, height: bigint): boolean =>
  height % EMPTY_EVERY === 0n ? v.voteExtension.length === 0 : new TextDecoder().decode(v.voteExtension).startsWith(`${height}:`);

function wrongHeights(home: string): (height: bigint) => boolean {
  const file = join(home, WRONG_FILE);
  if (!existsSync(file)) return () => false;
  const [from, to] = readFileSync(file, 'utf8').trim().split('-').map(BigInt) as [bigint, bigint];
  return (height) => height >= from && height <= to;
}

/** The same application with ExtendVote and VerifyVoteExtension of its own. */
export function extendingVotes(home: string, inner: Application): Application {
  const isWrong = wrongHeights(home);
  const own: Pick<Application, 'extendVote' | 'verifyVoteExtension' | 'prepareProposal'> = {
    extendVote: async ({ height, hash }) => ({ voteExtension: isWrong(height) ? WRONG : extensionOf(height, hash) }),
    async verifyVoteExtension({ height, hash, validatorAddress, voteExtension }) {
      // Its own is asked of it too, and an engine ends where the application refuses that (cmt:consensus/state.go signAddVote).
      const accepted = bytesEqual(voteExtension, extensionOf(height, hash)) || (isWrong(height) && bytesEqual(voteExtension, WRONG));
      write(home, { call: 'verify', height: String(height), from: toHexUpper(validatorAddress), accepted });
      return { status: accepted ? ACCEPT : REJECT };
    },
    prepareProposal(request) {
      const votes = request.localLastCommit.votes.filter((v) => v.blockIdFlag === COMMIT);
      const extended = votes.filter((v) => v.extensionSignature.length > 0 && names(v, request.height - 1n)).length;
      const signed = votes.filter((v) => v.extensionSignature.length > 0).length;
      write(home, { call: 'prepare', height: String(request.height), extended, votes: votes.length, signed });
      return inner.prepareProposal(request);
    },
  };
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? value.bind(name in own ? own : target) : value;
    },
  });
}

export function readExtensions(home: string): ToldExtension[] {
  if (!existsSync(fileOf(home))) return [];
  const lines = readFileSync(fileOf(home), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ToldExtension);
}
