// Packing the layers of a model, and unpacking them. The packed layers are in
// ./layers/quantized-linear.ts and ./layers/quantized-embedding.ts.

import { type CodedError, type ErrorCode, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { flagArg, functionArg } from "./arguments.js";
import { Embedding } from "./layers/embedding.js";
import { Linear } from "./layers/linear.js";
import {
  type PackingOptions,
  packingArg,
  type ToQuantizedOptions,
  unpack,
} from "./layers/quantization.js";
import { QuantizedEmbedding } from "./layers/quantized-embedding.js";
import { QuantizedLinear } from "./layers/quantized-linear.js";
import type { Module } from "./module.js";
import { isModule } from "./module-tree.js";

/** A layer that can be packed: `Linear`, `Embedding`, or one of your own with this method. */
export interface Quantizable extends Module {
  toQuantized(options: ToQuantizedOptions): Module;
}

/**
 * Says whether a layer is packed, and how: gets its name in dot notation and the layer; `true` packs it
 * as the call says, an object in its own way.
 */
export type ClassPredicate = (path: string, module: Module) => boolean | ToQuantizedOptions;

/** Options of {@link quantize}. */
export interface QuantizeModelOptions extends PackingOptions {
  /** Whether inputs are packed too; for linear layers, with modes nvfp4 and mxfp8. Default: `false`. */
  quantizeInput?: boolean | undefined;
  /** Which layers are packed, and how. Default: `null`, all that can be. */
  classPredicate?: ClassPredicate | null | undefined;
}

const isQuantizable = (module: Module): module is Quantizable =>
  "toQuantized" in module && typeof module.toQuantized === "function";

const quantizeNames = ["groupSize", "bits", "mode", "quantizeInput", "classPredicate"] as const;

/**
 * Packs the layers of a model into few bits, in place. Nothing is changed when a layer cannot be packed.
 *
 * To load a packed checkpoint, make the model, pack it as the checkpoint's config says, and load the
 * weights: names and shapes are Python's.
 *
 * @param model - whose layers to pack; a layer by itself has a method `toQuantized`
 * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
 * @param bits - bits of one element; default `null`, the mode's
 * @param options - the optional arguments by name; `mode`: how elements are packed, default `"affine"`;
 * `quantizeInput`: whether inputs are packed too, default `false`; `classPredicate`: which layers are
 * packed, and how, default `null`, all that can be
 * @returns the model
 * @throws TypeError for arguments of a wrong kind, or when the predicate names a layer that cannot be packed
 * @throws RangeError that names the layer, its shape and the groups, for shapes that do not divide, and
 * for sizes that the mode does not have
 * @example
 * ```ts
 * const model = new nn.Sequential(new nn.Linear(64, 64), nn.relu, new nn.Linear(64, 10));
 * nn.quantize(model, {
 *   bits: 4,
 *   classPredicate: (path) => (path === "layers.2" ? { groupSize: 32, bits: 8 } : true),
 * });
 * String(model.layers[2]); // "QuantizedLinear(input_dims=64, output_dims=10, bias=True, group_size=32, bits=8, mode=affine)"
 * ```
 * @see Python: `mlx.nn.quantize`
 */
export function quantize<M extends Module>(
  model: M,
  groupSize?: number | null | QuantizeModelOptions,
  bits?: number | null | QuantizeModelOptions,
  options?: QuantizeModelOptions,
): M {
  const op = "nn.quantize";
  if (!isModule(model)) throw typeError(`[${op}] a module was expected, got ${shown(model)}`);
  const given = mx.keywords<QuantizeModelOptions>(op, quantizeNames, [groupSize, bits, options]);
  const { classPredicate, quantizeInput = false, ...packing } = given;
  const predicate = functionArg(
    op,
    "classPredicate",
    classPredicate ?? ((_path, m) => isQuantizable(m)),
  );
  const usual = flagArg(op, "quantizeInput", quantizeInput)
    ? { ...packing, quantizeInput }
    : packing;
  packingArg(op, packing);
  return replaceLeaves(model, (path, layer) => {
    const choice: unknown = predicate(path, layer);
    if (choice === false) return layer;
    if (choice !== true && !mx.isPlainObject(choice)) {
      throw typeError(
        `[${op}] classPredicate must return true, false or options, got ${shown(choice)} for "${path}"`,
      );
    }
    if (!isQuantizable(layer)) {
      throw typeError(`[${op}] "${path}" is a ${layer.constructor.name}, which cannot be packed`);
    }
    try {
      return layer.toQuantized(choice === true ? usual : withoutRefusal(choice));
    } catch (error) {
      throw naming(op, path, error);
    }
  });
}

/** `quantizeInput: false` asks for nothing; layers that lack the option need not know it. */
function withoutRefusal(choice: Readonly<Record<string, unknown>>): ToQuantizedOptions {
  const { quantizeInput, ...packing } = choice;
  return quantizeInput === true ? { ...packing, quantizeInput } : packing;
}

/** A layer's error with the layer's name. */
function naming(op: string, path: string, error: unknown): unknown {
  const message = `[${op}] "${path}" cannot be packed: ${error instanceof Error ? error.message : error}`;
  if (error instanceof RangeError)
    return Object.assign(rangeError(message, codeOf(error)), { cause: error });
  if (error instanceof TypeError)
    return Object.assign(typeError(message, codeOf(error)), { cause: error });
  return error;
}

const codeOf = (error: Partial<CodedError>): ErrorCode | undefined => error.code;

/**
 * Unpacks the layers that {@link quantize} packed, in place: `QuantizedLinear` becomes `Linear`,
 * `QuantizedEmbedding` becomes `Embedding`, with weights near to those that were packed, of the scales'
 * dtype; bfloat16 where scales are no floats. A `QQLinear` unpacks itself, by its method `dequantize`.
 *
 * @param model - whose layers to unpack
 * @returns the model; the unpacked layers are trainable
 * @throws TypeError when `model` is no module
 * @example
 * ```ts
 * const model = nn.quantize(new nn.Sequential(new nn.Linear(64, 10)));
 * String(nn.dequantize(model).layers[0]); // "Linear(input_dims=64, output_dims=10, bias=True)"
 * ```
 */
export function dequantize<M extends Module>(model: M): M {
  const op = "nn.dequantize";
  if (!isModule(model)) throw typeError(`[${op}] a module was expected, got ${shown(model)}`);
  return replaceLeaves(model, (_path, layer) => {
    if (layer instanceof QuantizedLinear) return linearOf(layer);
    return layer instanceof QuantizedEmbedding ? embeddingOf(layer) : layer;
  });
}

function linearOf(packed: QuantizedLinear): Linear {
  const weight = unpack(packed, packed);
  const [outputs = 0, inputs = 0] = weight.shape;
  const layer = new Linear(inputs, outputs, { bias: false });
  layer.weight = weight;
  if (packed.bias !== undefined) layer.bias = packed.bias;
  return layer.train(packed.training);
}

function embeddingOf(packed: QuantizedEmbedding): Embedding {
  const layer = new Embedding(packed.numEmbeddings, packed.dims);
  layer.weight = unpack(packed, packed);
  return layer.train(packed.training);
}

/** Maps the modules that hold no others; the model is changed when all are mapped. */
function replaceLeaves<M extends Module>(
  model: M,
  map: (path: string, layer: Module) => Module,
): M {
  mx.tidy(() => {
    const made: Module[] = [];
    const mapped = (path: string, layer: Module): Module => {
      const next = map(path, layer);
      if (next !== layer) made.push(next);
      return next;
    };
    model.updateModules(mx.treeMapWithPath(mapped, model.leafModules(), { isLeaf: isModule }));
    // They live on in the model.
    for (const layer of made) mx.keep(layer);
  });
  return model;
}
