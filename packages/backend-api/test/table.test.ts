// The op table: rows are whole and agree with each other, and the generated list has them all.

import { describe, expect, test } from "vitest";
import { families } from "../ops/index.js";
import { opTable } from "../src/index.js";

const rows = families.flatMap(({ name: family, namespace, ops }) =>
  ops.map((op) => ({ family, name: namespace ? `${namespace}.${op.name}` : op.name, op })),
);

describe("the op table", () => {
  test("names every op once, aliases included", () => {
    const names = rows.flatMap(({ name, op }) => [name, ...(op.aliases ?? [])]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("says of every op what it does, takes and returns, with an example", () => {
    for (const { name, op } of rows) {
      expect([name, /[.:]$|`\.$/.test(op.doc), op.returns !== "", op.examples.length > 0]).toEqual([
        name,
        true,
        true,
        true,
      ]);
      for (const arg of op.args)
        expect([name, arg.name, arg.doc !== ""]).toEqual([name, arg.name, true]);
    }
  });

  test("puts required arguments first, then optional ones, then those by name only", () => {
    // The public function of a row by hand has another order.
    for (const { name, op } of rows.filter((row) => !row.op.handmade)) {
      const ranks = op.args.map((arg) => (arg.keyword ? 2 : arg.default === undefined ? 0 : 1));
      expect([name, ranks]).toEqual([name, [...ranks].sort()]);
      // Overloads beside an options object that must be given are not generated.
      const demands = op.args.some((arg) => arg.keyword && arg.default === undefined);
      expect([name, demands && ranks.includes(1)]).toEqual([name, false]);
    }
  });

  test("gives every random op a key as its last argument, but for split", () => {
    const last = rows
      .filter(({ family }) => family === "random")
      .map(({ op }) => [op.name, op.args.at(-1)?.kind]);
    for (const [name, kind] of last)
      if (name !== "split") expect([name, kind]).toEqual([name, "key"]);
  });

  test("is what the generated list says", () => {
    expect(Object.keys(opTable).length).toBe(rows.length);
    const families = new Set(Object.values(opTable).map((entry) => entry.family));
    expect(families).toEqual(new Set(rows.map(({ family }) => family)));
  });
});
