// An application of a simulated network: what the simulation asks of it beside ABCI.
import type { Application } from '../../chain/abci/application.ts';
import type { DurableDb } from '../../chain/blockstore/durable-db.ts';
import type { Random } from './random.ts';

/** One run of an application at one node. */
export interface SimApplication {
  readonly application: Application;
  /** Sum of all coins in the committed state; undefined where it does not say. */
  supply(): bigint | undefined;
  /** Sentences about what is wrong in the committed state; undefined where it does not say. */
  broken?(): readonly string[] | undefined;
  /** Something to do, as this state sees it. */
  transaction(random: Random): Promise<Uint8Array | undefined>;
}

/** The applications of a network. */
export interface SimApplications {
  /** JSON text of the genesis. */
  readonly appState: string;
  readonly supply: bigint;
  /** `db` is the node's simulated disk, `home` what else it keeps from one run to the next. */
  open(db: DurableDb, home: AppHome): Promise<SimApplication>;
}

/** Of one node; emptied where the application loses its data. */
export interface AppHome {
  store?: unknown;
}
