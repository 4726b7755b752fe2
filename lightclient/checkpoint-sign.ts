// Makes and signs checkpoints: for foundations, manufacturers and owners of nodes.
import { toHex } from '../chain/encoding/bytes.ts';
import { type Checkpoint, checkpointBody, checkpointSignBytes } from './checkpoint.ts';

/** The checkpoint with one more signature; `sign` gives the 64 bytes of Ed25519. */
export async function signCheckpoint(c: Checkpoint, keyId: string, sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>): Promise<Checkpoint> {
  const signature = await sign(checkpointSignBytes(c));
  return { ...c, signatures: [...c.signatures.filter((s) => s.keyId !== keyId), { keyId, signature }] };
}

/** The file. */
export function checkpointJson(c: Checkpoint): string {
  const sigs = c.signatures.map(({ keyId, signature }) => ({ alg: 'ed25519', key_id: keyId, sig: toHex(signature) }));
  return `${JSON.stringify({ ...JSON.parse(checkpointBody(c)), sigs })}\n`;
}
