// Mutants whose arithmetic is right: how elements come in and out, how long arrays live, what is refused and
// what a backend says of itself.

import {
  type Backend,
  type Handle,
  type HostTensor,
  Memory,
  type OpName,
  type Ops,
  Scalar,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { boxed, swap } from "./boxes.js";
import { inherited, type Mutant, withOp } from "./mutant.js";

type AnyOp = (...args: unknown[]) => Handle | Handle[];

/** All ops, each behind the same wrapper. */
const everyOp = (good: Backend, wrap: (op: AnyOp, name: OpName) => AnyOp): Ops =>
  Object.fromEntries(
    Object.entries(good.ops).map(([name, op]) => [name, wrap(op as AnyOp, name as OpName)]),
  ) as unknown as Ops;

/** A backend whose reads are changed, blocking or not. */
const reading = (good: Backend, read: (a: Handle) => HostTensor): Backend => ({
  ...inherited(good),
  toHostSync: read,
  toHost: async (a) => read(a),
});

const hostMutants: readonly Mutant[] = [
  {
    name: "toHost",
    wrong: "copies a transposed array as it lies in memory",
    groups: ["shape", "forms", "host-io"],
    broken(good) {
      const lying = new Map<Handle, HostTensor["data"]>();
      const turned = withOp(good, "transpose", ({ ops }, a, axes) => ops.transpose(a, axes));
      const transpose: Ops["transpose"] = (a, axes, at) => {
        const result = turned.ops.transpose(a, axes, at);
        lying.set(result, good.toHostSync(a).data);
        return result;
      };
      const read = (a: Handle): HostTensor => {
        const data = lying.get(a);
        return data ? { ...good.aval(a), data: data.slice() } : good.toHostSync(a);
      };
      return {
        ...reading(good, read),
        ops: { ...good.ops, transpose },
        release(arrays) {
          for (const a of arrays) lying.delete(a);
          good.release(arrays);
        },
      };
    },
  },
  {
    name: "toHost",
    wrong: "takes int64 through float64, which loses bits",
    groups: ["host-io"],
    broken: (good) =>
      reading(good, (a) => {
        const host = good.toHostSync(a);
        if (!(host.data instanceof BigInt64Array)) return host;
        return {
          ...host,
          data: host.data.map((value) => BigInt.asIntN(64, BigInt(Number(value)))),
        };
      }),
  },
  {
    name: "toHost",
    wrong: "fails when the array is released while it waits",
    throws: true,
    groups: ["host-io", "lifetime"],
    broken: (good) => ({
      ...inherited(good),
      async toHost(a) {
        await Promise.resolve();
        return good.toHostSync(a);
      },
    }),
  },
  {
    name: "toHost",
    wrong: "gives its own buffer away, so that a reader's changes come back",
    groups: ["host-io", "lifetime"],
    broken(good) {
      const buffers = new Map<Handle, HostTensor>();
      const read = (a: Handle) => {
        const host = buffers.get(a) ?? good.toHostSync(a);
        buffers.set(a, host);
        return host;
      };
      return {
        ...reading(good, read),
        release(arrays) {
          for (const a of arrays) buffers.delete(a);
          good.release(arrays);
        },
      };
    },
  },
  {
    name: "fromHost",
    wrong: "keeps the caller's buffer until the array is read",
    groups: ["host-io", "lifetime"],
    broken(good) {
      const given = new Map<Handle, HostTensor>();
      const read = (a: Handle): HostTensor => {
        const tensor = given.get(a);
        return tensor ? { ...tensor, data: tensor.data.slice() } : good.toHostSync(a);
      };
      return {
        ...reading(good, read),
        fromHost(tensor) {
          const a = good.fromHost(tensor);
          given.set(a, tensor);
          return a;
        },
        release(arrays) {
          for (const a of arrays) given.delete(a);
          good.release(arrays);
        },
      };
    },
  },
  {
    name: "aval",
    wrong: "says [1] of an array without axes",
    groups: ["metadata", "host-io"],
    broken: (good) => ({
      ...inherited(good),
      aval(a) {
        const { shape, dtype } = good.aval(a);
        return { shape: shape.length === 0 ? [1] : shape, dtype };
      },
    }),
  },
];

const lifetimeMutants: readonly Mutant[] = [
  {
    name: "multiply",
    wrong: "results of one shape share one buffer",
    groups: ["lifetime", "binary"],
    broken(good) {
      const boxes = boxed(good);
      const buffers = new Map<string, Handle>();
      return {
        ...boxes,
        ops: {
          ...boxes.ops,
          multiply(a, b, at) {
            const result = boxes.ops.multiply(a, b, at);
            const { shape, dtype } = boxes.aval(result);
            const before = buffers.get(`${dtype}[${shape}]`);
            if (before) swap(good, before, result);
            buffers.set(`${dtype}[${shape}]`, result);
            return result;
          },
        },
      };
    },
  },
  {
    name: "scatter",
    wrong: "writes into its input",
    groups: ["indexing", "lifetime"],
    broken(good) {
      const boxes = boxed(good);
      return {
        ...boxes,
        ops: {
          ...boxes.ops,
          scatter(a, indices, updates, axes, at) {
            const result = boxes.ops.scatter(a, indices, updates, axes, at);
            swap(good, a, result);
            return result;
          },
        },
      };
    },
  },
  {
    name: "add",
    wrong: "uses up its first operand",
    throws: true,
    groups: ["binary", "lifetime"],
    broken: (good) => ({
      ...inherited(good),
      ops: {
        ...good.ops,
        add(a, b, at) {
          const result = good.ops.add(a, b, at);
          if (!(a instanceof Scalar)) good.release([a]);
          return result;
        },
      },
    }),
  },
  {
    name: "release",
    wrong: "frees the views of an array with it",
    throws: true,
    groups: ["lifetime", "forms"],
    broken(good) {
      const views = new Map<Handle, Handle[]>();
      const slice: Ops["slice"] = (a, ...rest) => {
        const view = good.ops.slice(a, ...rest);
        views.set(a, [...(views.get(a) ?? []), view]);
        return view;
      };
      return {
        ...inherited(good),
        ops: { ...good.ops, slice },
        release(arrays) {
          for (const a of arrays) {
            good.release(views.get(a) ?? []);
            views.delete(a);
          }
          good.release(arrays);
        },
      };
    },
  },
  {
    name: "release",
    wrong: "frees another array when a handle is given back twice",
    throws: true,
    groups: ["lifetime"],
    broken(good) {
      const alive = new Set<Handle>();
      const gone = new Set<Handle>();
      const born = <T extends Handle | Handle[]>(result: T): T => {
        for (const a of Array.isArray(result) ? result : [result]) {
          gone.delete(a);
          alive.add(a);
        }
        return result;
      };
      return {
        ...inherited(good),
        ops: everyOp(
          good,
          (op) =>
            (...args) =>
              born(op(...args)),
        ),
        fromHost: (tensor) => born(good.fromHost(tensor)),
        retain: (a) => born(good.retain(a)),
        release(arrays) {
          for (const a of arrays) {
            const victim = gone.has(a) ? [...alive].at(-1) : a;
            if (victim === undefined) continue;
            alive.delete(victim);
            gone.add(victim);
            good.release([victim]);
          }
        },
      };
    },
  },
  {
    name: "release",
    wrong: "forgets every second array",
    throws: true,
    needs: Memory,
    groups: ["lifetime"],
    broken(good) {
      let count = 0;
      return {
        ...inherited(good),
        release: (arrays) => good.release(arrays.filter(() => count++ % 2 === 0)),
      };
    },
  },
  {
    name: "retain",
    wrong: "gives the same handle, which one release frees",
    throws: true,
    groups: ["lifetime"],
    broken: (good) => ({ ...inherited(good), retain: (a) => a }),
  },
];

const refusalMutants: readonly Mutant[] = [
  {
    name: "errors",
    wrong: "have no code",
    groups: ["errors"],
    broken: (good) => ({
      ...inherited(good),
      ops: everyOp(good, (op) => (...args) => {
        try {
          return op(...args);
        } catch (error) {
          throw new Error(error instanceof Error ? error.message : String(error));
        }
      }),
    }),
  },
  {
    name: "errors",
    wrong: "are texts",
    groups: ["errors"],
    broken: (good) => ({
      ...inherited(good),
      ops: everyOp(good, (op) => (...args) => {
        try {
          return op(...args);
        } catch (error) {
          throw String(error);
        }
      }),
    }),
  },
  {
    name: "sum",
    wrong: "takes any axis, modulo the number of axes",
    groups: ["errors"],
    broken: (good) =>
      withOp(good, "sum", ({ ops, shape }, a, axes, keepdims) => {
        const { length } = shape(a);
        const wrapped = axes?.map((axis) => ((axis % length) + length) % length) ?? null;
        return ops.sum(a, length === 0 ? axes : wrapped, keepdims);
      }),
  },
  {
    name: "reshape",
    wrong: "cuts or repeats elements until they fit",
    groups: ["errors"],
    broken: (good) =>
      withOp(good, "reshape", (bench, a, shape) => {
        const size = shape.reduce((n, d) => n * d, 1);
        const old = bench.shape(a).reduce((n, d) => n * d, 1);
        if (size === old || size < 0 || old === 0) return bench.ops.reshape(a, shape);
        const numbers = bench.numbers(a);
        const fitted = Array.from({ length: size }, (_, i) => numbers[i % old] ?? 0);
        return bench.array(shape, bench.dtype(a), fitted);
      }),
  },
];

const honestyMutants: readonly Mutant[] = [
  {
    name: "provenance",
    wrong: "calls an op native that is not there",
    throws: true,
    groups: ["sorting", "metadata"],
    broken: (good) => ({
      ...inherited(good),
      ops: {
        ...good.ops,
        sort() {
          throw new UnsupportedError("sort", "mutant");
        },
      },
      provenance: () => "native",
    }),
  },
  {
    name: "provenance",
    wrong: "calls an op unsupported that is there, so that no case runs it",
    groups: ["scan", "metadata"],
    broken: (good) => ({
      ...inherited(good),
      provenance: (op) => (op === "cumsum" ? "unsupported" : good.provenance(op)),
    }),
  },
  {
    name: "provenance",
    wrong: "calls an op unsupported whose call gives zeros",
    groups: ["metadata"],
    broken: (good) => ({
      ...withOp(good, "logcumsumexp", ({ ops }, a) => ops.zerosLike(a, null)),
      provenance: (op) => (op === "logcumsumexp" ? "unsupported" : good.provenance(op)),
    }),
  },
];

export const engineMutants: readonly Mutant[] = [
  ...hostMutants,
  ...lifetimeMutants,
  ...refusalMutants,
  ...honestyMutants,
];
