// The state of two applications side by side: raw pairs of a store, store roots from proofs, and a genesis made of what the other one holds.
import type { Application } from '../../../chain/abci/application.ts';
import { KvPairs } from '../../../chain/baseapp/kv-pairs.ts';
import type { AddressCodec } from '../../../chain/core/address.ts';
import { commitmentProofCodec } from '../../../chain/crypto/ics23/codec.ts';
import { bytesEqual, fromUtf8, toHex } from '../../../chain/encoding/bytes.ts';
import { Any } from '../../../proto/gen/google/protobuf.ts';
import { type JsonValue, toJson } from '../../../proto/json.ts';
import { findMessage, type MessageType } from '../../../proto/registry.ts';

/** Stores that both applications have, and the prefixes under which they keep anything. */
export const STORES = { acc: [0, 1, 2, 90, 97, 103], bank: [0, 1, 2, 3, 4, 5], consensus: [67] } as const;
export type StoreName = keyof typeof STORES;

export async function pairs(app: Application, store: StoreName, prefix: number): Promise<{ key: Uint8Array; value: Uint8Array }[]> {
  const r = await app.query({ path: `/store/${store}/subspace`, data: Uint8Array.of(prefix), height: 0n, prove: false });
  if (r.code !== 0) throw new Error(`subspace ${store} ${prefix}: ${r.codespace} ${r.code} ${r.log}`);
  return KvPairs.decode(r.value).pairs.slice();
}

/** The root of a store, from the second step of a proof of any key. */
export async function storeRoot(app: Application, store: string, height: bigint): Promise<Uint8Array> {
  const r = await app.query({ path: `/store/${store}/key`, data: Uint8Array.of(0), height, prove: true });
  const simple = r.proofOps?.ops[1];
  if (r.code !== 0 || simple === undefined) throw new Error(`proof of ${store} at ${height}: ${r.codespace} ${r.code} ${r.log}`);
  const { proof } = commitmentProofCodec.decode(simple.data);
  if (proof?.case !== 'exist') throw new Error(`the proof of store ${store} is not one of existence`);
  return proof.value.value;
}

/** Which keys of a store differ, as text. */
export async function storeDifferences(ours: Application, peer: Application, store: StoreName): Promise<string[]> {
  const out: string[] = [];
  for (const prefix of STORES[store]) {
    const [a, b] = [new Map<string, string>(), new Map<string, string>()];
    for (const p of await pairs(ours, store, prefix)) a.set(toHex(p.key), toHex(p.value));
    for (const p of await pairs(peer, store, prefix)) b.set(toHex(p.key), toHex(p.value));
    for (const key of new Set([...a.keys(), ...b.keys()])) if (a.get(key) !== b.get(key)) out.push(`${store} ${key}: ours ${a.get(key)}, simd ${b.get(key)}`);
  }
  return out;
}

export async function sameRoot(ours: Application, peer: Application, store: StoreName, height: bigint): Promise<string | undefined> {
  const [a, b] = [await storeRoot(ours, store, height), await storeRoot(peer, store, height)];
  return bytesEqual(a, b)
    ? undefined
    : `height ${height}: root of ${store}: ours ${toHex(a)}, simd ${toHex(b)}; ${(await storeDifferences(ours, peer, store)).slice(0, 5).join('; ')}`;
}

/** app_state of auth and bank that gives our application the accounts and balances which simd has after its own genesis. */
export async function genesisOf(
  peer: Application,
  state: { readonly auth: object; readonly bank: object },
  addresses: AddressCodec,
): Promise<Record<string, unknown>> {
  const accounts = (await pairs(peer, 'acc', 1)).map(({ value }) => {
    const any = Any.decode(value);
    const type = findMessage(any.typeUrl.slice(1)) as MessageType;
    return { '@type': any.typeUrl, ...(toJson(type, type.codec.decode(any.value)) as Record<string, JsonValue>) };
  });
  const balances = new Map<string, { address: string; coins: { denom: string; amount: string }[] }>();
  for (const { key, value } of await pairs(peer, 'bank', 2)) {
    const length = key[1] as number;
    const address = key.subarray(2, 2 + length);
    const entry = balances.get(toHex(address)) ?? { address: addresses.toString(address), coins: [] };
    entry.coins.push({ denom: fromUtf8(key.subarray(2 + length)), amount: fromUtf8(value) });
    balances.set(toHex(address), entry);
  }
  const supply = (await pairs(peer, 'bank', 0)).map(({ key, value }) => ({ denom: fromUtf8(key.subarray(1)), amount: fromUtf8(value) }));
  return {
    auth: { ...state.auth, accounts },
    bank: { ...state.bank, balances: [...balances.values()], supply },
  };
}

/** Every key of a store, prefix by prefix. */
export async function everything(app: Application, store: string): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for (let prefix = 0; prefix < 256; prefix++) {
    const r = await app.query({ path: `/store/${store}/subspace`, data: Uint8Array.of(prefix), height: 0n, prove: false });
    if (r.code !== 0) throw new Error(`subspace ${store} ${prefix}: ${r.codespace} ${r.code} ${r.log}`);
    for (const { key, value } of KvPairs.decode(r.value).pairs) out.set(toHex(key), toHex(value));
  }
  return out;
}

/** As sameRoot for any store; where the pairs are equal too, their order of writing differs. */
export async function rootDifference(ours: Application, peer: Application, store: string, height: bigint): Promise<string | undefined> {
  const [a, b] = [await storeRoot(ours, store, height), await storeRoot(peer, store, height)];
  if (bytesEqual(a, b)) return undefined;
  const [x, y] = [await everything(ours, store), await everything(peer, store)];
  const keys = [...new Set([...x.keys(), ...y.keys()])].filter((k) => x.get(k) !== y.get(k)).sort();
  const pairs = keys.slice(0, 4).map((k) => `${k}: ours ${x.get(k)}, simd ${y.get(k)}`);
  return `height ${height}: root of ${store}: ours ${toHex(a)}, simd ${toHex(b)}; ${keys.length} keys differ: ${pairs.join('; ')}`;
}
