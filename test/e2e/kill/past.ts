// Past heights answered with proof: the supply of a token, verified with the independent npm package @confio/ics23 against the app hash that the
// next height's header carried when it was first seen.
import { iavlSpec, ics23, tendermintSpec, verifyExistence } from '@confio/ics23';
import { fromHex, toHex, utf8 } from '../../../chain/encoding/bytes.ts';
import { get } from './witness.ts';

interface Answer {
  readonly code: number;
  readonly log: string;
  readonly value: string | null;
  readonly proofOps: { readonly ops: readonly { readonly data: string }[] } | null;
}

/** Throws where the height is not answered, or the proof does not lead to `appHash` (hex). */
export async function requirePastSupply(rpc: string, denom: string, height: number, appHash: string): Promise<void> {
  const key = Uint8Array.from([0, ...utf8(denom)]);
  const { response: r } = await get<{ response: Answer }>(rpc, `abci_query?path="/store/bank/key"&data=0x${toHex(key)}&height=${height}&prove=true`);
  const [iavl, simple] = (r.proofOps?.ops ?? []).map((op) => ics23.CommitmentProof.decode(Buffer.from(op.data, 'base64')).exist);
  if (r.code !== 0 || r.value === null || !iavl || !simple) throw new Error(`supply at height ${height}: code ${r.code} ${r.log}`);
  verifyExistence(simple, tendermintSpec, fromHex(appHash), utf8('bank'), simple.value as Uint8Array);
  verifyExistence(iavl, iavlSpec, simple.value as Uint8Array, key, Buffer.from(r.value, 'base64'));
}
