// How far results may be off: a few steps of the dtype, more for functions that engines approximate, and with
// the square root of the length for sums. Manifests multiply these, they never replace them.

import { type DType, dtypeKind } from "../dtype.js";
import { type OpName, opTable } from "../ops/index.js";

/**
 * What an op does to errors.
 *
 * - `exact`: moves, compares or counts; elements are equal to the bit, but for NaN's and zero's sign
 * - `rounded`: each result is rounded once or twice
 * - `transcendental`: approximated by series or tables
 * - `sum`: adds up numbers, in any order
 * - `product`: sums of products
 * - `iterative`: factorisations and other long calculations
 */
export type Arithmetic = "exact" | "rounded" | "transcendental" | "sum" | "product" | "iterative";

/** The distance from 1 to the next number. */
const step: Partial<Record<DType, number>> = {
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
  float32: 2 ** -23,
  float64: 2 ** -52,
  complex64: 2 ** -23,
};

const rounded = new Set<string>(
  `add subtract multiply divide floorDivide remainder divmod square sqrt rsqrt reciprocal linspace degrees
  radians arange power abs sign round fftFftfreq fftRfftfreq quantize dequantize toFp8 fromFp8 nanToNum
  randomUniform clip`.split(/\s+/),
);
const transcendental = new Set<string>(
  `exp expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh
  sigmoid erf erfinv logaddexp power bartlett hanning hamming blackman randomNormal randomTruncatedNormal
  randomGumbel randomLaplace softmax logsumexp logcumsumexp fastRope`.split(/\s+/),
);
const sums = new Set<string>(
  `sum prod mean variance std cumsum cumprod trace vecdot linalgNorm scatterAdd scatterProd
  scatterAddAxis sliceUpdateAdd sliceUpdateProd median average cov corrcoef fastRmsNorm fastLayerNorm
  fastCrossEntropy hadamardTransform kron linalgCross outer softmax`.split(/\s+/),
);
const products = new Set<string>(
  `matmul addmm inner tensordot einsum gatherMm blockMaskedMm segmentedMm quantizedMatmul gatherQmm qqmm gatherQqmm
  fastScaledDotProductAttention fastGatedDeltaUpdate randomMultivariateNormal`.split(/\s+/),
);

/** What an op does to errors. */
export function arithmeticOf(op: OpName): Arithmetic {
  const { family } = opTable[op];
  if (products.has(op) || family === "conv" || family === "fft") return "product";
  if (family === "linalg" && !sums.has(op)) return "iterative";
  if (transcendental.has(op)) return "transcendental";
  if (sums.has(op)) return "sum";
  return rounded.has(op) ? "rounded" : "exact";
}

/** Whether MLX computes an op's doubles in single precision, at least in part. */
export const inSingle = (op: OpName): boolean =>
  transcendental.has(op) || opTable[op].family === "fast" || opTable[op].family === "random";

/** Steps of the dtype that a result may be off, relative to itself and to the largest number around. */
const allowed: Readonly<
  Record<Arithmetic, (terms: number) => readonly [relative: number, ofScale: number]>
> = {
  exact: () => [0, 0],
  rounded: () => [2, 0],
  transcendental: () => [16, 2],
  sum: (terms) => [4, 2 + 2 * Math.sqrt(terms)],
  product: (terms) => [4, 4 + 4 * Math.sqrt(terms)],
  iterative: (terms) => [64, 64 + 16 * Math.sqrt(terms)],
};

/**
 * How far a result may be from the wanted one.
 *
 * @param dtype - the result's
 * @param arithmetic - what the op does to errors
 * @param terms - how many numbers were added up for each element
 * @param single - whether doubles are as float32; see inSingle
 * @returns shares of the wanted element, and of the largest number around
 */
export function toleranceOf(
  dtype: DType,
  arithmetic: Arithmetic,
  terms: number,
  single = false,
): { relative: number; ofScale: number } {
  const kind = dtypeKind(dtype);
  const unit =
    kind === "float" || kind === "complex"
      ? (step[single && dtype === "float64" ? "float32" : dtype] ?? 0)
      : 0;
  const [relative, ofScale] = allowed[arithmetic](Math.max(1, terms));
  return { relative: relative * unit, ofScale: ofScale * unit };
}
