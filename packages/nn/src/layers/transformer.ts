// Encoders and decoders of transformers, and both together. Their layers are in
// ./transformer-layers.ts.

import { shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg } from "../arguments.js";
import { checkpoint } from "../checkpoint.js";
import { Module } from "../module.js";
import type { AttentionMask } from "./attention.js";
import type { ArrayFunction, Layer } from "./containers.js";
import { LayerNorm } from "./normalization.js";
import {
  layerNames,
  layerOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./transformer-layers.js";

/** Options of {@link TransformerEncoder} and {@link TransformerDecoder}. */
export interface TransformerStackOptions extends TransformerLayerOptions {
  /** Whether gradients compute each layer again instead of keeping its values. Default: `false`. */
  checkpoint?: boolean | undefined;
}

/** An encoder: {@link TransformerEncoder}, or one of your own. */
export interface Encoder extends Module {
  forward(x: MLXArray, mask: AttentionMask): MLXArray;
}

/** A decoder: {@link TransformerDecoder}, or one of your own. */
export interface Decoder extends Module {
  forward(x: MLXArray, memory: MLXArray, xMask: AttentionMask, memoryMask: AttentionMask): MLXArray;
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerStackOptions {
  /** Features of inputs and outputs. Default: `512`. */
  dims?: number | undefined;
  /** Heads of each attention. Default: `8`. */
  numHeads?: number | undefined;
  /** Layers of the encoder. Default: `6`. */
  numEncoderLayers?: number | undefined;
  /** Layers of the decoder. Default: `6`. */
  numDecoderLayers?: number | undefined;
  /** Takes the encoder's place. Default: `null`, none. */
  customEncoder?: Encoder | null | undefined;
  /** Takes the decoder's place. Default: `null`, none. */
  customDecoder?: Decoder | null | undefined;
}

const stackNames = [...layerNames, "checkpoint"] as const;

/**
 * Encoder layers one after the other, and a normalization.
 *
 * @example
 * ```ts
 * const encoder = new nn.TransformerEncoder(2, 16, 4, { mlpDims: 32, checkpoint: true });
 * encoder.forward(mx.ones([2, 5, 16]), "causal").shape; // [2, 5, 16]
 * ```
 * @see Python: `mlx.nn.TransformerEncoder`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class TransformerEncoder extends Module {
  layers: Encoder[];
  ln: Layer;
  /** Whether gradients compute each layer again. */
  readonly checkpoint: boolean;

  /**
   * @param numLayers - how many layers there are
   * @param dims - features of input and output
   * @param numHeads - heads of each attention
   * @param mlpDims - features between the linear layers; default `null`, `4 * dims`
   * @param dropout - the probability of zeroing an element while training; default `0`
   * @param activation - what is between the linear layers; default `nn.relu`
   * @param normFirst - whether normalization comes before each part; default `true`
   * @param checkpoint - whether gradients compute each layer again instead of keeping its values, which
   * takes less memory and more time; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    numLayers: number,
    dims: number,
    numHeads: number,
    mlpDims?: number | null | TransformerStackOptions,
    dropout?: number | TransformerStackOptions,
    activation?: ArrayFunction | TransformerStackOptions,
    normFirst?: boolean | TransformerStackOptions,
    checkpoint?: boolean | TransformerStackOptions,
  ) {
    super();
    const op = "TransformerEncoder";
    const given = [mlpDims, dropout, activation, normFirst, checkpoint];
    const named = mx.keywords<TransformerStackOptions>(op, stackNames, given);
    const options = layerOptions(op, dims, named);
    this.checkpoint = flagArg(op, "checkpoint", named.checkpoint ?? false);
    this.layers = Array.from(
      { length: intArg(op, "numLayers", numLayers, 0) },
      () => new TransformerEncoderLayer(dims, numHeads, options),
    );
    this.ln = new LayerNorm(dims);
  }

  /**
   * @param x - `[n, length, dims]`
   * @param mask - what a place may not see; default `null`, nothing
   * @returns `[n, length, dims]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray, mask: AttentionMask = null): MLXArray {
    const through = (y: MLXArray, layer: Encoder): MLXArray =>
      this.checkpoint ? checkpoint(layer)(y, mask) : layer.forward(y, mask);
    return this.ln.forward(this.layers.reduce(through, x));
  }
}

/**
 * Decoder layers one after the other, and a normalization.
 *
 * @example
 * ```ts
 * const decoder = new nn.TransformerDecoder(2, 16, 4);
 * decoder.forward(mx.ones([2, 3, 16]), mx.ones([2, 5, 16]), "causal").shape; // [2, 3, 16]
 * ```
 * @see Python: `mlx.nn.TransformerDecoder`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class TransformerDecoder extends Module {
  layers: Decoder[];
  ln: Layer;
  /** Whether gradients compute each layer again. */
  readonly checkpoint: boolean;

  /**
   * @param numLayers - how many layers there are
   * @param dims - features of input, memory and output
   * @param numHeads - heads of each attention
   * @param mlpDims - features between the linear layers; default `null`, `4 * dims`
   * @param dropout - the probability of zeroing an element while training; default `0`
   * @param activation - what is between the linear layers; default `nn.relu`
   * @param normFirst - whether normalization comes before each part; default `true`
   * @param checkpoint - whether gradients compute each layer again instead of keeping its values, which
   * takes less memory and more time; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    numLayers: number,
    dims: number,
    numHeads: number,
    mlpDims?: number | null | TransformerStackOptions,
    dropout?: number | TransformerStackOptions,
    activation?: ArrayFunction | TransformerStackOptions,
    normFirst?: boolean | TransformerStackOptions,
    checkpoint?: boolean | TransformerStackOptions,
  ) {
    super();
    const op = "TransformerDecoder";
    const given = [mlpDims, dropout, activation, normFirst, checkpoint];
    const named = mx.keywords<TransformerStackOptions>(op, stackNames, given);
    const options = layerOptions(op, dims, named);
    this.checkpoint = flagArg(op, "checkpoint", named.checkpoint ?? false);
    this.layers = Array.from(
      { length: intArg(op, "numLayers", numLayers, 0) },
      () => new TransformerDecoderLayer(dims, numHeads, options),
    );
    this.ln = new LayerNorm(dims);
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
    const through = (y: MLXArray, layer: Decoder): MLXArray =>
      this.checkpoint
        ? checkpoint(layer)(y, memory, xMask, memoryMask)
        : layer.forward(y, memory, xMask, memoryMask);
    return this.ln.forward(this.layers.reduce(through, x));
  }
}

const transformerNames = [
  "dims",
  "numHeads",
  "numEncoderLayers",
  "numDecoderLayers",
  "mlpDims",
  "dropout",
  "activation",
  "customEncoder",
  "customDecoder",
  "normFirst",
  "checkpoint",
] as const;

/** An optional module that takes a standard one's place. */
function customArg<M extends Module>(op: string, name: string, value: M | null | undefined) {
  if (value === undefined || value === null || Module.isModule(value)) return value ?? null;
  throw typeError(`[${op}] ${name} must be a module or null, got ${shown(value)}`);
}

/**
 * An encoder, which reads a source, and a decoder, which makes a target from it.
 *
 * @example
 * ```ts
 * const model = new nn.Transformer(16, 4, { numEncoderLayers: 1, numDecoderLayers: 1 });
 * model.forward(mx.ones([2, 5, 16]), mx.ones([2, 3, 16]), null, "causal").shape; // [2, 3, 16]
 * ```
 * @see Python: `mlx.nn.Transformer`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class Transformer extends Module {
  encoder: Encoder;
  decoder: Decoder;

  /**
   * @param dims - features of inputs and outputs; default `512`
   * @param numHeads - heads of each attention; default `8`
   * @param numEncoderLayers - layers of the encoder; default `6`
   * @param numDecoderLayers - layers of the decoder; default `6`
   * @param mlpDims - features between the linear layers; default `null`, `4 * dims`
   * @param dropout - the probability of zeroing an element while training; default `0`
   * @param activation - what is between the linear layers; default `nn.relu`
   * @param customEncoder - takes the encoder's place; default `null`, none
   * @param customDecoder - takes the decoder's place; default `null`, none
   * @param normFirst - whether normalization comes before each part; default `true`
   * @param checkpoint - whether gradients compute each layer again instead of keeping its values, which
   * takes less memory and more time; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    dims?: number | TransformerOptions,
    numHeads?: number | TransformerOptions,
    numEncoderLayers?: number | TransformerOptions,
    numDecoderLayers?: number | TransformerOptions,
    mlpDims?: number | null | TransformerOptions,
    dropout?: number | TransformerOptions,
    activation?: ArrayFunction | TransformerOptions,
    customEncoder?: Encoder | null | TransformerOptions,
    customDecoder?: Decoder | null | TransformerOptions,
    normFirst?: boolean | TransformerOptions,
    checkpoint?: boolean | TransformerOptions,
  ) {
    super();
    const op = "Transformer";
    const options = mx.keywords<TransformerOptions>(op, transformerNames, [
      dims,
      numHeads,
      numEncoderLayers,
      numDecoderLayers,
      mlpDims,
      dropout,
      activation,
      customEncoder,
      customDecoder,
      normFirst,
      checkpoint,
    ]);
    const size = options.dims ?? 512;
    const heads = options.numHeads ?? 8;
    const stack: TransformerStackOptions = {
      ...layerOptions(op, size, options),
      checkpoint: options.checkpoint,
    };
    this.encoder =
      customArg(op, "customEncoder", options.customEncoder) ??
      new TransformerEncoder(options.numEncoderLayers ?? 6, size, heads, stack);
    this.decoder =
      customArg(op, "customDecoder", options.customDecoder) ??
      new TransformerDecoder(options.numDecoderLayers ?? 6, size, heads, stack);
  }

  /**
   * @param src - the source, `[n, source length, dims]`
   * @param tgt - the target, `[n, target length, dims]`
   * @param srcMask - what a place of the source may not see of it; default `null`, nothing
   * @param tgtMask - what a place of the target may not see of it; default `null`, nothing
   * @param memoryMask - what a place of the target may not see of the source; default `null`, nothing
   * @returns `[n, target length, dims]`
   * @throws RangeError for other shapes
   */
  forward(
    src: MLXArray,
    tgt: MLXArray,
    srcMask: AttentionMask = null,
    tgtMask: AttentionMask = null,
    memoryMask: AttentionMask = null,
  ): MLXArray {
    const memory = this.encoder.forward(src, srcMask);
    return this.decoder.forward(tgt, memory, tgtMask, memoryMask);
  }
}
