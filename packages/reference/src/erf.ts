// The error function, which JavaScript's Math lacks.

/**
 * $\frac{2}{\sqrt\pi} \int_0^x e^{-t^2} dt$, from a series whose terms have one sign, so that nothing cancels:
 * $\frac{2}{\sqrt\pi} e^{-x^2} \sum_n \frac{2^n x^{2n+1}}{1 \cdot 3 \cdots (2n+1)}$.
 */
export function erf(x: number): number {
  // Beyond it the result is 1 to all digits of a float64.
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
