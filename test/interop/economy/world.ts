// What random traffic is made from: accounts with their sequences, what our application holds, and the block that comes next.
import type { TrellisApp } from '../../../chain/app/app.ts';
import type { Context } from '../../../chain/core/context.ts';
import type { Codec } from '../../../chain/encoding/codec.ts';
import { WireError } from '../../../chain/encoding/proto-wire.ts';
import { AminoJsonError, anyAminoJson } from '../../../proto/amino-json.ts';
import type { Random } from '../../../testnet/simulator/random.ts';
import { type Any, type Chain, type FundedAccount, signedTx, type TxOptions } from '../traffic/signer.ts';

export interface Planned {
  readonly name: string;
  readonly from: FundedAccount;
  readonly messages: readonly Any[];
  readonly options?: TxOptions;
}

/** A module's part of the traffic; undefined where the state has nothing for it now. */
export type Maker = (w: World) => Planned | undefined;

/** Held by every account beside the staking denomination. */
export const SECOND_DENOM = 'photon';

export function any<T>(codec: Codec<T>, value: T): Any {
  return { typeUrl: `/${codec.name}`, value: codec.encode(value) };
}

/** As a Ledger signs them; undefined where amino JSON cannot say them. */
function aminoOf(messages: readonly Any[]): TxOptions['amino'] | undefined {
  try {
    return messages.map((m) => JSON.parse(anyAminoJson(m)));
  } catch (e) {
    if (e instanceof AminoJsonError || e instanceof WireError) return undefined;
    throw e;
  }
}

export class World {
  readonly app: TrellisApp;
  readonly chain: Chain;
  readonly random: Random;
  readonly accounts: readonly FundedAccount[];
  height = 0n;
  time = 0n;
  readonly #sequences = new Map<string, bigint>();

  constructor(app: TrellisApp, chain: Chain, random: Random, accounts: readonly FundedAccount[]) {
    this.app = app;
    this.chain = chain;
    this.random = random;
    this.accounts = accounts;
  }

  /** The last committed state. */
  state(): Context {
    return this.app.queryContext(0n);
  }

  account(): FundedAccount {
    return this.random.pick(this.accounts);
  }

  accountOf(address: string): FundedAccount | undefined {
    return this.accounts.find((a) => a.address === address);
  }

  /** A coin of the staking denomination. */
  coin(amount: bigint, denom = this.chain.denom): { readonly denom: string; readonly amount: string } {
    return { denom, amount: amount.toString() };
  }

  /** From a handful to a lot, and now and then nothing, a negative one or more than anybody has. */
  amount(most = 50_000_000): bigint {
    const r = this.random;
    if (r.chance(0.02)) return 0n;
    if (r.chance(0.02)) return -5n;
    if (r.chance(0.02)) return 10n ** 30n;
    if (r.chance(0.1)) return BigInt(r.between(1, 10));
    return BigInt(r.between(1, most));
  }

  sign(p: Planned): Uint8Array {
    const sequence = this.#sequences.get(p.from.address) ?? 0n;
    const amino = this.random.chance(0.2) ? aminoOf(p.messages) : undefined;
    return signedTx(this.chain, p.from, p.messages, { sequence, gas: 1_000_000n, ...(amino === undefined ? {} : { amino }), ...p.options });
  }

  /** Called with each result: the ante's events say whether the sequence was used. */
  settled(p: Planned, passedAnte: boolean): void {
    if (passedAnte) this.#sequences.set(p.from.address, (this.#sequences.get(p.from.address) ?? 0n) + 1n);
  }
}
