// How elements come in and go out: every dtype, every kind of shape, and views, which are read row-major.

import type { HostTensor } from "../../backend.js";
import { type DType, dtypeKind, dtypes, hostConstructor } from "../../dtype.js";
import { type Case, type Context, check } from "../case.js";
import { decode, sameBits, tensor } from "../values.js";
import { forms, viewed } from "../views.js";

/** Elements at the ends of what a dtype holds. */
export function edges(dtype: DType): HostTensor {
  const bits = 8 * hostConstructor(dtype).BYTES_PER_ELEMENT;
  const most = 2n ** BigInt(bits - (dtypeKind(dtype) === "signed" ? 1 : 0)) - 1n;
  switch (dtypeKind(dtype)) {
    case "bool":
      return tensor([2], dtype, [0, 1]);
    case "unsigned":
      return tensor([4], dtype, numbers(dtype, [0n, 1n, most / 2n, most]));
    case "signed":
      return tensor([5], dtype, numbers(dtype, [-most - 1n, -1n, 0n, 1n, most]));
    case "float":
      return tensor([7], dtype, [0, -0, 1.5, -2, Infinity, -Infinity, Number.NaN]);
    case "complex":
      return tensor([3], dtype, [1, -2, Infinity, 0, Number.NaN, -0]);
  }
}

const numbers = (dtype: DType, values: readonly bigint[]): readonly (number | bigint)[] =>
  dtype.endsWith("64") ? values : values.map(Number);

/** Small elements that all differ, as far as the dtype can. */
export function counting(shape: readonly number[], dtype: DType, from = 1): HostTensor {
  const size = shape.reduce((n, d) => n * d, dtype === "complex64" ? 2 : 1);
  return tensor(
    shape,
    dtype,
    Array.from({ length: size }, (_, i) =>
      dtype === "bool" ? ((i * 7 + from) % 3) & 1 : i + from,
    ),
  );
}

async function roundTrip(context: Context, host: HostTensor): Promise<void> {
  const array = context.array(host);
  const got = await context.read(array);
  check(
    sameBits(got, host),
    `[${decode(host)}] of ${host.dtype}[${host.shape}] comes back as [${decode(got)}] of ${got.dtype}[${got.shape}]`,
  );
  check(
    got.data instanceof hostConstructor(host.dtype),
    `${host.dtype} is read as ${got.data.constructor.name}`,
  );
}

/** Writes other elements into a tensor's storage. */
function overwrite({ data }: HostTensor): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(9n);
  else data.fill(9);
}

const perDtype: Readonly<Record<string, (context: Context, dtype: DType) => Promise<void>>> = {
  "elements at the ends of the range come back": (context, dtype) =>
    roundTrip(context, edges(dtype)),
  "a matrix comes back": (context, dtype) => roundTrip(context, counting([2, 3], dtype)),
  "an array without axes comes back": (context, dtype) => roundTrip(context, counting([], dtype)),
  "arrays without elements come back": async (context, dtype) => {
    for (const shape of [[0], [2, 0], [0, 3]]) await roundTrip(context, counting(shape, dtype));
  },
  "host elements are copied in": async (context, dtype) => {
    const host = counting([3], dtype);
    const kept = counting([3], dtype);
    const array = context.array(host);
    overwrite(host);
    check(sameBits(await context.read(array), kept), "the array changes with the host's elements");
  },
  "host elements are copied out": async (context, dtype) => {
    const array = context.array(counting([3], dtype));
    const first = await context.read(array);
    overwrite(first);
    check(
      sameBits(await context.read(array), counting([3], dtype)),
      "the array changes with what was read of it",
    );
  },
  "reading now and reading later agree": async (context, dtype) => {
    const array = context.array(counting([2, 2], dtype));
    const later = await context.read(array);
    let now: HostTensor;
    try {
      now = context.backend.toHostSync(array);
    } catch (error) {
      // An engine may be unable to wait; it says so.
      check(Reflect.get(error as object, "code") === "UNSUPPORTED", `toHostSync threw ${error}`);
      return;
    }
    check(sameBits(now, later), `toHostSync gives [${now.data}], toHost [${later.data}]`);
  },
  "views are read row-major": async (context, dtype) => {
    for (const form of forms) {
      const host = counting([2, 3], dtype);
      const got = await context.read(viewed(context, host, form));
      check(sameBits(got, host), `a ${form} view of [${decode(host)}] reads [${decode(got)}]`);
    }
  },
};

/** Cases of host input and output. */
export const hostIoCases = (): Case[] =>
  dtypes.flatMap((dtype) =>
    Object.entries(perDtype).map(
      ([title, run]): Case => ({
        id: `host-io/${dtype}: ${title}`,
        group: "host-io",
        tier: "required",
        requires: { ops: [], dtypes: [dtype], extensions: [] },
        run: (context) => run(context, dtype),
      }),
    ),
  );
