// Keys of the block store: one letter, then the height and, for parts, the index, big-endian so that keys are in height order.

function withHeight(letter: string, height: bigint, extra = 0): Uint8Array {
  const key = new Uint8Array(9 + extra);
  key[0] = letter.charCodeAt(0);
  new DataView(key.buffer).setBigUint64(1, height);
  return key;
}

export const RANGE_KEY = new Uint8Array(['r'.charCodeAt(0)]);
export const metaKey = (height: bigint): Uint8Array => withHeight('m', height);
export const seenCommitKey = (height: bigint): Uint8Array => withHeight('s', height);
export const extendedCommitKey = (height: bigint): Uint8Array => withHeight('e', height);

export function partKey(height: bigint, index: number): Uint8Array {
  const key = withHeight('p', height, 4);
  new DataView(key.buffer).setUint32(9, index);
  return key;
}

export function hashKey(hash: Uint8Array): Uint8Array {
  const key = new Uint8Array(1 + hash.length);
  key[0] = 'h'.charCodeAt(0);
  key.set(hash, 1);
  return key;
}
