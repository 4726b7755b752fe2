// What a module is to the application: a name, stores, services, genesis, block hooks. The application orders modules in lists (chain/app).
// Source: cosmossdk.io/core/appmodule, sdk:types/module.
import type { JsonValue } from '../../proto/json.ts';
import type { Codec } from '../encoding/codec.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { Context } from './context.ts';

/** Throws an SdkError for bad input. The returned message is the response. */
export type MsgHandler<Req, Res> = (ctx: Context, msg: Req) => Res;
/** Throws a QueryError (or an SdkError) for bad input. Nothing it writes is kept. */
export type QueryHandler<Req, Res> = (ctx: Context, req: Req) => Res;

export interface ServiceRegistrar {
  /**
   * A message's handler, by the message's type URL. `validateBasic` is for the few messages that the reference gives such a method: it runs
   * before the ante and before the handler, looks at no state and throws to refuse.
   */
  msg<Req, Res>(request: Codec<Req>, response: Codec<Res>, handler: MsgHandler<Req, Res>, validateBasic?: (msg: Req) => void): void;
  /** A query by its full gRPC method name, e.g. "/cosmos.bank.v1beta1.Query/Balance". */
  query<Req, Res>(method: string, request: Codec<Req>, response: Codec<Res>, handler: QueryHandler<Req, Res>): void;
}

export interface ValidatorUpdate {
  readonly pubKey: PublicKey;
  /** 0 removes the validator. */
  readonly power: bigint;
}

/** JSON as JSON.parse gives it. */
export type Json = JsonValue;

export interface AppModule {
  /** The module's name in genesis and in the order lists. */
  readonly name: string;
  /** Version of its state and behaviour, by which x/upgrade migrates; the reference's number. Default 1. */
  readonly consensusVersion?: bigint;
  /** What brings its state from a version to the next, by the version it comes from. */
  readonly migrations?: ReadonlyMap<bigint, (ctx: Context) => void>;
  /** Names of the stores it owns. */
  readonly storeNames: readonly string[];
  registerServices?(registrar: ServiceRegistrar): void;
  /** The part of app_state a new chain starts with. */
  defaultGenesis?(): Json;
  /** Throws an error with the reason; looks at no state. */
  validateGenesis?(genesis: Json): void;
  /** The validators it starts with, or nothing. Throws on a genesis that cannot be right: the chain does not start. */
  initGenesis?(ctx: Context, genesis: Json): readonly ValidatorUpdate[] | undefined;
  /** undefined where the genesis never named the module. */
  exportGenesis?(ctx: Context): Json | undefined;
  /** Before the block's first transaction, before beginBlock: true where it changed the consensus parameters. */
  preBlock?(ctx: Context): boolean;
  beginBlock?(ctx: Context): void;
  /** Changes of the validator set, or nothing. */
  endBlock?(ctx: Context): readonly ValidatorUpdate[] | undefined;
}
