// A toy application for tests of the engine: transactions "key=value" in a map, app hash over height and map, everything in memory. It can be
// kept over restarts of an engine, as a database would be, and told to misbehave.
import type * as abci from '../abci/application.ts';
import { sha256 } from '../crypto/sha256.ts';
import { fromUtf8, utf8 } from '../encoding/bytes.ts';

const EMPTY = new Uint8Array(0);

function result(code: number, log = '', events: readonly abci.AbciEvent[] = []): abci.ExecTxResult {
  return { code, data: EMPTY, log, info: '', gasWanted: 1n, gasUsed: 1n, events, codespace: code === 0 ? '' : 'toy' };
}

export class ToyApp implements abci.Application {
  readonly committed = new Map<string, string>();
  height = 0n;
  appHash: Uint8Array = EMPTY;
  /** What FinalizeBlock answered, by height. */
  readonly executed: bigint[] = [];
  #next: { readonly map: Map<string, string>; readonly height: bigint; readonly hash: Uint8Array } | undefined;
  /** Overridden by tests. */
  updates: (height: bigint) => readonly abci.ValidatorUpdate[] = () => [];
  accept: (req: abci.ProcessProposalRequest) => boolean = () => true;
  retainHeight: (height: bigint) => bigint = () => 0n;
  paramUpdates: (height: bigint) => abci.FinalizeBlockResponse['consensusParamUpdates'] = () => undefined;
  initChainCalls = 0;

  echo(message: string): Promise<string> {
    return Promise.resolve(message);
  }
  info(): Promise<abci.InfoResponse> {
    return Promise.resolve({ data: 'toy', version: '1', appVersion: 1n, lastBlockHeight: this.height, lastBlockAppHash: this.appHash });
  }
  initChain(): Promise<abci.InitChainResponse> {
    this.initChainCalls++;
    return Promise.resolve({ consensusParams: undefined, validators: [], appHash: EMPTY });
  }
  query(): Promise<abci.QueryResponse> {
    return Promise.reject(new Error('not used'));
  }
  #check(tx: Uint8Array): abci.ExecTxResult {
    const text = fromUtf8(tx);
    return text.includes('=') ? result(0) : result(1, 'no key=value');
  }
  async checkTx(req: abci.CheckTxRequest): Promise<abci.CheckTxResponse> {
    return this.#check(req.tx);
  }
  async prepareProposal(req: abci.PrepareProposalRequest): Promise<abci.PrepareProposalResponse> {
    return { txs: req.txs };
  }
  async processProposal(req: abci.ProcessProposalRequest): Promise<abci.ProcessProposalResponse> {
    return { status: this.accept(req) ? 1 : 2 };
  }
  extension = (height: bigint): Uint8Array => utf8(`ext${height}`);
  async extendVote(req: abci.ExtendVoteRequest): Promise<abci.ExtendVoteResponse> {
    return { voteExtension: this.extension(req.height) };
  }
  async verifyVoteExtension(): Promise<abci.VerifyVoteExtensionResponse> {
    return { status: 1 };
  }
  async finalizeBlock(req: abci.FinalizeBlockRequest): Promise<abci.FinalizeBlockResponse> {
    if (req.height !== this.height + 1n && this.height !== 0n) throw new Error(`toy app: height ${req.height} after ${this.height}`);
    const map = new Map(this.committed);
    const txResults = req.txs.map((tx) => {
      const checked = this.#check(tx);
      if (checked.code !== 0) return checked;
      const [key, value] = fromUtf8(tx).split('=') as [string, string];
      map.set(key, value);
      return result(0, '', [
        {
          type: 'set',
          attributes: [
            { key: 'key', value: key, index: true },
            { key: 'value', value, index: true },
          ],
        },
        { type: 'quiet', attributes: [{ key: 'key', value: key, index: false }] },
      ]);
    });
    const hash = sha256(utf8(`${map.size === 0 ? '' : [...map].sort().join(';')}`));
    this.#next = { map, height: req.height, hash };
    this.executed.push(req.height);
    return {
      events: [{ type: 'block', attributes: [{ key: 'parity', value: String(req.height % 2n), index: true }] }],
      txResults,
      validatorUpdates: this.updates(req.height),
      consensusParamUpdates: this.paramUpdates(req.height),
      appHash: hash,
    };
  }
  async commit(): Promise<abci.CommitResponse> {
    if (this.#next === undefined) throw new Error('toy app: Commit without FinalizeBlock');
    this.committed.clear();
    for (const [k, v] of this.#next.map) this.committed.set(k, v);
    this.height = this.#next.height;
    this.appHash = this.#next.hash;
    this.#next = undefined;
    return { retainHeight: this.retainHeight(this.height) };
  }
  async listSnapshots(): Promise<readonly abci.Snapshot[]> {
    return [];
  }
  offerSnapshot(): Promise<abci.OfferSnapshotResponse> {
    return Promise.reject(new Error('not used'));
  }
  loadSnapshotChunk(): Promise<abci.LoadSnapshotChunkResponse> {
    return Promise.reject(new Error('not used'));
  }
  applySnapshotChunk(): Promise<abci.ApplySnapshotChunkResponse> {
    return Promise.reject(new Error('not used'));
  }
}
