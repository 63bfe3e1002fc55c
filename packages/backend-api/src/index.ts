// The contract between MLX for TypeScript and its engines: op table, Backend interface, dtypes,
// errors, extension tokens and registry. No engine and no array class lives here.

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
export type { DType, DTypeKind, HostConstructor, HostData } from "./dtype.js";
export { dtypeKind, dtypes, hostConstructor, isDType, itemsize, promoteTypes } from "./dtype.js";
export type { CodedError, ErrorCode } from "./errors.js";
export { MLXError, rangeError, shown, typeError, UnsupportedError } from "./errors.js";
export type {
  CompiledFunction,
  CompileExtension,
  ContractionsExtension,
  ExtensionToken,
  FileSpan,
  FileTarget,
  GgufValue,
  HandleFunction,
  IoExtension,
  MemoryExtension,
  OpenFile,
  StreamsExtension,
  TransformsExtension,
} from "./extensions.js";
export {
  Compile,
  Contractions,
  extensionToken,
  Io,
  Kernels,
  Memory,
  Streams,
  Transforms,
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
export type * from "./ops/index.js";
export { opTable } from "./ops/index.js";
export { getBackend, registerBackend, registeredBackends } from "./registry.js";
