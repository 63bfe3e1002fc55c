// What the C++ addon exports, as types. Handles and codes are integers; lists are positions in the
// scratch buffer; see wire.ts for both.

import type { AllGatherFactory, DistributedGroup, FileTarget } from "@mlx-ts/backend-api";
import type { OpsAddon } from "./ops/index.js";

/** A custom function: which rule is asked for, and how many results wait for it in three lists. */
export type RuleCaller = (rule: number, a: number, b: number, c: number) => number;

/** An open file inside the addon; it closes when it is collected, at the latest. */
export interface NativeFile {
  readonly nativeFile: unique symbol;
}

/** The addon's functions besides the ops. */
export interface RuntimeAddon {
  readonly engineVersion: string;
  readonly runtimeVersion: string;
  setup(ints: Int32Array, doubles: Float64Array, error: unknown, memorySize: number): void;
  resultBuffer(): Int32Array;

  fromHost(data: ArrayBufferView, shape: number, dtype: number): number;
  aval(array: number): number;
  read(array: number, into: ArrayBufferView): void;
  item(array: number): number | bigint | boolean | undefined;

  release(list: number): void;
  retain(array: number): number;
  exchange(into: number, from: number): void;
  track(owner: object, array: number): void;
  liveHandles(): number;

  eval(list: number): void;
  evalAsync(list: number): Promise<void>;

  valueAndGrad(fn: (count: number) => number, inputs: number, argnums: number): number;
  vjp(fn: (count: number) => number, primals: number, cotangents: number): number;
  jvp(fn: (count: number) => number, primals: number, tangents: number): number;
  vmap(fn: (count: number) => number, inputs: number, axes: number): number;
  customFunction(fn: RuleCaller, rules: number, inputs: number): number;
  checkpoint(fn: RuleCaller, inputs: number): number;
  depends(inputs: number, dependencies: number): number;
  compile(shapeless: boolean): number;
  callCompiled(id: number, inputs: number, key: number, fn: (count: number) => number): number;
  disposeCompiled(id: number): void;

  exporter(file: string | null, shapeless: boolean, metadata: string): number;
  exportTrace(
    id: number,
    fn: (count: number) => number,
    inputs: number,
    names: readonly string[],
  ): unknown[];
  closeExporter(id: number): void;
  importFunction(file: string): [id: number, metadata: string];
  callImported(id: number, inputs: number, names: readonly string[]): number;
  disposeImported(id: number): void;
  exportToDot(outputs: number, named: number, names: readonly string[]): string;

  memory(what: number): number;
  setMemory(what: number, bytes: number): number;
  bufferSize(list: number): number;
  deviceCount(type: number): number;
  defaultDevice(): number;
  setDefaultDevice(place: number): void;
  defaultStream(device: number): number;
  setDefaultStream(stream: number): void;
  newStream(device: number): number;
  newThreadUnsafeStream(device: number): number;
  newThreadLocalStream(device: number): number;
  threadLocalStream(device: number, index: number): number;
  clearStreams(): void;
  synchronize(stream: number): void;
  deviceInfo(device: number): Record<string, string | number>;

  metalAvailable(): number;
  cudaAvailable(): number;
  startCapture(path: string): void;
  stopCapture(): void;

  distributedAvailable(backend: string): number;
  initGroup(
    strict: boolean,
    backend: string,
    factory: AllGatherFactory | undefined,
  ): DistributedGroup;
  splitGroup(group: number, color: number, key: number): DistributedGroup;
  ringEnvironment(): { hostfile?: string; rank?: string };
  endWaits(): void;
  allSum(array: number, group: number, place: number): number;
  allMax(array: number, group: number, place: number): number;
  allMin(array: number, group: number, place: number): number;
  allGather(array: number, group: number, place: number): number;
  sumScatter(array: number, group: number, place: number): number;
  send(array: number, to: number, group: number, place: number): number;
  recv(shape: number, dtype: number, from: number, group: number, place: number): number;

  clampIndices(on: boolean): void;
  setBlasThreads(count: number): void;

  einsumPath(subscripts: string, operands: number): [path: number[][], report: string];
  metalKernel(
    name: string,
    inputNames: readonly string[],
    outputNames: readonly string[],
    source: string,
    header: string,
    ensureRowContiguous: boolean,
    atomicOutputs: boolean,
    mathMode: number,
  ): object;
  cudaKernel(
    name: string,
    inputNames: readonly string[],
    outputNames: readonly string[],
    source: string,
    header: string,
    ensureRowContiguous: boolean,
    sharedMemory: number,
  ): object;
  callKernel(
    kernel: object,
    inputs: number,
    shapes: number,
    dtypes: number,
    extents: number,
    initValue: number | null,
    templateNames: readonly string[],
    templateValues: number,
    verbose: boolean,
    at: number,
  ): number;
  precompiledCudaKernel(
    name: string,
    compiledSource: Uint8Array,
    inputs: number,
    shapes: number,
    dtypes: number,
    extents: number,
    initValue: number | null,
    scalars: readonly (number | bigint | boolean)[],
    sharedMemory: number,
    ensureRowContiguous: boolean,
    at: number,
  ): number;

  openFile(path: string): NativeFile;
  fileSize(file: NativeFile): number;
  readFile(file: NativeFile, offset: number, into: Uint8Array): void;
  fileArray(
    file: NativeFile,
    offset: number,
    shape: number,
    dtype: number,
    bigEndian: boolean,
    place: number,
  ): number;
  closeFile(file: NativeFile): void;
  saveNpy(to: FileTarget, array: number): void;
  saveSafetensors(
    to: FileTarget,
    names: string[],
    list: number,
    metadata: [string, string][],
  ): void;
  loadGguf(path: string): {
    names: string[];
    /** A number is the position of an array among the results. */
    metadata: [name: string, value: string | string[] | number][];
  };
  /** A number is an array's handle. */
  saveGguf(
    path: string,
    names: string[],
    list: number,
    metadata: [name: string, value: string | readonly string[] | number][],
  ): void;
}

/** All of the addon. */
export type Addon = RuntimeAddon & OpsAddon;
