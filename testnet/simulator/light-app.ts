// A small application for the simulator: balances, a map, validator powers, extensions; its state is on the simulated disk after each Commit.
// Transactions are text: "set <key> <value>", "pay <from> <to> <amount>", "power <validator index> <power>".
// Invariant: the sum of the balances never changes; a power that would give `careless` validators a third or more is refused.
import type * as abci from '../../chain/abci/application.ts';
import type { DurableDb } from '../../chain/blockstore/durable-db.ts';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { concatBytes, fromHex, fromUtf8, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import type { PublicKey } from '../../chain/types/public-key.ts';
import type { Random } from './random.ts';
import type { SimApplications } from './sim-app.ts';

const EMPTY = new Uint8Array(0);
const STATE_KEY = utf8('state');
const CODE_BAD = 1;

interface LightAppOptions {
  readonly db: DurableDb;
  /** Keys of the validators, by index, and their powers at genesis. */
  readonly validators: readonly { readonly pubKey: PublicKey; readonly power: number }[];
  /** Validators that may misbehave, by index. */
  readonly careless: readonly number[];
  /** Bytes that a proposer adds to its block. */
  readonly padding?: number;
}

const ACCOUNTS = 8;
const ACCOUNT_BALANCE = 1_000_000;

interface AppState {
  height: string;
  hash: string;
  balances: number[];
  values: Record<string, string>;
  powers: number[];
  misbehavior: number;
}

function result(code: number, log = ''): abci.ExecTxResult {
  return { code, data: EMPTY, log, info: '', gasWanted: 1n, gasUsed: 1n, events: [], codespace: code === 0 ? '' : 'light' };
}

const PADDING = 'padding';
const PADDING_TX_BYTES = 65_536;

/** Transactions without effect, of so many bytes together. */
function padding(bytes: number): Uint8Array[] {
  const count = Math.ceil(bytes / PADDING_TX_BYTES);
  return Array.from({ length: count }, (_, i) => utf8(`${PADDING} ${i} `.padEnd(Math.floor(bytes / count), 'x')));
}

const extensionOf = (height: bigint): Uint8Array => utf8(`extension ${height}`);

export class LightApp implements abci.Application {
  readonly #o: LightAppOptions;
  #state: AppState;
  #next: AppState | undefined;

  constructor(o: LightAppOptions) {
    this.#o = o;
    const stored = o.db.get(STATE_KEY);
    this.#state =
      stored === undefined
        ? { height: '0', hash: '', balances: Array(ACCOUNTS).fill(ACCOUNT_BALANCE), values: {}, powers: o.validators.map((v) => v.power), misbehavior: 0 }
        : (JSON.parse(fromUtf8(stored)) as AppState);
  }

  /** Of the committed state. */
  get supply(): bigint {
    return BigInt(this.#state.balances.reduce((a, b) => a + b, 0));
  }

  async echo(message: string): Promise<string> {
    return message;
  }

  async info(): Promise<abci.InfoResponse> {
    const { height, hash } = this.#state;
    return { data: 'light', version: '1', appVersion: 1n, lastBlockHeight: BigInt(height), lastBlockAppHash: fromHex(hash) };
  }

  async initChain(): Promise<abci.InitChainResponse> {
    return { consensusParams: undefined, validators: [], appHash: EMPTY };
  }

  async query(): Promise<abci.QueryResponse> {
    throw new Error('the light application answers no queries');
  }

  #apply(s: AppState, tx: Uint8Array): string | undefined {
    const [what, ...args] = new TextDecoder().decode(tx).split(' ');
    const [a, b, c] = args;
    if (what === PADDING) return undefined;
    if (what === 'set' && a !== undefined && b !== undefined) s.values[a] = b;
    else if (what === 'pay') {
      const [from, to, amount] = [Number(a), Number(b), Number(c)];
      const balance = s.balances[from];
      if (balance === undefined || s.balances[to] === undefined || !(amount > 0) || !Number.isSafeInteger(amount)) return 'no such account or amount';
      if (balance < amount) return 'not enough';
      s.balances[from] = balance - amount;
      s.balances[to] = (s.balances[to] as number) + amount;
    } else if (what === 'power') {
      const [index, power] = [Number(a), Number(b)];
      if (s.powers[index] === undefined || !(power >= 0) || !Number.isSafeInteger(power) || this.#o.careless.includes(index))
        return 'no such validator or power';
      const powers = s.powers.map((p, i) => (i === index ? power : p));
      const total = powers.reduce((x, y) => x + y, 0);
      const careless = this.#o.careless.reduce((x, i) => x + (powers[i] as number), 0);
      if (3 * careless >= total || powers.filter((p) => p > 0).length < 4) return 'too little honest power would be left';
      s.powers = powers;
    } else return 'unknown transaction';
    return undefined;
  }

  async checkTx(req: abci.CheckTxRequest): Promise<abci.CheckTxResponse> {
    const { balances, values, powers } = this.#state;
    const why = this.#apply({ ...this.#state, balances: [...balances], values: { ...values }, powers: [...powers] }, req.tx);
    return why === undefined ? result(0) : result(CODE_BAD, why);
  }

  async prepareProposal(req: abci.PrepareProposalRequest): Promise<abci.PrepareProposalResponse> {
    return { txs: [...req.txs, ...padding(this.#o.padding ?? 0)] };
  }

  async processProposal(): Promise<abci.ProcessProposalResponse> {
    return { status: 1 };
  }

  async extendVote(req: abci.ExtendVoteRequest): Promise<abci.ExtendVoteResponse> {
    return { voteExtension: extensionOf(req.height) };
  }

  async verifyVoteExtension(req: abci.VerifyVoteExtensionRequest): Promise<abci.VerifyVoteExtensionResponse> {
    return { status: fromUtf8(req.voteExtension) === fromUtf8(extensionOf(req.height)) ? 1 : 2 };
  }

  async finalizeBlock(req: abci.FinalizeBlockRequest): Promise<abci.FinalizeBlockResponse> {
    if (req.height !== BigInt(this.#state.height) + 1n) throw new Error(`light app: height ${req.height} after ${this.#state.height}`);
    const { balances, values, powers, hash, misbehavior } = this.#state;
    const s: AppState = { height: String(req.height), hash, balances: [...balances], values: { ...values }, powers: [...powers], misbehavior };
    const txResults = req.txs.map((tx) => {
      const why = this.#apply(s, tx);
      return why === undefined ? result(0) : result(CODE_BAD, why);
    });
    s.misbehavior += req.misbehavior.length;
    // What every node must see alike goes into the hash: transactions and verdicts, last commit, evidence, time, proposer.
    const seen = `${req.height}/${req.time}/${req.decidedLastCommit.round}/${req.decidedLastCommit.votes.map((v) => `${v.validator.power}:${v.blockIdFlag}`).join()}/${s.misbehavior}`;
    const digest = concatBytes(
      fromHex(hash),
      utf8(seen),
      req.proposerAddress,
      utf8(JSON.stringify([s.balances, s.values, s.powers, txResults.map((r) => r.code)])),
    );
    s.hash = toHex(sha256(digest));
    this.#next = s;
    const validatorUpdates = s.powers.flatMap((power, i) => {
      const v = this.#o.validators[i];
      return v === undefined || power === powers[i] ? [] : [{ pubKey: v.pubKey, power: BigInt(power) }];
    });
    return { events: [], txResults, validatorUpdates, consensusParamUpdates: undefined, appHash: fromHex(s.hash) };
  }

  async commit(): Promise<abci.CommitResponse> {
    const next = this.#next;
    if (next === undefined) throw new Error('light app: Commit without FinalizeBlock');
    await this.#o.db.write([{ type: 'put', key: STATE_KEY, value: utf8(JSON.stringify(next)) }]);
    this.#state = next;
    this.#next = undefined;
    return { retainHeight: 0n };
  }

  async listSnapshots(): Promise<readonly abci.Snapshot[]> {
    return [];
  }

  async offerSnapshot(): Promise<abci.OfferSnapshotResponse> {
    return { result: 3 };
  }

  async loadSnapshotChunk(): Promise<abci.LoadSnapshotChunkResponse> {
    return { chunk: EMPTY };
  }

  async applySnapshotChunk(): Promise<abci.ApplySnapshotChunkResponse> {
    return { result: 2, refetchChunks: [], rejectSenders: [] };
  }
}

/** Payments, settings and now and then a change of a validator's power. */
function transaction(r: Random, validators: number): Uint8Array {
  const kind = r.float();
  if (kind < 0.5) return utf8(`pay ${r.between(0, ACCOUNTS)} ${r.between(0, ACCOUNTS)} ${r.between(1, 1000)}`);
  if (kind < 0.93) return utf8(`set k${r.between(0, 32)} ${r.next()}`);
  return utf8(`power ${r.between(0, validators)} ${r.chance(0.2) ? 0 : r.between(5, 15)}`);
}

export function lightApplications(o: Omit<LightAppOptions, 'db'>): SimApplications {
  return {
    appState: '{}',
    supply: BigInt(ACCOUNTS * ACCOUNT_BALANCE),
    open: async (db) => {
      const app = new LightApp({ ...o, db });
      return { application: app, supply: () => app.supply, transaction: async (r) => transaction(r, o.validators.length) };
    },
  };
}
