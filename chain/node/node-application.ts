// What a node runs: an application, and the door through which RPC asks it beside ABCI. Made by chain/cmd, which knows the modules.
import type { Application } from '../abci/application.ts';
import type { AppDoor } from '../rpc/backend.ts';

export interface NodeApplication {
  readonly application: Application;
  readonly door: Pick<AppDoor, 'services' | 'grpc' | 'requireDecodable' | 'simulate' | 'registry'>;
  close(): Promise<void>;
}
