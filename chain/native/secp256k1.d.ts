// What is used of libsecp256k1's binding in the npm package secp256k1 5; its index, which may load a slow twin, is never imported.
declare module 'secp256k1/bindings.js' {
  interface Secp256k1 {
    publicKeyCreate(secretKey: Uint8Array, compressed?: boolean): Uint8Array;
    ecdsaSign(hash: Uint8Array, secretKey: Uint8Array): { readonly signature: Uint8Array; readonly recid: number };
    /** Throws on a signature or key that cannot be parsed; false for a high s. */
    ecdsaVerify(signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array): boolean;
  }
  const secp256k1: Secp256k1;
  export default secp256k1;
}
