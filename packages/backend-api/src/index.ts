// The contract between MLX for TypeScript and its engines: op table, Backend interface, dtypes,
// errors, extension tokens and registry. No engine and no array class lives here.

export { Variable } from "./autodiff/graph.js";
export { loopVmap } from "./autodiff/vmap.js";
export { withAutodiff } from "./autodiff/with-autodiff.js";
export type {
  Aval,
  Backend,
  DeviceType,
  Handle,
  HostTensor,
  Operand,
  Placement,
  Provenance,
} from "./backend.js";
export { Scalar } from "./backend.js";
export { type FallbackBackend, withFallback } from "./decorators/fallback.js";
export { type RecordingBackend, withRecording } from "./decorators/recording.js";
export { type Checked, withValidation } from "./decorators/validation.js";
export { defineBackend } from "./define/define.js";
export { erfinvPolynomials } from "./define/erfinv.js";
export type {
  ArrayAccess,
  AxisKernel,
  BackendDefinition,
  BinaryKernel,
  Overrides,
  ReduceKernel,
  RequiredKernels,
  Shape,
  Supplied,
  UnaryKernel,
} from "./define/kernels.js";
export { supply } from "./define/kernels.js";
export { withDefaults } from "./define/over.js";
export type { DType, DTypeKind, HostConstructor, HostData } from "./dtype.js";
export { dtypeKind, dtypes, hostConstructor, isDType, itemsize, promoteTypes } from "./dtype.js";
export type { CodedError, ErrorCode } from "./errors.js";
export { MLXError, rangeError, shown, typeError, UnsupportedError } from "./errors.js";
export type {
  ExportEntry,
  ExportExtension,
  ExportedArgument,
  ExportedArray,
  FunctionExport,
  ImportedHandles,
} from "./export.js";
export { Export } from "./export.js";
export type {
  AllGatherFactory,
  CaptureExtension,
  ContractionsExtension,
  DistributedExtension,
  DistributedGroup,
  ExtensionToken,
  FileSpan,
  FileTarget,
  GgufValue,
  IoExtension,
  MemoryExtension,
  OpenFile,
  StreamsExtension,
} from "./extensions.js";
export {
  Capture,
  Contractions,
  Distributed,
  extensionToken,
  Io,
  Kernels,
  Memory,
  Streams,
} from "./extensions.js";
export type {
  CudaKernelSource,
  Extent,
  KernelCall,
  KernelFunction,
  KernelLaunch,
  KernelSource,
  KernelsExtension,
  MathMode,
  MetalKernelSource,
  PrecompiledCudaKernel,
  TemplateValue,
} from "./kernels.js";
/** Where the elements of arrays stand: arithmetic of shapes and strides for kernels that move elements. */
export * as layout from "./layout.js";
export type * from "./ops/index.js";
export { opTable } from "./ops/index.js";
export { getBackend, registerBackend, registeredBackends } from "./registry.js";
export type {
  BatchedOutputs,
  BatchFunction,
  CompiledFunction,
  CompileExtension,
  CustomRules,
  HandleFunction,
  TransformsExtension,
} from "./transforms.js";
export { Compile, Transforms } from "./transforms.js";
