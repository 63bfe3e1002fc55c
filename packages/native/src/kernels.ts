// Users' kernels: source and names travel as strings, launches as lists in the scratch buffer.

import type {
  DType,
  KernelFunction,
  KernelLaunch,
  KernelsExtension,
  MathMode,
  TemplateValue,
} from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { dtypeCode, list, place, results } from "./wire.js";

const mathModes: readonly MathMode[] = ["safe", "relaxed", "fast"];

/** Shapes behind each other, each after its number of axes. */
const shapes = (all: readonly (readonly number[])[]): number =>
  list(all.flatMap((shape) => [shape.length, ...shape]));

const launch = ({ inputs, outputShapes, outputDtypes, grid, threadgroup }: KernelLaunch<number>) =>
  [
    list(inputs),
    shapes(outputShapes),
    list(outputDtypes.map((dtype: DType) => dtypeCode(dtype))),
    list([...grid, ...threadgroup]),
  ] as const;

/** A template argument as its kind, as cpp/kernels.cc counts them, and its value. */
function templateValue(value: TemplateValue): [kind: number, value: number] {
  if (typeof value === "number") return [0, value];
  return typeof value === "boolean" ? [1, Number(value)] : [2, dtypeCode(value)];
}

export const kernelsExtension = (addon: Addon): KernelsExtension<number> => {
  const callable =
    (kernel: object): KernelFunction<number> =>
    (call, at) =>
      results(
        addon.callKernel(
          kernel,
          ...launch(call),
          call.initValue,
          call.template.map(([name]) => name),
          list(call.template.flatMap(([, value]) => templateValue(value))),
          call.verbose,
          place(at),
        ),
      );
  return {
    metalKernel: (k) =>
      callable(
        addon.metalKernel(
          k.name,
          k.inputNames,
          k.outputNames,
          k.source,
          k.header,
          k.ensureRowContiguous,
          k.atomicOutputs,
          mathModes.indexOf(k.mathMode),
        ),
      ),
    cudaKernel: (k) =>
      callable(
        addon.cudaKernel(
          k.name,
          k.inputNames,
          k.outputNames,
          k.source,
          k.header,
          k.ensureRowContiguous,
          k.sharedMemory,
        ),
      ),
    precompiledCudaKernel: (k, at) =>
      results(
        addon.precompiledCudaKernel(
          k.name,
          k.compiledSource,
          ...launch(k),
          k.initValue,
          k.scalars,
          k.sharedMemory,
          k.ensureRowContiguous,
          place(at),
        ),
      ),
  };
};
