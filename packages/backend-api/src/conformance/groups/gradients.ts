// Derivatives: Python's products for each differentiable op, finite differences of the backend's own forward
// pass, and compositions that rules for single ops do not show. For backends with the Transforms extension.

import { type Handle, Scalar } from "../../backend.js";
import type { OpName } from "../../ops/index.js";
import { type HandleFunction, Transforms, type TransformsExtension } from "../../transforms.js";
import { type Case, type Context, check } from "../case.js";
import {
  dtypesOf,
  makeInput,
  runSteps,
  stepInputs,
  textOf,
  tierOf,
  wantedOf,
} from "../golden-case.js";
import type { Derivative, GoldenArray } from "../goldens/format.js";
import { derivatives } from "../goldens/index.js";
import { decode, sizeOf, tensor } from "../values.js";

const { inputs, cases } = derivatives;

const inputOf = (i: number): GoldenArray => inputs[i] as GoldenArray;

function transforms({ backend }: Context): TransformsExtension {
  const part = backend.extension(Transforms);
  check(part !== undefined, "it has no transforms");
  return part;
}

/** The arrays of a derivative's program. */
async function prepare(context: Context, { program, wrt, cotangent, tangents }: Derivative) {
  const handles = new Map<number, Handle>();
  for (const i of [...stepInputs(program), cotangent, ...tangents])
    handles.set(i, makeInput(context, inputOf(i)));
  const list = (places: readonly number[]) => places.map((i) => handles.get(i) as Handle);
  /** The first result, of other values for what is differentiated. */
  const fn: HandleFunction<Handle> = (values) => {
    const others = new Map(handles);
    wrt.forEach((place, i) => {
      others.set(place, values[i] as Handle);
    });
    return runSteps(context, program, others).slice(0, 1);
  };
  return { fn, primals: list(wrt), cotangents: list([cotangent]), tangents: list(tangents) };
}

const near = { arithmetic: "iterative" } as const;

const kinds: Readonly<Record<string, (context: Context, derivative: Derivative) => Promise<void>>> =
  {
    "vector-Jacobian products": async (context, derivative) => {
      const { fn, primals, cotangents } = await prepare(context, derivative);
      const { values, vjps } = transforms(context).vjp(context.lift(fn), primals, cotangents);
      for (const handle of [...values, ...vjps]) context.own(handle);
      check(vjps.length === primals.length, `${vjps.length} products, not ${primals.length}`);
      for (const [i, wanted] of derivative.products.entries())
        await context.expect(vjps[i] as Handle, wantedOf(wanted), near);
    },
    "Jacobian-vector products": async (context, derivative) => {
      const { fn, primals, tangents } = await prepare(context, derivative);
      const { values, jvps } = transforms(context).jvp(context.lift(fn), primals, tangents);
      for (const handle of [...values, ...jvps]) context.own(handle);
      const [got] = jvps;
      check(got !== undefined && jvps.length === 1, `${jvps.length} products, not 1`);
      await context.expect(got, wantedOf(derivative.tangent as GoldenArray), near);
    },
    "finite differences": async (context, derivative) => {
      const { fn, primals, cotangents, tangents } = await prepare(context, derivative);
      const { values, vjps } = transforms(context).vjp(context.lift(fn), primals, cotangents);
      for (const handle of [...values, ...vjps]) context.own(handle);
      // Along the tangents: the products' share, and what the function does on both sides.
      let slope = 0;
      for (const [i, vjp] of vjps.entries())
        slope += await dot(context, vjp, tangents[i] as Handle);
      const side = async (step: number): Promise<number> => {
        const moved = primals.map((primal, i) => {
          const way = context.one("multiply", tangents[i] as Handle, new Scalar(step));
          return context.one("add", primal, way);
        });
        return dot(context, fn(moved)[0] as Handle, cotangents[0] as Handle);
      };
      const wide = ((await side(step)) - (await side(-step))) / (2 * step);
      const narrow = ((await side(step / 2)) - (await side(-step / 2))) / step;
      // Twice the difference of both is more than what the steps' length adds.
      const slack = 2 * Math.abs(wide - narrow) + 2e-3 * (1 + Math.abs(slope));
      check(Math.abs(narrow - slope) <= slack, `the slope is ${slope}, differences give ${narrow}`);
    },
  };

const step = 2 ** -6;

/** The sum of products of two arrays' elements. */
async function dot(context: Context, a: Handle, b: Handle): Promise<number> {
  const [x, y] = [decode(await context.read(a)), decode(await context.read(b))];
  return x.reduce<number>((sum, value, i) => sum + Number(value) * Number(y[i]), 0);
}

/** Ops whose differences are not their slopes: none flows, or a step or an edge lies between both sides. */
const unlikeDifferences = new Set<OpName>([
  "stopGradient",
  "remainder",
  "sliceUpdateMax",
  "sliceUpdateMin",
  "floor",
  "ceil",
  "round",
  "sign",
  "trunc",
]);

function derivativeCases(): Case[] {
  return cases.flatMap((derivative) => {
    const { program, tangent } = derivative;
    const op = program.steps.at(-1)?.[0] as OpName;
    const ops = [...new Set([op, ...program.steps.map(([name]) => name)])];
    return Object.entries(kinds).flatMap(([title, run]): Case[] => {
      if (title === "Jacobian-vector products" && tangent === undefined) return [];
      if (title === "finite differences" && ops.some((name) => unlikeDifferences.has(name)))
        return [];
      return [
        {
          id: `gradients/${title} of ${textOf(program, inputs)}`,
          group: "gradients",
          tier: tierOf(ops),
          requires: {
            ops,
            dtypes: dtypesOf(program, inputs),
            extensions: [Transforms.id],
          },
          run: (context) => run(context, derivative),
        },
      ];
    });
  });
}

/** Functions of one [2, 3] array to a scalar, made of several ops. */
const composed: Readonly<Record<string, { ops: OpName[]; fn: (c: Context, x: Handle) => Handle }>> =
  {
    "a sum of sines": {
      ops: ["sin", "multiply", "sum"],
      fn: (c, x) => c.one("sum", c.one("multiply", c.one("sin", x), x), [0, 1], false),
    },
    "a softmax's entropy": {
      ops: ["softmax", "log", "multiply", "sum"],
      fn: (c, x) => {
        const p = c.one("softmax", x, [1], false);
        return c.one("sum", c.one("multiply", p, c.one("log", p)), [0, 1], false);
      },
    },
    "two layers": {
      ops: ["matmul", "tanh", "transpose", "mean", "square"],
      fn: (c, x) => {
        const hidden = c.one("tanh", c.one("matmul", x, c.one("transpose", x, [1, 0])));
        return c.one("mean", c.one("square", c.one("matmul", hidden, x)), [0, 1], false);
      },
    },
    "an array that is used many times, broadcast and sliced": {
      ops: ["slice", "add", "multiply", "divide", "exp", "sum"],
      fn: (c, x) => {
        const row = c.one("slice", x, [0, 0], [1, 3], [1, 1]);
        const last = c.one("slice", x, [1, 2], [-3, -4], [-1, -1]);
        const all = c.one("multiply", c.one("add", x, row), c.one("exp", last));
        return c.one(
          "sum",
          c.one("divide", all, c.one("add", c.one("multiply", x, x), new Scalar(1))),
          [0, 1],
          false,
        );
      },
    },
    "elements that are gathered twice": {
      ops: ["take", "power", "sum"],
      fn: (c, x) => {
        const places = c.array(tensor([4], "int32", [0, 2, 2, 2]));
        return c.one(
          "sum",
          c.one("power", c.one("take", x, places, 1), new Scalar(3)),
          [0, 1],
          false,
        );
      },
    },
  };

const point = tensor([2, 3], "float32", [0.3, -0.7, 1.1, 0.9, -0.2, 0.6]);

/** The gradient of a scalar function. */
function gradientOf(context: Context, fn: (x: Handle) => Handle, x: Handle): Handle {
  const { values, grads } = transforms(context).valueAndGrad(
    context.lift(([a]) => [fn(a as Handle)]),
    [x],
    [0],
  );
  for (const handle of [...values, ...grads]) context.own(handle);
  return grads[0] as Handle;
}

/** Compares a gradient with differences along each element. */
async function differences(
  context: Context,
  fn: (x: Handle) => Handle,
  slope: (x: Handle) => Handle,
): Promise<void> {
  const got = decode(await context.read(slope(context.array(point))));
  const values = decode(point).map(Number);
  check(got.length === values.length, `${got.length} slopes, not ${values.length}`);
  for (let i = 0; i < sizeOf(point.shape); i++) {
    const at = async (way: number): Promise<number> => {
      const moved = values.map((value, j) => (j === i ? value + way : value));
      const { data } = await context.read(fn(context.array(tensor(point.shape, "float32", moved))));
      return Number(data[0]);
    };
    const wanted = ((await at(step)) - (await at(-step))) / (2 * step);
    const off = Math.abs(Number(got[i]) - wanted);
    check(
      off <= 5e-3 * (1 + Math.abs(wanted)),
      `slope ${i} is ${got[i]}, differences give ${wanted}`,
    );
  }
}

function composedCases(): Case[] {
  return Object.entries(composed).flatMap(([title, { ops, fn }]): Case[] => {
    const facts = {
      group: "gradients",
      tier: tierOf(ops),
      requires: {
        ops,
        dtypes: ["float32" as const, "int32" as const],
        extensions: [Transforms.id],
      },
    };
    return [
      {
        ...facts,
        id: `gradients/the gradient of ${title}`,
        run: (context) =>
          differences(
            context,
            (x) => fn(context, x),
            (x) => gradientOf(context, (a) => fn(context, a), x),
          ),
      },
      {
        ...facts,
        id: `gradients/the second derivative of ${title}`,
        run: (context) => {
          const slopes = (x: Handle) => gradientOf(context, (a) => fn(context, a), x);
          const weights = context.array(tensor([2, 3], "float32", [1, -2, 0.5, 1.5, -1, 2]));
          const along = (x: Handle) =>
            context.one("sum", context.one("multiply", slopes(x), weights), [0, 1], false);
          return differences(context, along, (x) => gradientOf(context, along, x));
        },
      },
    ];
  });
}

/** Cases of derivatives. */
export const gradientCases = (): Case[] => [...derivativeCases(), ...composedCases()];
