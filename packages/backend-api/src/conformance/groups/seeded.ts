// Numbers that are the same in every run: a small generator, since Math.random cannot be seeded.

/** Draws numbers in [0, 1), the same for the same seed. */
export function generator(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    // xorshift32.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** So many numbers between -2 and 2, of three digits. */
export function numbers(seed: number, count: number): number[] {
  const draw = generator(seed + 1);
  for (let i = 0; i < 8; i++) draw();
  return Array.from({ length: count }, () => Math.round(draw() * 4000 - 2000) / 1000);
}
