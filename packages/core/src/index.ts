// The public names of @mlx-ts/core: arrays, ops, transforms, random, devices, memory and files. Import
// the namespace to write as in Python: import * as mx from "@mlx-ts/core".

import "./methods.js";

// Types of other packages are named here, not in the namespaces: bundled declarations take them there for values.
export type {
  AllGatherFactory,
  CodedError,
  ErrorCode,
  ExportEntry,
  ExportedArgument,
  ExportedArray,
  Extent,
  MathMode,
  TemplateValue,
} from "@mlx-ts/backend-api";
export { MLXError, UnsupportedError } from "@mlx-ts/backend-api";
export { type ArrayLike, MLXArray } from "./array.js";
export { defaultBackend, setDefaultBackend, withBackend } from "./backend.js";
export * from "./constants.js";
export { type ArrayOptions, type AsarrayOptions, array, asarray } from "./creation.js";
/**
 * What is CUDA's alone. Ops run on an NVIDIA GPU by `mx.gpu`, as on a Mac's.
 *
 * @see Python: `mlx.core.cuda`
 */
export * as cuda from "./cuda.js";
export {
  cpu,
  Device,
  DeviceType,
  defaultDevice,
  deviceCount,
  deviceInfo,
  gpu,
  isAvailable,
  setDefaultDevice,
} from "./device.js";
/**
 * Arrays exchanged between processes, on one machine or several: groups, sums over all, sending and
 * receiving. `mlx-launch` starts the processes.
 *
 * @see Python: `mlx.core.distributed`
 */
export * as distributed from "./distributed.js";
export * from "./dtype.js";
export * from "./dtype-limits.js";
export * from "./dtype-rules.js";
/**
 * Fused layers, as quick as the engine has them: attention, normalization, rotary positions, and kernels
 * of your own for Metal and CUDA.
 *
 * @see Python: `mlx.core.fast`
 */
export * as fast from "./fast.js";
/**
 * Fourier transforms over one, two or several axes, complex and real, and shifts of their results.
 *
 * @see Python: `mlx.core.fft`
 */
export * as fft from "./fft.js";
export { type ArangeOptions, arange } from "./handmade/arange.js";
export {
  atleast1d,
  atleast2d,
  atleast3d,
  type SeveralArrays,
  type SeveralArraysThen,
} from "./handmade/atleast.js";
export {
  broadcastArrays,
  broadcastShapes,
  type MeshgridOptions,
  meshgrid,
} from "./handmade/broadcast.js";
export { type ConvGeneralOptions, convGeneral, type PerAxis } from "./handmade/conv-general.js";
export { einsum, einsumPath } from "./handmade/einsum.js";
export { type PadMode, type PadOptions, type PadWidth, pad } from "./handmade/pad.js";
export {
  type QuantizationMode,
  type Quantized,
  type QuantizeOptions,
  quantize,
} from "./handmade/quantization.js";
export { Slice, type SliceOptions, slice, sliceUpdate } from "./handmade/slice.js";
export { type SplitOptions, split } from "./handmade/split.js";
export { type TensordotAxes, type TensordotOptions, tensordot } from "./handmade/tensordot.js";
export {
  type UniqueOptions,
  type UniquePart,
  type UniqueResult,
  type UniqueTuple,
  unique,
} from "./handmade/unique.js";
export type { Complex, HalfData, Nested, Scalar } from "./host.js";
export { ArrayAt } from "./indexing/at.js";
export type { IndexingMethods, Mask } from "./indexing/methods.js";
export type { Index, IndexList } from "./indexing/plan.js";
export { saveGguf } from "./io/gguf.js";
export { type FormatOf, type Loaded, type LoadFormat, type LoadOptions, load } from "./io/load.js";
export type { GgufMetadata, Metadata, NamedArrays } from "./io/names.js";
export { type ArraysToZip, savez, savezCompressed } from "./io/npz.js";
export type { ByteSink, LoadFile, SaveFile } from "./io/paths.js";
export { saveSafetensors } from "./io/safetensors.js";
export { save } from "./io/save.js";
export { type ShardOptions, saveShardedSafetensors } from "./io/shards.js";
export { keywords } from "./keywords.js";
export { flagArg, intArg, listArg, numberArg, positiveArg } from "./library-arguments.js";
/**
 * Linear algebra on the last two axes: norms, factorizations, inverses, solutions of linear systems,
 * eigenvalues. Batches of matrices run as one.
 *
 * @see Python: `mlx.core.linalg`
 */
export * as linalg from "./linalg.js";
export { norm as matrixNorm } from "./linalg.js";
export * from "./memory.js";
/**
 * What is Metal's alone: captures of a Mac's GPU for Xcode. Its other functions are older names of `mx`'s own.
 *
 * @see Python: `mlx.core.metal`
 */
export * as metal from "./metal.js";
export {
  type ArrayBranch,
  type ArrayTree,
  type Branch,
  codeName,
  fileName,
  type Tree,
  type TreeFlattenOptions,
  treeFlatten,
  treeUnflatten,
} from "./named-tree.js";
export * from "./ops/binary.js";
export * from "./ops/conv.js";
export * from "./ops/creation.js";
export * from "./ops/indexing.js";
export * from "./ops/linear.js";
export type { ArrayMethods } from "./ops/methods.js";
export * from "./ops/quantization.js";
export * from "./ops/reduction.js";
export { variance as var } from "./ops/reduction.js";
export * from "./ops/scan.js";
export * from "./ops/shape.js";
export * from "./ops/sorting.js";
export * from "./ops/unary.js";
export type { StreamOptions } from "./options.js";
export * from "./print-options.js";
/**
 * Random numbers, the same bits as Python MLX's for the same seed: distributions, permutations, keys, and
 * the state that advances with every draw without a key.
 *
 * @see Python: `mlx.core.random`
 */
export * as random from "./random.js";
export { keep, own, passOn, replace, type Scope, scope, tidy } from "./scope.js";
export {
  clearStreams,
  defaultStream,
  newStream,
  newThreadLocalStream,
  newThreadUnsafeStream,
  Stream,
  StreamContext,
  type StreamOrDevice,
  setDefaultStream,
  stream,
  synchronize,
  ThreadLocalStream,
  withStream,
} from "./stream.js";
export { toBackend } from "./transfer.js";
export type { AbortOptions } from "./transforms/abort.js";
export { checkpoint } from "./transforms/checkpoint.js";
export {
  type CompileOptions,
  compile,
  disableCompile,
  enableCompile,
} from "./transforms/compile.js";
export {
  type CustomFunction,
  customFunction,
  type JvpRule,
  type Primals,
  type Replaced,
  type VjpRule,
  type VmapRule,
} from "./transforms/custom-function.js";
export { depends } from "./transforms/depends.js";
export { type DotOptions, exportToDot } from "./transforms/dot.js";
export { asyncEval, evalAsync, evaluate, evaluate as eval } from "./transforms/evaluate.js";
export {
  type ArrayKeywords,
  type ExportedArgs,
  type ExporterOptions,
  type ExportOptions,
  exporter,
  exportFunction,
  type FunctionExporter,
  type ImportedFunction,
  importFunction,
} from "./transforms/export.js";
export {
  type Gradient,
  type Gradients,
  grad,
  jvp,
  valueAndGrad,
  valueAndGradKeeping,
  vjp,
} from "./transforms/grad.js";
export type { Fn } from "./transforms/trace.js";
export { type VmapAxes, type VmapOptions, vmap } from "./transforms/vmap.js";
export {
  arraysIn,
  isPlainObject,
  mapArrays,
  type TreeNode,
  treeConstants,
  treeKeys,
} from "./tree.js";
export {
  type LeafOptions,
  type MappedTree,
  type PathOptions,
  type ReduceOptions,
  treeMap,
  treeMapWithPath,
  treeMerge,
  treeReduce,
} from "./tree-map.js";
