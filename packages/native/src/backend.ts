// MLX as a backend: the op encoders plus host reads, evaluation, lifetimes and the extensions. Nothing
// here decides anything about arrays; it only carries calls to C++ and back.

import {
  type Backend,
  Capture,
  Compile,
  Contractions,
  type ContractionsExtension,
  type DeviceType,
  Distributed,
  type DType,
  Export,
  type ExtensionToken,
  type HostData,
  type HostTensor,
  hostConstructor,
  Io,
  itemsize,
  Kernels,
  Memory,
  MLXError,
  type OpName,
  opTable,
  type Provenance,
  Streams,
  Transforms,
} from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { compileExtension } from "./compile.js";
import { distributedExtension } from "./distributed.js";
import { exportExtension } from "./export.js";
import { ioExtension } from "./io.js";
import { kernelsExtension } from "./kernels.js";
import { nativeOps } from "./ops/index.js";
import { captureExtension, deviceCount, memoryExtension, streamsExtension } from "./runtime.js";
import { transformsExtension } from "./transforms.js";
import { connect, dtypeCode, dtypeFromCode, list, results } from "./wire.js";

/** MLX's own engine; handles are integers. */
export interface NativeBackend extends Backend<number> {
  /** The version of MLX that runs. */
  readonly engineVersion: string;
  /**
   * The value of an array of one element, read directly; `undefined` for complex64.
   *
   * @param array - a live handle
   */
  item(array: number): number | bigint | boolean | undefined;
  /**
   * Whether index arrays are kept inside their axis (the default). Without it an index out of bounds
   * reads whatever lies there, as in Python MLX.
   *
   * @param on - the switch
   */
  clampIndices(on: boolean): void;
}

/** Makes the backend over a loaded addon. */
export function makeBackend(addon: Addon, memorySize: number): NativeBackend {
  connect(addon, MLXError, memorySize);
  const devices: readonly DeviceType[] = deviceCount(addon, "gpu") > 0 ? ["gpu", "cpu"] : ["cpu"];
  const extensions = new Map<string, unknown>([
    [Transforms.id, transformsExtension(addon)],
    [Compile.id, compileExtension(addon)],
    [Export.id, exportExtension(addon)],
    [Memory.id, memoryExtension(addon)],
    [Streams.id, streamsExtension(addon)],
    [Capture.id, captureExtension(addon)],
    [Distributed.id, distributedExtension(addon)],
    [Io.id, ioExtension(addon)],
    [
      Contractions.id,
      {
        einsumPath: (subscripts, operands) => addon.einsumPath(subscripts, list(operands)),
      } satisfies ContractionsExtension<number>,
    ],
    [Kernels.id, kernelsExtension(addon)],
  ]);

  const aval = (array: number) => {
    const code = addon.aval(array);
    return { shape: results(code & 0xff), dtype: dtypeFromCode(code >> 8) };
  };

  /** Room for an array's elements, if there can be. */
  const hostBuffer = (shape: readonly number[], dtype: DType, size: number): HostData => {
    try {
      // Reading may copy once more, to put the elements in order.
      if (size * itemsize(dtype) <= memorySize / 2) return new (hostConstructor(dtype))(size);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    throw new MLXError(
      `[read] an array of shape [${shape.join(", ")}] does not fit in memory beside itself; index the part that is needed first`,
      "OOM",
    );
  };

  const toHostSync = (array: number): HostTensor => {
    const { shape, dtype } = aval(array);
    const size = shape.reduce((n, d) => n * d, dtype === "complex64" ? 2 : 1);
    const data = hostBuffer(shape, dtype, size);
    addon.read(array, data);
    return { shape, dtype, data };
  };

  return {
    id: "native",
    apiVersion: 1,
    engineVersion: addon.runtimeVersion,
    ops: nativeOps(addon),
    provenance: (op: OpName): Provenance => (op in opTable ? "native" : "unsupported"),
    aval,
    fromHost: ({ data, shape, dtype }) => addon.fromHost(data, list(shape), dtypeCode(dtype)),
    toHostSync,
    async toHost(array) {
      const own = addon.retain(array);
      try {
        await addon.evalAsync(list([own]));
        return toHostSync(own);
      } finally {
        addon.release(list([own]));
      }
    },
    item: (array) => addon.item(array),
    eval: (arrays) => addon.eval(list(arrays)),
    evalAsync: (arrays) => addon.evalAsync(list(arrays)),
    retain: (array) => addon.retain(array),
    release: (arrays) => addon.release(list(arrays)),
    exchange: (into, from) => addon.exchange(into, from),
    track: (owner, array) => addon.track(owner, array),
    devices: () => devices,
    extension: <E>(token: ExtensionToken<E>) => extensions.get(token.id) as E | undefined,
    clampIndices: (on) => addon.clampIndices(on),
  };
}
