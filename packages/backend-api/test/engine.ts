// A tiny engine for tests of `defineBackend`: arrays are objects with a list of numbers, it counts those that are
// alive, notes every call of a kernel, and has the few kernels that those tests need. It is no backend to use.

import {
  type ArrayAccess,
  type DType,
  type HostData,
  type HostTensor,
  hostConstructor,
  opTable,
  type Placement,
  type RequiredKernels,
} from "../src/index.js";

/** An array of the engine. */
export interface Tiny {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

type Kernel = (...args: never[]) => Tiny;

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** The place, in an array of `from`, of an element of an array of `to` that it broadcasts to. */
function source(from: readonly number[], to: readonly number[], place: number): number {
  let [rest, stride, at] = [place, 1, 0];
  for (let i = 1; i <= to.length; i++) {
    const size = from[from.length - i] ?? 1;
    const along = rest % (to[to.length - i] ?? 1);
    rest = Math.floor(rest / (to[to.length - i] ?? 1));
    if (size > 1) at += along * stride;
    stride *= size;
  }
  return at;
}

/** An engine with nothing in it yet. */
export class TinyEngine {
  /** The arrays that were made and not released. */
  readonly live = new Set<Tiny>();
  /** Names and arguments of the kernels that ran. */
  readonly calls: [op: string, args: readonly unknown[]][] = [];
  /** What `place` was told. */
  readonly places: (Placement | undefined)[] = [];

  readonly arrays: ArrayAccess<Tiny> = {
    aval: (a) => a,
    fromHost: ({ shape, dtype, data }) => this.make(shape, dtype, Array.from(data, Number)),
    toHostSync: (a) => this.host(a),
    release: (a) => {
      if (!this.live.delete(a)) throw new Error("an array was released twice");
    },
    retain: (a) => this.make(a.shape, a.dtype, a.data),
    place: (at) => this.places.push(at),
  };

  /** All required kernels; those that no test needs throw. */
  readonly required = this.kernels();

  make(shape: readonly number[], dtype: DType, data: readonly number[]): Tiny {
    const array = { shape: [...shape], dtype, data };
    this.live.add(array);
    return array;
  }

  private host({ shape, dtype, data }: Tiny): HostTensor {
    const host: HostData = new (hostConstructor(dtype))(data.length);
    for (const [i, value] of data.entries()) Reflect.set(host, i, value);
    return { shape, dtype, data: host };
  }

  private kernels(): RequiredKernels<Tiny> {
    const each = (a: Tiny, of: (value: number) => number, dtype = a.dtype): Tiny =>
      this.make(a.shape, dtype, a.data.map(of));
    const both =
      (of: (x: number, y: number) => number) =>
      (a: Tiny, b: Tiny): Tiny =>
        this.make(
          a.shape,
          a.dtype,
          a.data.map((x, i) => of(x, b.data[i] ?? Number.NaN)),
        );
    const written: Partial<RequiredKernels<Tiny>> = {
      full: (shape, value, dtype) =>
        this.make(shape, dtype, new Array(sizeOf(shape)).fill(Number(value))),
      astype: (a, dtype) => each(a, (x) => x, dtype),
      sqrt: (a) => each(a, Math.sqrt),
      add: both((x, y) => x + y),
      subtract: both((x, y) => x - y),
      multiply: both((x, y) => x * y),
      floorDivide: both((x, y) => Math.floor(x / y)),
      remainder: both((x, y) => x - y * Math.floor(x / y)),
      reshape: (a, shape) => this.make(shape, a.dtype, a.data),
      broadcastTo: (a, shape) =>
        this.make(
          shape,
          a.dtype,
          Array.from({ length: sizeOf(shape) }, (_, i) => a.data[source(a.shape, shape, i)] ?? 0),
        ),
      // All axes at once is enough here.
      sum: (a) => this.make([], a.dtype, [a.data.reduce((x, y) => x + y, 0)]),
    };
    const all = Object.entries(opTable)
      .filter(([, { tier }]) => tier === "required")
      .map(([op]) => {
        const kernel = Reflect.get(written, op) as Kernel | undefined;
        const noted = (...args: never[]): Tiny => {
          this.calls.push([op, args]);
          if (kernel) return kernel(...args);
          throw new Error(`the tiny engine has no ${op}`);
        };
        return [op, noted];
      });
    return Object.fromEntries(all) as RequiredKernels<Tiny>;
  }
}
