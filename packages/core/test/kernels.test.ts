// Users' kernels. No machine of the tests has Metal or CUDA: an engine that notes what it is told stands in
// for them, and the real one must refuse by a typed error.

import {
  type Backend,
  type CudaKernelSource,
  type Handle,
  type KernelCall,
  Kernels,
  type KernelsExtension,
  type MetalKernelSource,
  type Placement,
  type PrecompiledCudaKernel,
} from "@mlx-ts/backend-api";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { added } from "./live.js";
import { needs } from "./needs.js";

const native = mx.defaultBackend();
let notes: unknown[] = [];

/** Notes a call, and gives zeros for each output. */
function outputs(call: {
  outputShapes: readonly (readonly number[])[];
  outputDtypes: readonly mx.DType[];
}) {
  return call.outputShapes.map((shape, i) =>
    native.ops.zeros([...shape], call.outputDtypes[i] ?? "float32"),
  );
}
const noting =
  (kind: string, source: unknown) =>
  (call: KernelCall<Handle>, at?: Placement): Handle[] => {
    notes.push({ kind, source, call, at });
    return outputs(call);
  };
const noter: KernelsExtension = {
  metalKernel: (source: MetalKernelSource) => noting("metal", source),
  cudaKernel: (source: CudaKernelSource) => noting("cuda", source),
  precompiledCudaKernel: (kernel: PrecompiledCudaKernel<Handle>, at) => {
    notes.push({ kind: "precompiled", kernel, at });
    return outputs(kernel);
  },
};
const withKernels: Backend = {
  ...native,
  id: "noter",
  extension: (token) => (token.id === Kernels.id ? (noter as never) : native.extension(token)),
};

const body =
  "uint elem = thread_position_in_grid.x; T tmp = inp[elem]; out[elem] = metal::exp(tmp);";
const launch = {
  outputShapes: [[4, 16]],
  outputDtypes: ["float16"],
  grid: [64, 1, 1],
  threadgroup: [256, 1, 1],
} as const;
const grid = launch.grid;

describe("on an engine that has them", () => {
  beforeAll(() => mx.setDefaultBackend(withKernels));
  afterAll(() => mx.setDefaultBackend(native));
  let scope: mx.Scope;
  beforeEach(() => {
    notes = [];
    scope = mx.scope();
  });
  afterEach(() => scope.close());

  test("a call reaches the engine with all it says", () => {
    const a = mx.zeros([4, 16], "float16");
    const kernel = mx.fast.metalKernel("myexp", ["inp"], ["out"], body);
    const [out] = kernel({ ...launch, inputs: [a], template: [["T", "float32"]] });
    expect(out?.shape).toEqual([4, 16]);
    expect(out?.dtype).toBe("float16");
    expect(notes).toEqual([
      {
        kind: "metal",
        source: {
          name: "myexp",
          inputNames: ["inp"],
          outputNames: ["out"],
          source: body,
          header: "",
          ensureRowContiguous: true,
          atomicOutputs: false,
          mathMode: "safe",
        },
        call: {
          ...launch,
          inputs: [a.handle],
          initValue: null,
          template: [["T", "float32"]],
          verbose: false,
        },
        at: undefined,
      },
    ]);
  });

  test("optional arguments stand by position or by name, and carry what they say", () => {
    const math = { mathMode: "fast" } as const;
    const named = { header: "#pragma once", ensureRowContiguous: false, atomicOutputs: true };
    const kernels = [
      mx.fast.metalKernel("k", ["inp"], ["out"], body, "#pragma once", false, true, math),
      mx.fast.metalKernel("k", ["inp"], ["out"], body, { ...named, compileOptions: math }),
      mx.fast.metalKernel("k", ["inp"], ["out"], body, "#pragma once", {
        ensureRowContiguous: false,
        atomicOutputs: true,
        compileOptions: math,
      }),
    ];
    for (const kernel of kernels) kernel({ ...launch, inputs: [1], initValue: 0, verbose: true });
    const [first, ...others] = notes.map((note) => (note as { source: unknown }).source);
    expect(first).toMatchObject({ ...named, mathMode: "fast" });
    expect(others).toEqual([first, first]);
    expect(notes[0]).toMatchObject({ call: { initValue: 0, verbose: true } });
  });

  test("template arguments are whole numbers, booleans and dtypes", () => {
    const kernel = mx.fast.cudaKernel("k", ["a"], ["o"], "o[0] = a[0];", { sharedMemory: 64 });
    const template = [
      ["N", 4],
      ["wide", true],
      ["T", "bfloat16"],
    ] as const;
    kernel({ ...launch, inputs: [[1, 2]], template, stream: mx.cpu });
    expect(notes[0]).toMatchObject({
      kind: "cuda",
      source: { sharedMemory: 64 },
      call: { template },
      at: { device: "cpu" },
    });
    const call = (value: unknown) => () =>
      kernel({ ...launch, inputs: [1], template: [["N", value as number]] });
    expectError(call(1.5), "RangeError", "VALUE", "template[0][1]");
    expectError(call(2 ** 31), "RangeError", "VALUE", "template[0][1]");
    expectError(call("float"), "TypeError", "KIND", "template[0][1]");
    expectError(call(undefined), "TypeError", "KIND", "template[0][1]");
  });

  test("machine code takes scalars besides arrays", () => {
    const compiledSource = Uint8Array.of(1, 2, 3);
    const options = { ...launch, name: "f", compiledSource, inputs: [1], scalars: [1, 2n, true] };
    expect(mx.fast.precompiledCudaKernel(options)).toHaveLength(1);
    expect(notes[0]).toMatchObject({
      kernel: {
        name: "f",
        compiledSource,
        scalars: [1, 2n, true],
        sharedMemory: 0,
        ensureRowContiguous: false,
      },
    });
    const call = (change: object) => () => mx.fast.precompiledCudaKernel({ ...options, ...change });
    expectError(call({ scalars: [2n ** 31n] }), "RangeError", "VALUE", "int32");
    expectError(call({ scalars: ["x"] }), "TypeError", "KIND", "scalars[0]");
    expectError(call({ compiledSource: [1] }), "TypeError", "KIND", "Uint8Array");
    expectError(
      call({ outputShapes: [], outputDtypes: [] }),
      "RangeError",
      "VALUE",
      "at least one",
    );
    expectError(call({ sharedMemory: -1 }), "RangeError", "VALUE", "negative");
    expectError(call({ template: [] }), "TypeError", "OPTION", "template");
  });

  test("kernels that could not be compiled are refused when they are made", () => {
    const { metalKernel } = mx.fast;
    expectError(() => metalKernel("a b", ["i"], ["o"], ""), "RangeError", "VALUE", "name");
    expectError(() => metalKernel("k", ["0"], ["o"], ""), "RangeError", "VALUE", "inputNames[0]");
    expectError(() => metalKernel("k", ["i"], ["o;"], ""), "RangeError", "VALUE", "outputNames");
    expectError(() => metalKernel("k", ["i"], [], ""), "RangeError", "VALUE", "at least one");
    expectError(() => metalKernel("k", ["i"], ["o"], 1 as never), "TypeError", "KIND", "source");
    const junk = { compileOptions: { mode: 1 } } as object;
    expectError(() => metalKernel("k", ["i"], ["o"], "", junk), "TypeError", "OPTION", "mode");
    const mode = { compileOptions: { mathMode: "slow" } } as object;
    expectError(() => metalKernel("k", ["i"], ["o"], "", mode), "RangeError", "VALUE", "mathMode");
    const typo = { haeder: "" } as object;
    expectError(() => metalKernel("k", ["i"], ["o"], "", typo), "TypeError", "OPTION", "haeder");
  });

  test("launches that a GPU could not take are refused", () => {
    const kernel = mx.fast.metalKernel("k", ["i"], ["o"], "");
    const call = (change: object) => () => kernel({ ...launch, inputs: [1], ...change });
    expectError(call({ inputs: [1, 2] }), "RangeError", "VALUE", "inputs has 2 items");
    expectError(call({ inputs: 1 }), "TypeError", "KIND", "inputs");
    expectError(call({ outputShapes: [] }), "RangeError", "VALUE", "outputShapes has 0");
    expectError(call({ outputDtypes: [] }), "RangeError", "VALUE", "outputDtypes has 0");
    expectError(call({ outputDtypes: ["float"] }), "TypeError", "DTYPE", "outputDtypes[0]");
    expectError(call({ outputShapes: [[-1]] }), "RangeError", "SHAPE", "negative");
    expectError(call({ outputDtypes: new Array(1) }), "TypeError", "DTYPE", "outputDtypes[0]");
    expectError(call({ outputShapes: [4] }), "TypeError", "KIND", "outputShapes[0]");
    expectError(call({ grid: [1, 1] }), "RangeError", "VALUE", "three counts");
    expectError(call({ grid: [0, 1, 1] }), "RangeError", "VALUE", "at least 1");
    expectError(call({ threadgroup: [64, 32, 1] }), "RangeError", "VALUE", "2048 threads");
    expectError(call({ initValue: "0" }), "TypeError", "KIND", "initValue");
    expectError(call({ blocks: 1 }), "TypeError", "OPTION", "blocks");
    expectError(call({ stream: "tpu" }), "TypeError", "OPTION", "stream");
    expect(() => call({})()).not.toThrow();
  });

  test("arrays of another backend are refused", () => {
    const kernel = mx.fast.metalKernel("k", ["i"], ["o"], "");
    const stranger = new mx.MLXArray(native, native.ops.zeros([1], "float32"));
    expectError(
      () => kernel({ ...launch, inputs: [stranger] }),
      "MLXError",
      "BACKEND_MISMATCH",
      "noter",
    );
    stranger.dispose();
  });
});

test("without the engine's part, making a kernel says that the backend lacks it", () => {
  const bare: Backend = { ...native, id: "bare", extension: () => undefined };
  mx.setDefaultBackend(bare);
  try {
    expectError(
      () => mx.fast.metalKernel("k", ["i"], ["o"], ""),
      "MLXError",
      "UNSUPPORTED",
      'the backend "bare"',
    );
  } finally {
    mx.setDefaultBackend(native);
  }
});

describe.skipIf(mx.isAvailable(mx.gpu))("on an engine without a GPU", () => {
  test("a Metal kernel can be made, and its call says what is missing", () => {
    const kernel = mx.fast.metalKernel("myexp", ["inp"], ["out"], body, { header: "// é" });
    const template = [["T", "float32"]] as const;
    mx.tidy(() =>
      expectError(
        () => kernel({ ...launch, inputs: [mx.ones([4, 16])], template, initValue: 0 }),
        "MLXError",
        "UNSUPPORTED",
        "Metal",
      ),
    );
  });

  test("CUDA kernels say what is missing", () => {
    needs("kernels");
    expectError(
      () => mx.fast.cudaKernel("k", ["i"], ["o"], "o[0] = i[0];"),
      "MLXError",
      "UNSUPPORTED",
      "CUDA",
    );
    const code = { name: "f", compiledSource: Uint8Array.of(0), scalars: [1, 2n, true] };
    mx.tidy(() =>
      expectError(
        () => mx.fast.precompiledCudaKernel({ ...launch, ...code, inputs: [mx.ones([2])], grid }),
        "MLXError",
        "UNSUPPORTED",
        "CUDA",
      ),
    );
  });

  test("refused calls leave no arrays behind", () => {
    const kernel = mx.fast.metalKernel("k", ["i"], ["o"], "");
    const more = added(() => {
      for (let i = 0; i < 20; i++) {
        mx.tidy(() => expect(() => kernel({ ...launch, inputs: [mx.ones([3])] })).toThrow());
      }
    });
    expect(more).toBe(0);
  });
});

test.runIf(mx.isAvailable(mx.gpu) && process.platform === "darwin")(
  "a Metal kernel computes what its body says",
  () => {
    const kernel = mx.fast.metalKernel("myexp", ["inp"], ["out"], body);
    mx.tidy(() => {
      const a = mx.random.normal([4, 16]).astype("float16");
      const [b] = kernel({ ...launch, inputs: [a], template: [["T", "float32"]] });
      expect(mx.allclose(b as mx.MLXArray, mx.exp(a), 1e-2, 1e-2).item()).toBe(true);
    });
  },
);
