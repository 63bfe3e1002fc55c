// The rules of transforms beside derivatives: which input comes where, whose rule holds, where the batch stands,
// and when a compiled function is traced anew. The numbers are small and whole, so that results are exact.

import { type Handle, Scalar } from "../../backend.js";
import type { ExtensionToken } from "../../extensions.js";
import type { OpName } from "../../ops/index.js";
import {
  Compile,
  type CompileExtension,
  Transforms,
  type TransformsExtension,
} from "../../transforms.js";
import { type Case, type Context, check } from "../case.js";
import { tensor } from "../values.js";

function part<E>({ backend }: Context, token: ExtensionToken<E>): E {
  const found = backend.extension(token);
  check(found !== undefined, `it has no extension "${token.id}"`);
  return found;
}

const made = (context: Context, shape: readonly number[], data: readonly number[]): Handle =>
  context.array(tensor(shape, "float32", data));

/** Fails unless arrays of float32 have these elements; the arrays are the case's to release. */
async function expectAll(
  context: Context,
  handles: readonly Handle[],
  ...wanted: readonly (readonly [shape: readonly number[], data: readonly number[]])[]
): Promise<void> {
  for (const handle of handles) context.own(handle);
  check(handles.length === wanted.length, `${handles.length} arrays, not ${wanted.length}`);
  for (const [i, [shape, data]] of wanted.entries())
    await context.expect(handles[i] as Handle, { shape, dtype: "float32", data });
}

/** A function of handles in raw ops; the case releases what it makes on the way. */
type Body = (inputs: readonly Handle[]) => readonly Handle[];

async function gradientsOfSome(context: Context): Promise<void> {
  const inputs = [made(context, [2], [2, 3]), made(context, [2], [5, 7])];
  const body: Body = ([x, y]) => {
    const product = context.one("multiply", context.one("multiply", x, x), y);
    return [context.one("sum", product, null, false)];
  };
  const transforms = part(context, Transforms);
  const slopes = [
    [[2], [20, 42]],
    [[2], [4, 9]],
  ] as const;
  for (const argnums of [[0], [1], [0, 1]] as const) {
    const { values, grads } = transforms.valueAndGrad(context.lift(body), inputs, argnums);
    await expectAll(context, values, [[], [83]]);
    await expectAll(context, grads, ...argnums.map((i) => slopes[i]));
  }
}

/** At a tie the cotangent may go to either side or to both in parts, but all of it must arrive. */
async function tie(context: Context, op: "maximum" | "minimum"): Promise<void> {
  const primals = [made(context, [3], [1, 2, 3]), made(context, [3], [1, 2, 3])];
  const cotangent = made(context, [3], [8, -4, 2]);
  const body: Body = ([a, b]) => [context.one(op, a, b)];
  const transforms = part(context, Transforms);
  const { values, vjps } = transforms.vjp(context.lift(body), primals, [cotangent]);
  const [a, b] = [...vjps, ...values].map((handle) => context.own(handle));
  check(vjps.length === 2, `${vjps.length} products, not 2`);
  await expectAll(
    context,
    [context.one("add", a, b)].map((sum) => context.backend.retain(sum)),
    [[3], [8, -4, 2]],
  );
}

async function customRule(context: Context): Promise<void> {
  const transforms = part(context, Transforms);
  const { backend } = context;
  const body: Body = ([x]) => {
    const [squares] = transforms.custom(
      {
        fn: context.lift(([a]) => [context.one("multiply", a, a)]),
        vjp(primals, cotangents, outputs) {
          for (const handle of [...primals, ...outputs]) context.own(handle);
          const [cotangent] = cotangents.map((handle) => context.own(handle));
          return [backend.retain(context.one("multiply", cotangent, new Scalar(7)))];
        },
      },
      [x as Handle],
    );
    return [context.one("sum", context.own(squares as Handle), null, false)];
  };
  const x = made(context, [2], [2, 3]);
  const { values, grads } = transforms.valueAndGrad(context.lift(body), [x], [0]);
  await expectAll(context, values, [[], [13]]);
  await expectAll(context, grads, [[2], [7, 7]]);
}

/** Three examples `[a, b]` in the columns of a matrix, and an array that is the same for all. */
async function batchAxes(context: Context, output: 0 | 1 | null): Promise<void> {
  const columns = made(context, [2, 3], [1, 2, 3, 4, 5, 6]);
  const shared = made(context, [2], [10, 20]);
  const transforms: TransformsExtension = part(context, Transforms);
  const seen: string[] = [];
  const results = transforms.vmap(
    (inputs) => {
      const [example, same] = inputs.map((handle) => context.own(handle));
      seen.push(`${context.backend.aval(example as Handle).shape}`);
      const sum = context.one("add", output === null ? same : example, same);
      return { outputs: [context.backend.retain(sum)], axes: [output] };
    },
    [columns, shared],
    [1, null],
  );
  check(seen[0] === "2", `an example's shape is [${seen[0]}], not [2]`);
  const wanted = {
    0: [
      [3, 2],
      [11, 24, 12, 25, 13, 26],
    ],
    1: [
      [2, 3],
      [11, 12, 13, 24, 25, 26],
    ],
    null: [[2], [20, 40]],
  } as const;
  await expectAll(context, results, wanted[`${output}`]);
}

/** Another shape and another key need another trace; a known one is used again. */
async function traces(context: Context): Promise<void> {
  const compiled = (part(context, Compile) as CompileExtension).compile(false);
  /** Adds up its elements, `factor` times each; the count of elements is fixed by the trace. */
  const call = async (factor: number, data: readonly number[]): Promise<number> => {
    const body: Body = ([x]) => {
      const [size = 0] = context.backend.aval(x as Handle).shape;
      const sum = context.one("sum", x, null, false);
      return [context.one("multiply", sum, new Scalar(factor * size))];
    };
    const x = made(context, [data.length], data);
    const { outputs, trace } = compiled.call(context.lift(body), [x], factor);
    const total = data.reduce((sum, value) => sum + value, 0);
    await expectAll(context, outputs, [[], [factor * data.length * total]]);
    return trace;
  };
  const first = await call(2, [1, 2]);
  const other = await call(2, [1, 2, 3]);
  const third = await call(3, [1, 2]);
  check(new Set([first, other, third]).size === 3, `the traces are ${first}, ${other}, ${third}`);
  check((await call(2, [4, 5])) === first, "the first shape and key were traced again");
  compiled.dispose();
}

const rule = (
  group: string,
  title: string,
  extension: ExtensionToken<unknown>,
  ops: readonly OpName[],
  run: (context: Context) => Promise<void>,
): Case => ({
  id: `${group}/${title}`,
  group,
  tier: "extension",
  requires: { ops, dtypes: ["float32"], extensions: [extension.id] },
  run,
});

/** Cases of the rules of transforms. */
export const ruleCases = (): Case[] => [
  rule(
    "gradients",
    "gradients are of the inputs that are asked",
    Transforms,
    ["multiply", "sum"],
    gradientsOfSome,
  ),
  ...(["maximum", "minimum"] as const).map((op) =>
    rule(
      "gradients",
      `all of the cotangent arrives at a tie of ${op}`,
      Transforms,
      [op],
      (context) => tie(context, op),
    ),
  ),
  rule(
    "gradients",
    "a function's own rule replaces that of its ops",
    Transforms,
    ["multiply", "sum"],
    customRule,
  ),
  ...([0, 1, null] as const).map((axis) =>
    rule(
      "vmap",
      `the batch stands at axis ${axis} where that is asked`,
      Transforms,
      ["add"],
      (context) => batchAxes(context, axis),
    ),
  ),
  rule(
    "compile",
    "other shapes and keys are traced anew, known ones are not",
    Compile,
    ["sum", "multiply"],
    traces,
  ),
];
