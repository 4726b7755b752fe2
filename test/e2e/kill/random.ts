/** xorshift32: a run is repeatable from its seed, as far as the machine's timing allows. Numbers in [0, 1). */
export function random(seed: number): () => number {
  let x = seed | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4_294_967_296;
  };
}
