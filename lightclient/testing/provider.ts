// A provider over a history, which may be told to lie, stall or end early.

import { bytesEqual } from '../../chain/encoding/bytes.ts';
import type { LightClientAttackEvidence } from '../../chain/types/evidence.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import type { ValidatorList } from '../../chain/types/validator-list.ts';
import { LightError } from '../errors.ts';
import type { Provider, StateAnswer, TxAnswer, TxResult } from '../provider.ts';

export class HistoryProvider implements Provider {
  readonly name: string;
  readonly evidence: LightClientAttackEvidence[] = [];
  readonly asked: (bigint | undefined)[] = [];
  blocks: readonly LightBlock[];
  /** Replaces the answer for a height. */
  lie: ((height: bigint, honest: LightBlock) => LightBlock | Promise<LightBlock>) | undefined;
  refusesEvidence = false;

  constructor(name: string, blocks: readonly LightBlock[]) {
    this.name = name;
    this.blocks = blocks;
  }

  async lightBlock(height?: bigint, known?: ValidatorList): Promise<LightBlock> {
    this.asked.push(height);
    const at = height ?? BigInt(this.blocks.length);
    if (at > BigInt(this.blocks.length)) throw new LightError('too-high', `${this.name}: height ${at}`, BigInt(this.blocks.length));
    const b = this.blocks[Number(at) - 1];
    if (b === undefined) throw new LightError('not-found', `${this.name}: height ${at}`);
    if (this.lie !== undefined) return this.lie(at, b);
    return known !== undefined && bytesEqual(known.hash(), b.signedHeader.header.validatorsHash) ? { ...b, validatorSet: known } : b;
  }

  async state(): Promise<StateAnswer> {
    throw new LightError('not-found', 'no state');
  }
  async tx(): Promise<TxAnswer> {
    throw new LightError('not-found', 'no transactions');
  }
  async results(): Promise<readonly TxResult[]> {
    throw new LightError('not-found', 'no results');
  }
  async reportEvidence(e: LightClientAttackEvidence): Promise<void> {
    if (this.refusesEvidence) throw new LightError('transport', 'not now');
    this.evidence.push(e);
  }
}
