// The layers of encoders and decoders of transformers. Stacks of them are in ./transformer.ts,
// attention is in ./attention.ts.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg } from "../arguments.js";
import { Module } from "../module.js";
import { relu } from "./activations.js";
import { type AttentionMask, MultiHeadAttention } from "./attention.js";
import { type ArrayFunction, applied, arrayFunctionArg, type Layer } from "./containers.js";
import { Dropout } from "./dropout.js";
import { Linear } from "./linear.js";
import { LayerNorm } from "./normalization.js";

/** Options of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}. */
export interface TransformerLayerOptions {
  /** Features between the two linear layers. Default: `null`, `4 * dims`. */
  mlpDims?: number | null | undefined;
  /** The probability of zeroing an element while training. Default: `0`. */
  dropout?: number | undefined;
  /** What is between the two linear layers: a function or a module. Default: `nn.relu`. */
  activation?: ArrayFunction | undefined;
  /** Whether normalization comes before each part, rather than after it is added. Default: `true`. */
  normFirst?: boolean | undefined;
}

/** The options' order. */
export const layerNames = ["mlpDims", "dropout", "activation", "normFirst"] as const;

/** Options of one layer, with defaults in their places; the layers inside check the numbers. */
export function layerOptions(op: string, dims: number, options: TransformerLayerOptions) {
  return {
    mlpDims: intArg(op, "mlpDims", options.mlpDims ?? 4 * intArg(op, "dims", dims)),
    dropout: options.dropout ?? 0,
    activation: arrayFunctionArg(op, "activation", options.activation ?? relu),
    normFirst: flagArg(op, "normFirst", options.normFirst ?? true),
  };
}

/** A part of a layer, added to its input; normalized before or after. */
function residual(
  { normFirst }: { readonly normFirst: boolean },
  x: MLXArray,
  norm: Layer,
  part: (x: MLXArray) => MLXArray,
): MLXArray {
  return normFirst ? mx.add(x, part(norm.forward(x))) : norm.forward(mx.add(x, part(x)));
}

/**
 * A layer of an encoder: attention of a sequence to itself, then two linear layers, each part added to
 * what it was given: $x + \mathrm{part}(\mathrm{norm}(x))$ with the norm first, else
 * $\mathrm{norm}(x + \mathrm{part}(x))$.
 *
 * @example
 * ```ts
 * const layer = new nn.TransformerEncoderLayer(16, 4, { activation: nn.gelu });
 * layer.forward(mx.ones([2, 5, 16])).shape; // [2, 5, 16]
 * ```
 * @see Python: `mlx.nn.TransformerEncoderLayer`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class TransformerEncoderLayer extends Module {
  attention: MultiHeadAttention;
  ln1: Layer;
  ln2: Layer;
  linear1: Layer;
  linear2: Layer;
  dropout1: Layer;
  dropout2: Layer;
  /** What is between the two linear layers. */
  activation: ArrayFunction;
  /** Whether normalization comes before each part. */
  readonly normFirst: boolean;

  /**
   * @param dims - features of input and output
   * @param numHeads - heads of the attention
   * @param mlpDims - features between the two linear layers; default `null`, `4 * dims`
   * @param dropout - the probability of zeroing an element while training; default `0`
   * @param activation - what is between the two linear layers; default `nn.relu`
   * @param normFirst - whether normalization comes before each part; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    dims: number,
    numHeads: number,
    mlpDims?: number | null | TransformerLayerOptions,
    dropout?: number | TransformerLayerOptions,
    activation?: ArrayFunction | TransformerLayerOptions,
    normFirst?: boolean | TransformerLayerOptions,
  ) {
    super();
    const op = "TransformerEncoderLayer";
    const given = [mlpDims, dropout, activation, normFirst];
    const named = mx.keywords<TransformerLayerOptions>(op, layerNames, given);
    const options = layerOptions(op, dims, named);
    this.attention = new MultiHeadAttention(dims, numHeads);
    this.ln1 = new LayerNorm(dims);
    this.ln2 = new LayerNorm(dims);
    this.linear1 = new Linear(dims, options.mlpDims);
    this.linear2 = new Linear(options.mlpDims, dims);
    this.dropout1 = new Dropout(options.dropout);
    this.dropout2 = new Dropout(options.dropout);
    this.activation = options.activation;
    this.normFirst = options.normFirst;
  }

  /**
   * @param x - `[n, length, dims]`
   * @param mask - what a place may not see; default `null`, nothing
   * @returns `[n, length, dims]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray, mask: AttentionMask = null): MLXArray {
    const attended = residual(this, x, this.ln1, (y) =>
      this.dropout1.forward(this.attention.forward(y, y, y, mask)),
    );
    return residual(this, attended, this.ln2, (y) => {
      const inner = applied(this.activation, this.linear1.forward(y));
      return this.linear2.forward(this.dropout2.forward(inner));
    });
  }
}

/**
 * A layer of a decoder: attention of a sequence to itself, attention to what an encoder gave, then two
 * linear layers, each part added to what it was given: $x + \mathrm{part}(\mathrm{norm}(x))$ with the norm
 * first, else $\mathrm{norm}(x + \mathrm{part}(x))$.
 *
 * @example
 * ```ts
 * const layer = new nn.TransformerDecoderLayer(16, 4, { normFirst: false });
 * layer.forward(mx.ones([2, 3, 16]), mx.ones([2, 5, 16]), "causal").shape; // [2, 3, 16]
 * ```
 * @see Python: `mlx.nn.TransformerDecoderLayer`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class TransformerDecoderLayer extends Module {
  selfAttention: MultiHeadAttention;
  crossAttention: MultiHeadAttention;
  ln1: Layer;
  ln2: Layer;
  ln3: Layer;
  linear1: Layer;
  linear2: Layer;
  dropout1: Layer;
  dropout2: Layer;
  dropout3: Layer;
  /** What is between the two linear layers. */
  activation: ArrayFunction;
  /** Whether normalization comes before each part. */
  readonly normFirst: boolean;

  /**
   * @param dims - features of input, memory and output
   * @param numHeads - heads of each attention
   * @param mlpDims - features between the two linear layers; default `null`, `4 * dims`
   * @param dropout - the probability of zeroing an element while training; default `0`
   * @param activation - what is between the two linear layers; default `nn.relu`
   * @param normFirst - whether normalization comes before each part; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    dims: number,
    numHeads: number,
    mlpDims?: number | null | TransformerLayerOptions,
    dropout?: number | TransformerLayerOptions,
    activation?: ArrayFunction | TransformerLayerOptions,
    normFirst?: boolean | TransformerLayerOptions,
  ) {
    super();
    const op = "TransformerDecoderLayer";
    const given = [mlpDims, dropout, activation, normFirst];
    const named = mx.keywords<TransformerLayerOptions>(op, layerNames, given);
    const options = layerOptions(op, dims, named);
    this.selfAttention = new MultiHeadAttention(dims, numHeads);
    this.crossAttention = new MultiHeadAttention(dims, numHeads);
    this.ln1 = new LayerNorm(dims);
    this.ln2 = new LayerNorm(dims);
    this.ln3 = new LayerNorm(dims);
    this.linear1 = new Linear(dims, options.mlpDims);
    this.linear2 = new Linear(options.mlpDims, dims);
    this.dropout1 = new Dropout(options.dropout);
    this.dropout2 = new Dropout(options.dropout);
    this.dropout3 = new Dropout(options.dropout);
    this.activation = options.activation;
    this.normFirst = options.normFirst;
  }

  /**
   * @param x - `[n, length, dims]`
   * @param memory - what the encoder gave, `[n, memory length, dims]`
   * @param xMask - what a place may not see of `x`; default `null`, nothing
   * @param memoryMask - what a place may not see of `memory`; default `null`, nothing
   * @returns `[n, length, dims]`
   * @throws RangeError for other shapes
   */
  forward(
    x: MLXArray,
    memory: MLXArray,
    xMask: AttentionMask = null,
    memoryMask: AttentionMask = null,
  ): MLXArray {
    const attended = residual(this, x, this.ln1, (y) =>
      this.dropout1.forward(this.selfAttention.forward(y, y, y, xMask)),
    );
    const informed = residual(this, attended, this.ln2, (y) =>
      this.dropout2.forward(this.crossAttention.forward(y, memory, memory, memoryMask)),
    );
    return residual(this, informed, this.ln3, (y) => {
      const inner = applied(this.activation, this.linear1.forward(y));
      return this.linear2.forward(this.dropout3.forward(inner));
    });
  }
}
