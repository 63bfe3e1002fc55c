// The kit's own rules, on small backends made of data: what it counts, what fails a run, how it compares.
// That it finds wrong engines is shown by the mutants; that right ones pass, by the tests of each backend.

import { describe, expect, test } from "vitest";
import { difference } from "../src/conformance/compare.js";
import {
  type Case,
  cases,
  check,
  filterCases,
  type Manifest,
  openSession,
  reportText,
  runConformance,
  type Session,
} from "../src/conformance/index.js";
import { toleranceOf } from "../src/conformance/tolerance.js";
import { decode, encode, tensor } from "../src/conformance/values.js";
import { forms, viewed } from "../src/conformance/views.js";
import {
  type Backend,
  defineBackend,
  type HostTensor,
  type OpName,
  opTable,
  type RequiredKernels,
  UnsupportedError,
} from "../src/index.js";

/** A backend that holds arrays and computes nothing. */
function holder(dtypes?: Manifest["dtypes"]): Backend<HostTensor> {
  const names = Object.keys(opTable) as OpName[];
  const refuse = (op: OpName) => () => {
    throw new UnsupportedError(op, "holder");
  };
  const required = Object.fromEntries(
    names.filter((op) => opTable[op].tier === "required").map((op) => [op, refuse(op)]),
  ) as unknown as RequiredKernels<HostTensor>;
  return defineBackend<HostTensor>({
    id: "holder",
    arrays: {
      aval: (a) => a,
      fromHost: ({ shape, dtype, data }) => ({ shape, dtype, data: data.slice() }),
      toHostSync: ({ shape, dtype, data }) => ({ shape, dtype, data: data.slice() }),
    },
    required,
    ...(dtypes ? { dtypes } : {}),
  });
}

const made = (id: string, run: Case["run"], requires: Partial<Case["requires"]> = {}): Case => ({
  id,
  group: "made",
  tier: "required",
  requires: { ops: [], dtypes: [], extensions: [], ...requires },
  run,
});

const passes = made("made/passes", () => undefined);
const fails = made("made/fails", () => check(false, "it is wrong"));

const run = async (given: readonly Case[], manifest: Manifest = {}, filtered = true) => {
  const session: Session = openSession(holder(), manifest, { filtered });
  for (const one of given) await session.run(one);
  return session.report();
};

describe("a run", () => {
  test("passes when all cases pass, and fails with the message of one that does not", async () => {
    expect((await run([passes])).passed).toBe(true);
    const report = await run([passes, fails]);
    expect(report.passed).toBe(false);
    expect(report.failures).toEqual([{ id: "made/fails", message: "it is wrong" }]);
    expect(report.counts).toEqual({ passed: 1, failed: 1, known: 0, unsupported: 0 });
  });

  test("counts and names what the backend lacks", async () => {
    const report = await run(
      [made("made/svd", () => undefined, { ops: ["linalgSvd"], extensions: ["transforms"] })],
      { dtypes: ["float32"] },
    );
    expect(report.counts.unsupported).toBe(1);
    expect(report.unsupported.ops).toEqual({ linalgSvd: 1 });
    expect(report.unsupported.extensions).toEqual({ transforms: 1 });
    const without = await run([made("made/wide", () => undefined, { dtypes: ["int64"] })], {
      dtypes: ["bool", "int32", "uint32", "float32"],
    });
    expect(without.unsupported.dtypes).toEqual({ int64: 1 });
  });

  test("takes known failures by id and by their start, and says why", async () => {
    const report = await run([passes, fails], { knownFailures: { "made/f*": "not written yet" } });
    expect(report.passed).toBe(true);
    expect(report.knownFailures[0]?.reason).toBe("not written yet");
    expect(reportText(report)).toContain("made/fails: it is wrong (not written yet)");
  });

  test("fails when a known failure passes, or matches nothing", async () => {
    const passed = await run([passes], { knownFailures: { "made/passes": "no longer true" } });
    expect(passed.passed).toBe(false);
    expect(passed.failures[0]?.message).toContain("take it out of the manifest");
    const stale = await run([passes], { knownFailures: { "made/gone": "gone" } }, false);
    expect(stale.problems).toContain("the known failure made/gone matches no case that ran");
  });

  test("fails when a required device is missing", async () => {
    const report = await run([passes], { require: ["gpu"] });
    expect(report.passed).toBe(false);
    expect(report.problems).toEqual(["the required device gpu is missing"]);
  });

  test("fails when an op that is native has no case that ran, unless cases were chosen", async () => {
    const problem = "exp is native, but no case ran it";
    expect((await run([passes], {}, false)).problems).toContain(problem);
    expect((await run([passes])).problems).toEqual([]);
  });

  test("does not take a throw of UnsupportedError for a pass where the op is declared", async () => {
    const report = await runConformance(holder(), {}, { filter: { ops: ["exp"] } });
    expect(report.passed).toBe(false);
    expect(report.counts.passed).toBe(0);
  });

  test("notices handles that a case leaves behind", async () => {
    let live = 0;
    const session = openSession(holder(), {}, { live: () => live });
    const leaks = made("made/leaks", () => {
      live++;
    });
    expect(await session.run(leaks)).toEqual({
      status: "failed",
      message: "it left 1 handles alive",
    });
  });

  test("ends early when it is told to", async () => {
    const { counts } = await runConformance(holder(), {}, { cases: [fails, passes], bail: true });
    expect(counts).toEqual({ passed: 0, failed: 1, known: 0, unsupported: 0 });
  });

  test("prints what was loosened, with its reason", async () => {
    const wide = made("made/near", (context) =>
      context.expect(
        context.array(tensor([1], "float32", [1.00001])),
        { shape: [1], dtype: "float32", data: [1] },
        { op: "exp" },
      ),
    );
    expect((await run([wide])).counts.failed).toBe(1);
    const manifest = { tolerances: { exp: { factor: 100, reason: "a fast approximation" } } };
    const report = await run([wide], manifest);
    expect(report.passed).toBe(true);
    expect(reportText(report)).toContain("exp: 100 times (a fast approximation)");
  });

  test("names the kernel to look at first, and ops with the most failures first", async () => {
    const report = await run([fails]);
    const of = (provenance: "native" | "composed", passed: number, failed: number) => ({
      ...{ provenance, tier: "required" as const, known: 0, unsupported: 0 },
      ...{ passed, failed },
    });
    const text = reportText({
      ...report,
      ops: {
        exp: of("native", 90, 0),
        slice: of("native", 1000, 60),
        scatterAdd: of("native", 10, 50),
        take: of("composed", 0, 80),
      },
    });
    expect(text).toMatch(/0 problems; look first at scatterAdd: 50 of the 60 cases/);
    expect(text).toMatch(/take .*\nslice .*\nscatterAdd /);
  });

  test("gives a report that JSON holds", async () => {
    const report = await run([passes, fails]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe("the cases", () => {
  test("have ids of their own, which start with the group", () => {
    const all = cases();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ id, group }) => !id.startsWith(`${group}/`))).toEqual([]);
  });

  test("run every op of the table", () => {
    const ops = new Set(cases().flatMap(({ requires }) => requires.ops));
    const missing = (Object.keys(opTable) as OpName[]).filter((op) => !ops.has(op));
    expect(missing).toEqual([]);
  });

  test("are of all groups", () => {
    const groups = new Set(cases().map(({ group }) => group));
    for (const group of [
      ..."host-io metadata lifetime forms errors random gradients vmap compile quantization fast fuzz".split(
        " ",
      ),
      ...new Set(Object.values(opTable).map(({ family }) => family)),
    ])
      expect(groups).toContain(group);
  });

  test("are chosen by group, op and text", () => {
    const chosen = filterCases(cases(), { groups: ["unary"], ops: ["exp"], text: "exp(float16" });
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.every(({ id }) => id.startsWith("unary/exp(float16"))).toBe(true);
  });
});

describe("elements", () => {
  test("of float16 and bfloat16 are rounded to the nearest, halves to even", () => {
    const half = [1, 1.00048828125, 1.00146484375, 65504, 65520, 6e-8, -0, 2 ** -25];
    expect([...encode(half, "float16")]).toEqual([
      0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x7c00, 1, 0x8000, 0,
    ]);
    expect([...encode([1, 1.00390625, 1.01171875, -2], "bfloat16")]).toEqual([
      0x3f80, 0x3f80, 0x3f82, 0xc000,
    ]);
  });

  test("come back from every pattern of bits of the halves", () => {
    for (const dtype of ["float16", "bfloat16"] as const) {
      const data = Uint16Array.from({ length: 65536 }, (_, i) => i);
      const again = encode(decode({ shape: [65536], dtype, data }), dtype);
      const nan = (bits: number) =>
        dtype === "float16" ? (bits & 0x7fff) > 0x7c00 : (bits & 0x7fff) > 0x7f80;
      const changed = [...data].filter((bits) => again[bits] !== bits && !nan(bits));
      expect(changed).toEqual([]);
    }
  });
});

describe("a comparison", () => {
  const exact = { relative: 0, ofScale: 0 };
  const f32 = (data: number[]) => tensor([data.length], "float32", data);

  test("says where arrays differ", () => {
    const wanted = { shape: [2], dtype: "float32", data: [1, 2] } as const;
    expect(difference(f32([1, 2]), wanted, exact)).toBeUndefined();
    expect(difference(f32([1, 3]), wanted, exact)).toBe("element 1 is 3, not 2");
    expect(difference(f32([1, Number.NaN]), wanted, { relative: 1, ofScale: 1 })).toContain("NaN");
    expect(difference(f32([1]), wanted, exact)).toContain("shape");
  });

  test("takes NaN for NaN, and no infinity for a number", () => {
    const wanted = { shape: [1], dtype: "float32", data: [Number.NaN] } as const;
    expect(difference(f32([Number.NaN]), wanted, exact)).toBeUndefined();
    const infinite = { shape: [1], dtype: "float32", data: [Infinity] } as const;
    expect(difference(f32([3e38]), infinite, { relative: 0.1, ofScale: 0.1 })).toBeDefined();
  });

  test("never forgives integers", () => {
    const wanted = { shape: [1], dtype: "int32", data: [1000000] } as const;
    const got = tensor([1], "int32", [1000001]);
    expect(difference(got, wanted, { relative: 0.1, ofScale: 0.1 })).toBeDefined();
    expect(toleranceOf("int32", "sum", 100)).toEqual({ relative: 0, ofScale: 0 });
  });
});

test("views are of stored elements that differ in order, but for the array itself", async () => {
  const host = tensor([2, 3], "int32", [1, 2, 3, 4, 5, 6]);
  const stored: string[] = [];
  const backend = holder() as unknown as Backend;
  for (const form of forms) {
    const array = (given: HostTensor) => {
      stored.push(`${given.data}`);
      return given;
    };
    const one = (_op: OpName, base: unknown) => base;
    viewed({ backend, array, one, drop: () => undefined } as never, host, form);
  }
  expect(stored).toEqual([
    "1,4,2,5,3,6",
    "6,5,4,3,2,1",
    "1,6,2,6,3,6,4,6,5,6,6,6",
    "6,6,6,6,6,1,2,3,6,4,5,6",
  ]);
});
