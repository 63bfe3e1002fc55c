// What the C++ addon exports, as types. Handles and codes are integers; lists are positions in the
// scratch buffer; see wire.ts for both.

import type { OpsAddon } from "./ops/index.js";

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
  track(owner: object, array: number): void;
  liveHandles(): number;

  eval(list: number): void;
  evalAsync(list: number): Promise<void>;

  valueAndGrad(fn: (count: number) => number, inputs: number, argnums: number): number;
  vjp(fn: (count: number) => number, primals: number, cotangents: number): number;
  jvp(fn: (count: number) => number, primals: number, tangents: number): number;
  compile(shapeless: boolean): number;
  callCompiled(id: number, inputs: number, key: number, fn: (count: number) => number): number;
  disposeCompiled(id: number): void;

  memory(what: number): number;
  setMemory(what: number, bytes: number): number;
  gpuAvailable(): number;
  defaultDevice(): number;
  setDefaultDevice(place: number): void;
  defaultStream(device: number): number;
  setDefaultStream(stream: number): void;
  newStream(device: number): number;
  synchronize(stream: number): void;
  deviceInfo(device: number): Record<string, string | number>;
  clampIndices(on: boolean): void;
  setBlasThreads(count: number): void;

  einsumPath(subscripts: string, operands: number): [path: number[][], report: string];

  loadSafetensors(file: string): { names: string[]; metadata: [name: string, text: string][] };
  saveSafetensors(file: string, names: string[], list: number, metadata: object): void;
}

/** All of the addon. */
export type Addon = RuntimeAddon & OpsAddon;
