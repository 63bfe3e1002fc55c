// Who owns what: ops borrow, results are the caller's, and no array changes under a handle that lives.

import type { Handle } from "../../backend.js";
import type { OpName } from "../../ops/index.js";
import { type Case, type Context, check, Mismatch } from "../case.js";
import { compare, type Golden, makeInputs, runSteps, stepInputs, tierOf } from "../golden-case.js";
import { sameBits } from "../values.js";
import { counting } from "./host-io.js";

/** Ops that may give back their operand, or share its memory. */
const sharing: readonly (readonly [OpName, ...unknown[]])[] = [
  ["reshape", [2, 3]],
  ["reshape", [3, 2]],
  ["transpose", [1, 0]],
  ["transpose", [0, 1]],
  ["broadcastTo", [2, 3]],
  ["broadcastTo", [2, 2, 3]],
  ["astype", "float32"],
  ["flip", [0]],
  ["slice", [0, 0], [2, 3], [1, 1]],
  ["slice", [0, 1], [2, 3], [1, 1]],
  ["slice", [1, 2], [-3, -4], [-1, -1]],
  ["squeeze", null],
  ["expandDims", [0]],
  ["flatten", 0, -1],
  ["contiguous", false],
  ["stopGradient"],
  ["positive"],
  ["view", "int32"],
  ["asStrided", [3], [2], 0],
  ["sum", [], false],
];

/** Each with a fresh [2, 3] array and a result that may share its memory. */
const shared: Readonly<
  Record<string, (context: Context, base: Handle, make: () => Handle) => Promise<void>>
> = {
  "outlives its operand": async (context, base, make) => {
    const [result, again] = [make(), make()];
    const wanted = await context.read(again);
    context.drop(base);
    // Something that would take freed memory.
    const other = context.array(counting([2, 3], "float32", 50));
    await context.read(context.one("add", other, other));
    check(
      sameBits(await context.read(result), wanted),
      "the result changes with its operand's end",
    );
  },
  "may be released before its operand": async (context, base, make) => {
    context.drop(make());
    const got = await context.read(base);
    check(sameBits(got, counting([2, 3], "float32")), `the operand became [${got.data}]`);
    context.drop(make());
  },
};

const shareCases = (): Case[] =>
  sharing.flatMap(([op, ...args]) =>
    Object.entries(shared).map(
      ([title, run]): Case => ({
        id: `lifetime/the result of ${op}(${args.map((arg) => JSON.stringify(arg)).join(", ")}) ${title}`,
        group: "lifetime",
        tier: tierOf([op]),
        requires: { ops: [op], dtypes: ["float32"], extensions: [] },
        run: (context) => {
          const base = context.array(counting([2, 3], "float32"));
          return run(context, base, () => context.one(op, base, ...args));
        },
      }),
    ),
  );

const titled: Readonly<Record<string, (context: Context) => void | Promise<void>>> = {
  "a handle released twice is ignored": async (context) => {
    const { backend } = context;
    const a = context.array(counting([2], "float32"));
    const b = context.array(counting([2], "float32", 5));
    context.drop(a);
    backend.release([a]);
    backend.release([a, a]);
    check((await context.read(b)).data[0] === 5, "another array changed");
  },
  "a handle released twice does not end another's array": async (context) => {
    const { backend } = context;
    const a = context.array(counting([2], "float32"));
    context.drop(a);
    const b = context.array(counting([2], "float32", 5));
    backend.release([a]);
    const got = await context.read(context.one("add", b, b));
    check(got.data[0] === 10, `an array made after the release became [${got.data}]`);
  },
  "a second handle lives when the first is released, and the other way round": async (context) => {
    const { backend } = context;
    for (const first of [true, false]) {
      const a = context.array(counting([2], "float32", 3));
      const b = context.own(backend.retain(a));
      context.drop(first ? a : b);
      const { data } = await context.read(first ? b : a);
      check(data[0] === 3 && data[1] === 4, `the array became [${data}]`);
    }
  },
  "a read goes on when its handle is released": async (context) => {
    const { backend } = context;
    const a = context.array(counting([2], "float32", 3));
    const sum = backend.ops.add(a, a);
    const reading = backend.toHost(sum);
    backend.release([sum]);
    const { data } = await reading;
    check(data[0] === 6 && data[1] === 8, `the read gives [${data}]`);
  },
  "results that were evaluated stay as they are": async (context) => {
    const { backend } = context;
    const a = context.array(counting([4], "float32"));
    const b = context.one("exp", a);
    backend.eval([b]);
    await backend.evalAsync([b]);
    const before = await context.read(b);
    for (let i = 0; i < 20; i++) context.drop(context.one("multiply", b, a));
    check(sameBits(await context.read(b), before), "it changed when others were computed");
  },
  "an array used twice in one call is read twice": async (context) => {
    const a = context.array(counting([3], "float32"));
    for (const op of ["add", "multiply", "maximum"] as const) context.one(op, a, a);
    const joined = await context.read(context.one("concatenate", [a, a], 0));
    check(`${joined.data}` === "1,2,3,1,2,3", `a joined with itself is [${joined.data}]`);
  },
  "hundreds of calls leave as many handles as before": (context) => {
    const { live, backend } = context;
    check(live !== undefined, "live handles cannot be counted");
    const a = context.array(counting([3, 3], "float32"));
    const before = live();
    for (let i = 0; i < 200; i++) {
      const results = [
        backend.ops.softmax(a, [1], false),
        backend.ops.matmul(a, a),
        ...backend.ops.split(a, [1, 2], 0),
        backend.ops.reshape(a, [9]),
      ];
      backend.release(results);
    }
    check(live() === before, `${live() - before} more handles are alive after 1200 results`);
  },
  "refused calls leave no handles behind": (context) => {
    const { live, backend } = context;
    check(live !== undefined, "live handles cannot be counted");
    const a = context.array(counting([3, 3], "float32"));
    const b = context.array(counting([2], "float32"));
    const before = live();
    for (let i = 0; i < 50; i++) {
      for (const call of [
        () => backend.ops.add(a, b),
        () => backend.ops.matmul(a, b),
        () => backend.ops.softmax(a, [7], false),
      ]) {
        try {
          backend.release([call()]);
          throw new Mismatch("a call that MLX refuses gave a result");
        } catch (error) {
          if (error instanceof Mismatch) throw error;
        }
      }
    }
    check(live() === before, `${live() - before} handles are left of refused calls`);
  },
};

/** Two results of one op, both held: neither may be computed into the other's memory. */
function apartCases(goldens: readonly Golden[]): Case[] {
  const byOp = grouped(goldens);
  return [...byOp].flatMap(([op, all]): Case[] => {
    const bySize = (golden: Golden) =>
      `${golden.program.out?.map(({ dtype, shape }) => `${dtype}${shape}`)}`;
    const data = (golden: Golden) => JSON.stringify(golden.program.out?.map((out) => out.data));
    for (const first of all) {
      const second = all.find(
        (other) => bySize(other) === bySize(first) && data(other) !== data(first),
      );
      if (!second) continue;
      return [
        {
          id: `lifetime/two results of ${op} are two arrays`,
          group: "lifetime",
          tier: tierOf(first.ops),
          requires: {
            ops: [...new Set([op, ...first.ops, ...second.ops])],
            dtypes: [...new Set([...first.dtypes, ...second.dtypes])],
            extensions: [],
          },
          run: (context) => bothStand(context, first, second),
        },
      ];
    }
    return [];
  });
}

function grouped(goldens: readonly Golden[]): Map<OpName, Golden[]> {
  const groups = new Map<OpName, Golden[]>();
  for (const golden of goldens) {
    const group = groups.get(golden.op);
    if (group) group.push(golden);
    else groups.set(golden.op, [golden]);
  }
  return groups;
}

async function bothStand(context: Context, first: Golden, second: Golden): Promise<void> {
  const runs = [];
  for (const golden of [first, second, first]) {
    const { handles, before } = await makeInputs(context, golden);
    const results = runSteps(context, golden.program, handles);
    context.backend.eval(results);
    runs.push({ golden, results, inputs: [...before.values()] });
  }
  for (const { golden, results, inputs } of runs) await compare(context, golden, results, inputs);
}

/** Cases of lifetimes. */
export function lifetimeCases(goldens: readonly Golden[]): Case[] {
  const plain = goldens.filter(({ program }) => program.out && stepInputs(program).length > 0);
  return [
    ...shareCases(),
    ...Object.entries(titled).map(
      ([title, run]): Case => ({
        id: `lifetime/${title}`,
        group: "lifetime",
        tier: "required",
        requires: {
          ops: [],
          dtypes: ["float32"],
          extensions: [],
          ...(title.includes("handles") && title.includes("leave") ? { live: true } : {}),
        },
        run,
      }),
    ),
    ...apartCases(plain),
  ];
}
