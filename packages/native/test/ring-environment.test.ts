// What the ring would crash on or wait for, refused before MLX reads it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkRing } from "../src/ring-environment.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-ring-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "ring.json");
const check = (text: string, rank = "0") => {
  writeFileSync(file, text);
  checkRing({ hostfile: file, rank });
};
const [a, b, c, d] = ["10.0.0.1:1", "10.0.0.2:65535", "host:5000", "10.0.0.1:2"];

describe("checkRing", () => {
  test("takes an environment that says nothing, or half of it", () => {
    checkRing({});
    checkRing({ rank: "5" });
    checkRing({ hostfile: "/nowhere" });
  });

  test("takes rings of any size and any number of connections", () => {
    check(JSON.stringify([[a], [b]]), "1");
    check(JSON.stringify([[a], [b], [c]]), "2");
    check(
      JSON.stringify([
        [a, d],
        [b, c],
      ]),
    );
  });

  test.each(["2", "-1", "", " 1", "1.0", "one", "99999999999999999999"])(
    "refuses the rank %j",
    (rank) => {
      expect(() => check(JSON.stringify([[a], [b]]), rank)).toThrow(RangeError);
      expect(() => check(JSON.stringify([[a], [b]]), rank)).toThrow(
        /^\[init\] MLX_RANK is .* 0 to 1/,
      );
    },
  );

  test.each([
    ["", "cannot be read as JSON"],
    ["{", "cannot be read as JSON"],
    ["{}", "must hold a list"],
    ["[1, 2]", "must hold a list"],
    ["[[1], [2]]", "must hold a list"],
    ["[]", "lists 0 processes, a ring needs two"],
    [JSON.stringify([[a]]), "lists 1 processes"],
    [JSON.stringify([[], []]), "as many addresses for each rank, at least one"],
    [JSON.stringify([[a], [b, c]]), "as many addresses for each rank"],
    [JSON.stringify([[a], [a]]), 'lists the address "10.0.0.1:1" twice'],
    [JSON.stringify([[a], ["10.0.0.2"]]), 'no "ip:port"'],
    [JSON.stringify([[a], ["10.0.0.2:0"]]), 'no "ip:port"'],
    [JSON.stringify([[a], ["10.0.0.2:65536"]]), 'no "ip:port"'],
    [JSON.stringify([[a], ["10.0.0.2:http"]]), 'no "ip:port"'],
    [JSON.stringify([[a], ["[::1]:5000"]]), 'no "ip:port"'],
    [JSON.stringify([[a], [":5000"]]), 'no "ip:port"'],
  ])("refuses the hosts %s", (text, words) => {
    expect(() => check(text)).toThrow(expect.objectContaining({ name: "MLXError", code: "FILE" }));
    expect(() => check(text)).toThrow(words);
    expect(() => check(text)).toThrow("mlx-launch sets both variables rightly");
  });

  test("refuses a file that is not there", () => {
    const absent = { hostfile: join(folder, "absent"), rank: "0" };
    expect(() => checkRing(absent)).toThrow(/cannot be read as JSON \(ENOENT/);
  });
});
