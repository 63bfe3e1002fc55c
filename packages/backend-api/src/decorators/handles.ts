// The optional parts of an engine over other handles: what a decorator needs that has handles of its own.

import type { Handle } from "../backend.js";
import { Export, type ExportExtension } from "../export.js";
import {
  Capture,
  Contractions,
  type ContractionsExtension,
  Distributed,
  type DistributedExtension,
  type ExtensionToken,
  type GgufValue,
  Io,
  type IoExtension,
  Kernels,
  Memory,
  type MemoryExtension,
  Streams,
} from "../extensions.js";
import type { KernelFunction, KernelsExtension } from "../kernels.js";
import {
  type BatchedOutputs,
  Compile,
  type CompileExtension,
  type HandleFunction,
  Transforms,
  type TransformsExtension,
} from "../transforms.js";

/** How handles of a decorator and of the engine below become each other. */
export interface HandleMap {
  /** A decorator's handle for an engine's, which it now owns. */
  wrap(inner: Handle): Handle;
  /** The engine's handle, borrowed. */
  inner(outer: Handle): Handle;
  /** The engine's handle, which leaves the decorator. */
  give(outer: Handle): Handle;
}

/**
 * An engine's optional part over a decorator's handles.
 *
 * @returns `undefined` for a token that is not known here: its part may hold handles anywhere
 */
export function mappedExtension<E>(
  token: ExtensionToken<E>,
  part: E,
  map: HandleMap,
): E | undefined {
  switch (token.id) {
    case Streams.id:
    case Capture.id:
      return part;
    // Each of these tokens has the type of its part, so that the result is an E too.
    case Memory.id:
      return mappedMemory(part as MemoryExtension, map) as E;
    case Transforms.id:
      return mappedTransforms(part as TransformsExtension, map) as E;
    case Compile.id:
      return mappedCompile(part as CompileExtension, map) as E;
    case Export.id:
      return mappedExport(part as ExportExtension, map) as E;
    case Io.id:
      return mappedIo(part as IoExtension, map) as E;
    case Distributed.id:
      return mappedDistributed(part as DistributedExtension, map) as E;
    case Contractions.id:
      return mappedContractions(part as ContractionsExtension, map) as E;
    case Kernels.id:
      return mappedKernels(part as KernelsExtension, map) as E;
    default:
      return undefined;
  }
}

/** Memory over other handles. */
export const mappedMemory = (
  own: MemoryExtension,
  { inner }: Pick<HandleMap, "inner">,
): MemoryExtension => ({
  active: () => own.active(),
  peak: () => own.peak(),
  cache: () => own.cache(),
  memoryLimit: () => own.memoryLimit(),
  bufferSize: (arrays) => own.bufferSize(arrays.map(inner)),
  resetPeak: () => own.resetPeak(),
  clearCache: () => own.clearCache(),
  setMemoryLimit: (bytes) => own.setMemoryLimit(bytes),
  setCacheLimit: (bytes) => own.setCacheLimit(bytes),
  setWiredLimit: (bytes) => own.setWiredLimit(bytes),
  liveHandles: () => own.liveHandles(),
});

/** A function over the decorator's handles, as the engine calls it. */
const mappedFunction =
  (fn: HandleFunction<Handle>, { wrap, give }: HandleMap): HandleFunction<Handle> =>
  (inputs) =>
    fn(inputs.map(wrap)).map(give);

const mappedOutputs = (
  { outputs, axes }: BatchedOutputs<Handle>,
  { give }: HandleMap,
): BatchedOutputs<Handle> => ({ outputs: outputs.map(give), axes });

function mappedTransforms(own: TransformsExtension, map: HandleMap): TransformsExtension {
  const { wrap, inner, give } = map;
  return {
    valueAndGrad(fn, inputs, argnums) {
      const out = own.valueAndGrad(mappedFunction(fn, map), inputs.map(inner), argnums);
      return { values: out.values.map(wrap), grads: out.grads.map(wrap) };
    },
    vjp(fn, primals, cotangents) {
      const out = own.vjp(mappedFunction(fn, map), primals.map(inner), cotangents.map(inner));
      return { values: out.values.map(wrap), vjps: out.vjps.map(wrap) };
    },
    jvp(fn, primals, tangents) {
      const out = own.jvp(mappedFunction(fn, map), primals.map(inner), tangents.map(inner));
      return { values: out.values.map(wrap), jvps: out.jvps.map(wrap) };
    },
    vmap: (fn, inputs, axes) =>
      own
        .vmap((tracers) => mappedOutputs(fn(tracers.map(wrap)), map), inputs.map(inner), axes)
        .map(wrap),
    custom({ fn, vjp, jvp, vmap }, inputs) {
      const rules = {
        fn: mappedFunction(fn, map),
        vjp:
          vjp &&
          ((
            primals: readonly Handle[],
            cotangents: readonly Handle[],
            outputs: readonly Handle[],
          ) => vjp(primals.map(wrap), cotangents.map(wrap), outputs.map(wrap)).map(give)),
        jvp:
          jvp &&
          ((primals: readonly Handle[], tangents: readonly Handle[], argnums: readonly number[]) =>
            jvp(primals.map(wrap), tangents.map(wrap), argnums).map(give)),
        vmap:
          vmap &&
          ((batched: readonly Handle[], axes: readonly (number | null)[]) =>
            mappedOutputs(vmap(batched.map(wrap), axes), map)),
      };
      return own.custom(rules, inputs.map(inner)).map(wrap);
    },
    checkpoint: (fn, inputs) =>
      own.checkpoint(mappedFunction(fn, map), inputs.map(inner)).map(wrap),
    depends: (inputs, dependencies) =>
      own.depends(inputs.map(inner), dependencies.map(inner)).map(wrap),
  };
}

const mappedCompile = (own: CompileExtension, map: HandleMap): CompileExtension => ({
  compile(shapeless) {
    const compiled = own.compile(shapeless);
    return {
      call(fn, inputs, key) {
        const out = compiled.call(mappedFunction(fn, map), inputs.map(map.inner), key);
        return { outputs: out.outputs.map(map.wrap), trace: out.trace };
      },
      dispose: () => compiled.dispose(),
    };
  },
});

const mappedExport = (own: ExportExtension, map: HandleMap): ExportExtension => ({
  exporter(file, shapeless, metadata) {
    const exporter = own.exporter(file, shapeless, metadata);
    return {
      trace: (fn, inputs, names) =>
        exporter.trace(mappedFunction(fn, map), inputs.map(map.inner), names).map((entry) =>
          entry.type === "constants"
            ? {
                type: entry.type,
                constants: entry.constants.map(([name, array]) => [name, map.wrap(array)] as const),
              }
            : entry,
        ),
      close: () => exporter.close(),
    };
  },
  importFunction(file) {
    const imported = own.importFunction(file);
    return {
      metadata: imported.metadata,
      call: (inputs, names) => imported.call(inputs.map(map.inner), names).map(map.wrap),
      dispose: () => imported.dispose(),
    };
  },
  toDot: (outputs, named) =>
    own.toDot(
      outputs.map(map.inner),
      named.map(([name, array]) => [name, map.inner(array)] as const),
    ),
});

const mapValues = <A, B>(entries: ReadonlyMap<string, A>, map: (value: A) => B): Map<string, B> =>
  new Map([...entries].map(([name, value]) => [name, map(value)]));

/** A value of gguf's metadata with another array. */
const mapGguf = (value: GgufValue<Handle>, map: (array: Handle) => Handle): GgufValue<Handle> =>
  typeof value === "object" && "array" in value ? { array: map(value.array) } : value;

const mappedIo = (own: IoExtension, { wrap, inner }: HandleMap): IoExtension => ({
  open(path) {
    const file = own.open(path);
    return {
      size: file.size,
      read: (offset, length) => file.read(offset, length),
      array: (span, place) => wrap(file.array(span, place)),
      close: () => file.close(),
    };
  },
  saveNpy: (to, array) => own.saveNpy(to, inner(array)),
  saveSafetensors: (to, arrays, metadata) =>
    own.saveSafetensors(to, mapValues(arrays, inner), metadata),
  loadGguf(path) {
    const { arrays, metadata } = own.loadGguf(path);
    return {
      arrays: mapValues(arrays, wrap),
      metadata: mapValues(metadata, (value) => mapGguf(value, wrap)),
    };
  },
  saveGguf: (path, arrays, metadata) =>
    own.saveGguf(
      path,
      mapValues(arrays, inner),
      mapValues(metadata, (value) => mapGguf(value, inner)),
    ),
});

const mappedDistributed = (
  own: DistributedExtension,
  { wrap, inner }: HandleMap,
): DistributedExtension => ({
  isAvailable: (backend) => own.isAvailable(backend),
  init: (strict, backend, factory) => own.init(strict, backend, factory),
  split: (group, color, key) => own.split(group, color, key),
  allReduce: (op, x, group, at) => wrap(own.allReduce(op, inner(x), group, at)),
  allGather: (x, group, at) => wrap(own.allGather(inner(x), group, at)),
  sumScatter: (x, group, at) => wrap(own.sumScatter(inner(x), group, at)),
  send: (x, to, group, at) => wrap(own.send(inner(x), to, group, at)),
  recv: (shape, dtype, from, group, at) => wrap(own.recv(shape, dtype, from, group, at)),
});

/** Contractions over other handles. */
export const mappedContractions = (
  own: ContractionsExtension,
  { inner }: Pick<HandleMap, "inner">,
): ContractionsExtension => ({
  einsumPath: (subscripts, operands) => own.einsumPath(subscripts, operands.map(inner)),
});

function mappedKernels(own: KernelsExtension, { wrap, inner }: HandleMap): KernelsExtension {
  const mapped =
    (kernel: KernelFunction<Handle>): KernelFunction<Handle> =>
    (call, at) =>
      kernel({ ...call, inputs: call.inputs.map(inner) }, at).map(wrap);
  return {
    metalKernel: (kernel) => mapped(own.metalKernel(kernel)),
    cudaKernel: (kernel) => mapped(own.cudaKernel(kernel)),
    precompiledCudaKernel: (kernel, at) =>
      own.precompiledCudaKernel({ ...kernel, inputs: kernel.inputs.map(inner) }, at).map(wrap),
  };
}
