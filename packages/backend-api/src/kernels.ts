// Kernels that users write: their source, and one launch of them. Plain data; how an engine compiles and
// runs it is its own business.

import type { Handle, Placement } from "./backend.js";
import type { DType } from "./dtype.js";

/** The body of a kernel; the engine writes the function's head from the names. */
export interface KernelSource {
  readonly name: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** The body. */
  readonly source: string;
  /** What stands before the function. */
  readonly header: string;
  /** Whether inputs with gaps are copied first. */
  readonly ensureRowContiguous: boolean;
}

/** How a Metal compiler treats infinities and NaN. */
export type MathMode = "safe" | "relaxed" | "fast";

/** A kernel in Metal. */
export interface MetalKernelSource extends KernelSource {
  /** Whether outputs are declared as atomics. */
  readonly atomicOutputs: boolean;
  readonly mathMode: MathMode;
}

/** A kernel in CUDA. */
export interface CudaKernelSource extends KernelSource {
  /** Dynamic shared memory in bytes. */
  readonly sharedMemory: number;
}

/** Counts along x, y and z. */
export type Extent = readonly [x: number, y: number, z: number];

/** What every launch says. */
export interface KernelLaunch<H extends Handle> {
  readonly inputs: readonly H[];
  readonly outputShapes: readonly (readonly number[])[];
  readonly outputDtypes: readonly DType[];
  /** Threads in all. */
  readonly grid: Extent;
  /** Threads of one group. */
  readonly threadgroup: Extent;
  /** What outputs hold before; null leaves them as they come. */
  readonly initValue: number | null;
}

/** A value for a template argument: an integer, a flag or a type. */
export type TemplateValue = number | boolean | DType;

/** One launch of a kernel that was made from source. */
export interface KernelCall<H extends Handle> extends KernelLaunch<H> {
  readonly template: readonly (readonly [name: string, value: TemplateValue])[];
  /** Whether the generated source is printed. */
  readonly verbose: boolean;
}

/** One launch of a kernel in machine code. */
export interface PrecompiledCudaKernel<H extends Handle> extends KernelLaunch<H> {
  readonly name: string;
  /** PTX or cubin. */
  readonly compiledSource: Uint8Array;
  /** Numbers are float32, bigints int32. */
  readonly scalars: readonly (number | bigint | boolean)[];
  readonly sharedMemory: number;
  readonly ensureRowContiguous: boolean;
}

/** A kernel that was made; gives one array for each output. */
export type KernelFunction<H extends Handle> = (call: KernelCall<H>, at?: Placement) => H[];

/** Kernels from source. */
export interface KernelsExtension<H extends Handle = Handle> {
  /**
   * @param kernel - its source
   * @throws MLXError UNSUPPORTED, here or at the call, where there is no Metal
   */
  metalKernel(kernel: MetalKernelSource): KernelFunction<H>;
  /**
   * @param kernel - its source
   * @throws MLXError UNSUPPORTED, here or at the call, where there is no CUDA
   */
  cudaKernel(kernel: CudaKernelSource): KernelFunction<H>;
  /**
   * @param kernel - its code and one launch
   * @param at - where to run
   * @throws MLXError UNSUPPORTED where there is no CUDA
   */
  precompiledCudaKernel(kernel: PrecompiledCudaKernel<H>, at?: Placement): H[];
}
