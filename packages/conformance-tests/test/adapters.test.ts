// The ways to run the kit beside vitest: Node's own runner, a page, and the report of the command line.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runInPage } from "@mlx-ts/backend-api/conformance/browser";
import { nativeBackend } from "@mlx-ts/native";
import { expect, test } from "vitest";
import wrong from "./fixtures/wrong.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs Node from source. */
function node(args: readonly string[], env: Record<string, string> = {}) {
  const flags = ["--import", "tsx", "--conditions=@mlx-ts/source"];
  const child = spawn(process.execPath, [...flags, ...args], { env: { ...process.env, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  return new Promise<{ status: number | null; output: string }>((resolve) => {
    child.on("close", (status) => resolve({ status, output }));
  });
}

test("node:test passes on native, and fails on a backend whose exp is wrong, by its name", async () => {
  const file = here("fixtures/node-test.ts");
  const right = await node(["--test", file]);
  expect(right.output).toContain("unary: exp");
  expect(right.status).toBe(0);
  const { status, output } = await node(["--test", file], { WRONG: "1" });
  expect(status).toBe(1);
  expect(output).toMatch(/unary\/exp\(float32.*element \d+ is/);
}, 60_000);

test("the command prints a backend's report and ends with 1 when it does not conform", async () => {
  const command = here("../src/report.ts");
  const right = await node([command, "native", "--op", "exp", "--ops"]);
  expect(right.output).toMatch(/^exp +native/m);
  expect(right.output).toContain("The chosen cases pass");
  expect(right.status).toBe(0);
  const { status, output } = await node([command, here("fixtures/wrong.ts"), "--op", "exp"]);
  expect(output).toMatch(/Fails: [1-9]\d* cases/);
  expect(status).toBe(1);
}, 60_000);

test("a page shows the report and has it as an object", async () => {
  const screen = { textContent: "" };
  const filter = { ops: ["exp"] } as const;
  const right = await runInPage({ default: () => nativeBackend }, screen, { filter });
  expect(right.passed).toBe(true);
  expect(screen.textContent).toContain("The chosen cases pass");
  const report = await runInPage({ default: wrong }, screen, { filter });
  expect(report.passed).toBe(false);
  expect(screen.textContent).toContain("unary/exp");
});
