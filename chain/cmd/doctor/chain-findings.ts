// What the databases of a stopped node say: whether they are of this genesis, without gaps, and at heights that fit each other; and whether
// the sign state knows all that its key has signed on the chain.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BlockStore } from '../../blockstore/block-store.ts';
import { ChainDb, section } from '../../blockstore/durable-db.ts';
import { bytesEqual } from '../../encoding/bytes.ts';
import { StateStore } from '../../execution/state-store.ts';
import type { NodeConfig } from '../../node/config/config.ts';
import { pinGenesis, readGenesisFile } from '../../node/genesis-file.ts';
import { readKeyFile } from '../../privval/key-file.ts';
import { publicKeyOf } from '../../privval/private-key.ts';
import { readStateFile } from '../../privval/sign-state.ts';
import { CorruptionError } from '../../store/errors.ts';
import { storedHeight } from '../../store/rollback.ts';
import { BLOCK_ID_FLAG_COMMIT } from '../../types/commit.ts';
import { addressOfKey } from '../../types/validator-address.ts';
import { applicationFolder } from '../application.ts';
import type { Finding } from './finding.ts';

/** Blocks from the head down in which signatures of our key are looked for, and gaps. */
const BLOCKS_BACK = 10_000n;

const error = (code: string, reason: string, fix: string): Finding => ({ code, level: 'error', reason, fix });

function* gapFindings(blocks: BlockStore): Generator<Finding> {
  const from = blocks.height - BLOCKS_BACK > blocks.base ? blocks.height - BLOCKS_BACK : blocks.base;
  for (let h = from; h > 0n && h <= blocks.height; h++) {
    if (blocks.loadBlockMeta(h) !== undefined) continue;
    yield error('block-gap', `block ${h} is missing between ${blocks.base} and ${blocks.height}`, 'trellisd comet unsafe-reset-all, then sync anew');
    return;
  }
}

function* heightFindings(blocks: bigint, state: bigint, application: bigint | undefined): Generator<Finding> {
  if (blocks !== state && blocks !== state + 1n) {
    yield error('height-mismatch', `the blocks end at ${blocks}, the state at ${state}`, 'restore both from one backup, or sync anew');
  }
  if (application !== undefined && application > blocks) {
    yield error('application-ahead', `the application is at height ${application}, the blocks end at ${blocks}`, 'restore both from one backup, or sync anew');
  }
}

/** The last height, from the head down, whose commit holds a signature of the address for its block. */
function lastSigned(blocks: BlockStore, address: Uint8Array): bigint | undefined {
  for (let h = blocks.height; h > 0n && h >= blocks.base && blocks.height - h < BLOCKS_BACK; h--) {
    const commit = blocks.loadSeenCommit(h) ?? blocks.loadCommit(h);
    if (commit?.signatures.some((s) => s.blockIdFlag === BLOCK_ID_FLAG_COMMIT && bytesEqual(s.validatorAddress, address)) === true) return h;
  }
  return undefined;
}

function* signStateFindings({ files }: NodeConfig, blocks: BlockStore): Generator<Finding> {
  if (!existsSync(files.privValidatorKey) || !existsSync(files.privValidatorState)) return;
  let key: ReturnType<typeof publicKeyOf>;
  let height: bigint;
  try {
    key = publicKeyOf(readKeyFile(files.privValidatorKey));
    height = readStateFile(files.privValidatorState, key).height;
  } catch {
    // What cannot be read is a finding already.
    return;
  }
  const onChain = lastSigned(blocks, addressOfKey(key));
  if (onChain !== undefined && onChain > height) {
    yield error(
      'sign-state-old',
      `the sign state ends at height ${height}, but this key has signed height ${onChain} on the chain: starting could sign a height twice`,
      'find the state that belongs to the last signature; if it is lost, set consensus.double_sign_check_height and start only when the key signs nowhere else',
    );
  }
}

export async function chainFindings(config: NodeConfig): Promise<Finding[]> {
  const { files } = config;
  const folder = join(files.data, 'chain.db');
  if (!existsSync(folder)) return [];
  let db: ChainDb;
  try {
    db = await ChainDb.open(folder);
  } catch (e) {
    if (e instanceof CorruptionError) return [error('database', e.message, 'restore the folder from a backup, or sync anew')];
    const reason = `${folder} cannot be opened, most likely because the node runs: what is in it was not checked`;
    return [{ code: 'database-in-use', level: 'warning', reason, fix: 'stop the node and ask again' }];
  }
  try {
    const out: Finding[] = [];
    if (existsSync(files.genesis)) {
      try {
        await pinGenesis(section(db, 'n'), files.genesis, readGenesisFile(files.genesis).hash);
      } catch (e) {
        out.push(error('genesis-changed', (e as Error).message, 'put the genesis file back that the chain began with'));
      }
    }
    const blocks = BlockStore.open(section(db, 'b'));
    const state = new StateStore(section(db, 's')).load();
    const application = existsSync(applicationFolder(config)) ? await storedHeight(applicationFolder(config)) : undefined;
    out.push(...gapFindings(blocks));
    if (state !== undefined) out.push(...heightFindings(blocks.height, state.lastBlockHeight, application));
    out.push(...signStateFindings(config, blocks));
    return out;
  } catch (e) {
    return [error('database', (e as Error).message, 'restore the folder from a backup, or sync anew')];
  } finally {
    await db.close();
  }
}
