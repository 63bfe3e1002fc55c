// What a backend says about itself and its arrays.

import { dtypes } from "../../dtype.js";
import { type OpName, opTable } from "../../ops/index.js";
import { type Case, type Context, check } from "../case.js";
import { type Golden, runGolden, tierOf } from "../golden-case.js";
import { refusal } from "../refusal.js";
import { counting } from "./host-io.js";

const opNames = Object.keys(opTable) as OpName[];

const titled: Readonly<Record<string, (context: Context) => void | Promise<void>>> = {
  "it has an id and the version of the interface": ({ backend }) => {
    check(typeof backend.id === "string" && backend.id !== "", "it has no id");
    check(backend.apiVersion === 1, `its apiVersion is ${backend.apiVersion}, not 1`);
  },
  "it has a device": ({ backend }) => {
    const devices = backend.devices();
    check(devices.length > 0, "it has no device");
    const wrong = devices.filter((device) => device !== "cpu" && device !== "gpu");
    check(wrong.length === 0, `${wrong} is no device type`);
  },
  "every op of the table is a function, also those that it lacks": ({ backend }) => {
    const missing = opNames.filter((op) => typeof backend.ops[op] !== "function");
    check(missing.length === 0, `it lacks ${missing.join(", ")}`);
  },
  "every op has a provenance": ({ backend }) => {
    const known = ["native", "composed", "unsupported"];
    const wrong = opNames.filter((op) => !known.includes(backend.provenance(op)));
    check(wrong.length === 0, `the provenance of ${wrong.join(", ")} is none of ${known}`);
  },
  "required ops are native": ({ backend }) => {
    const lacking = opNames.filter(
      (op) => opTable[op].tier === "required" && backend.provenance(op) !== "native",
    );
    check(lacking.length === 0, `${lacking.join(", ")} are required, but not native`);
  },
  "an unknown extension is undefined": ({ backend }) => {
    check(
      backend.extension({ id: "an extension that nobody has" }) === undefined,
      "it has an extension that nobody has",
    );
  },
  "dtypes that the manifest leaves out are refused": async (context) => {
    for (const dtype of dtypes.filter((name) => !context.dtypes.includes(name))) {
      let thrown: unknown;
      try {
        context.array(counting([2], dtype));
      } catch (error) {
        thrown = error;
      }
      const coded = thrown instanceof Error && typeof Reflect.get(thrown, "code") === "string";
      check(coded, `${dtype} is not in the manifest, but an array of it is no coded error`);
    }
  },
  "ops run on the devices that it names, and on no others": async (context) => {
    const { backend } = context;
    const a = context.array(counting([2], "float32"));
    for (const device of backend.devices()) {
      const { data } = await context.read(context.one("add", a, a, { device }));
      check(data[1] === 4, `on ${device} [1, 2] + [1, 2] is [${data}]`);
    }
    for (const device of ["cpu", "gpu"] as const) {
      if (backend.devices().includes(device)) continue;
      let refused = false;
      try {
        await context.read(context.one("add", a, a, { device }));
      } catch (error) {
        refused = typeof Reflect.get(error as object, "code") === "string";
      }
      check(refused, `it has no ${device}, but runs add there`);
    }
  },
  "shapes and dtypes are told without reading": (context) => {
    for (const shape of [[], [0], [3], [2, 1, 3]]) {
      for (const dtype of context.dtypes) {
        const { backend } = context;
        const told = backend.aval(context.array(counting(shape, dtype)));
        check(
          `${told.shape}` === `${shape}` && told.dtype === dtype,
          `${dtype}[${shape}] is told to be ${told.dtype}[${told.shape}]`,
        );
      }
    }
  },
  "host elements that do not fit the shape are refused": (context) =>
    refusal(context, "fromHost", () => [
      context.array({ shape: [3], dtype: "float32", data: new Float32Array(2) }),
    ]),
};

/** Ops that the backend does not have say so, whatever they are given. */
function unsupportedCases(goldens: readonly Golden[]): Case[] {
  const first = new Map<OpName, Golden>();
  for (const golden of goldens) {
    if (golden.program.out && golden.ops.length === 1 && !first.has(golden.op))
      first.set(golden.op, golden);
  }
  return [...first].map(
    ([op, golden]): Case => ({
      id: `metadata/${op} runs, or throws UnsupportedError`,
      group: "metadata",
      tier: tierOf([op]),
      // Not the op: the case is for backends that lack it.
      requires: { ops: [], dtypes: golden.dtypes, extensions: [] },
      run: async (context) => {
        if (context.backend.provenance(op) !== "unsupported") return;
        try {
          await runGolden(context, golden);
        } catch (error) {
          if (Reflect.get(error as object, "code") !== "UNSUPPORTED") throw error;
        }
      },
    }),
  );
}

/** Cases of what a backend says. */
export const metadataCases = (goldens: readonly Golden[]): Case[] => [
  ...unsupportedCases(goldens),
  ...Object.entries(titled).map(
    ([title, run]): Case => ({
      id: `metadata/${title}`,
      group: "metadata",
      tier: "required",
      requires: { ops: [], dtypes: ["float32"], extensions: [] },
      run,
    }),
  ),
];
