// What is told of each new block of a running node.
import { toHexUpper } from '../../encoding/bytes.ts';
import type { Node } from '../../node/node.ts';

export interface BlockReport {
  readonly height: string;
  readonly round: number;
  /** Address, upper-case hex. */
  readonly proposer: string;
  readonly txs: number;
  /** After this block, upper-case hex. */
  readonly appHash: string;
  /** Validators whose signatures under the block before are in this one, and validators; none in the first block. */
  readonly signed: number;
  readonly validators: number;
}

export function reportBlocks(node: Pick<Node, 'engine'>, onBlock: (report: BlockReport) => void): void {
  node.engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
    if (data.type !== 'NewBlock') return;
    const { block, result } = data;
    const { height, proposerAddress } = block.header;
    const before = block.lastCommit?.signatures ?? [];
    onBlock({
      height: String(height),
      round: node.engine.blockStore.loadSeenCommit(height)?.round ?? 0,
      proposer: toHexUpper(proposerAddress),
      txs: block.data.txs.length,
      appHash: toHexUpper(result.appHash),
      signed: before.filter((s) => s.blockIdFlag === 2).length,
      validators: before.length,
    });
  });
}
