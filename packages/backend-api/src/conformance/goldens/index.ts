// The golden files, as what they are: Python MLX's results for programs of raw ops.

import binary from "./binary.json" with { type: "json" };
import conv from "./conv.json" with { type: "json" };
import creation from "./creation.json" with { type: "json" };
import derivativeFile from "./derivatives.json" with { type: "json" };
import fast from "./fast.json" with { type: "json" };
import fft from "./fft.json" with { type: "json" };
import { type Derivatives, type GoldenFile, unpack, unpackDerivatives } from "./format.js";
import indexing from "./indexing.json" with { type: "json" };
import linalg from "./linalg.json" with { type: "json" };
import linear from "./linear.json" with { type: "json" };
import pitfalls from "./pitfalls.json" with { type: "json" };
import quantization from "./quantization.json" with { type: "json" };
import random from "./random.json" with { type: "json" };
import reduction from "./reduction.json" with { type: "json" };
import scalars from "./scalars.json" with { type: "json" };
import scan from "./scan.json" with { type: "json" };
import shape from "./shape.json" with { type: "json" };
import sorting from "./sorting.json" with { type: "json" };
import unary from "./unary.json" with { type: "json" };

/** Every file of goldens. */
export const goldenFiles: readonly GoldenFile[] = [
  creation,
  unary,
  binary,
  scalars,
  reduction,
  scan,
  sorting,
  shape,
  indexing,
  linear,
  conv,
  random,
  linalg,
  fft,
  fast,
  quantization,
  pitfalls,
].map(unpack);

/** The version of MLX that the expected values are from. */
export const engineVersion: string = creation.mlx;

/** Derivatives of programs. */
export const derivatives: Derivatives = unpackDerivatives(derivativeFile);
