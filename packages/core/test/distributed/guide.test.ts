// The programs of docs/distributed.md, as they stand there, alone and in two processes.

import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Workshop } from "./launch.js";

const shop = new Workshop();
afterAll(() => shop.dispose());

const guide = readFileSync(new URL("../../../../docs/distributed.md", import.meta.url), "utf8");
const programs = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = ""]) => program);
const source = (name: string) => new URL(`../../../${name}/src/index.ts`, import.meta.url).href;

test("there are three", () => {
  expect(programs).toHaveLength(3);
});

test.each(programs.flatMap((program, i) => [1, 2].map((count) => [i, count, program] as const)))(
  "the guide's program %d learns in %d processes",
  async (_i, count, program) => {
    const script = shop.script("");
    const body = program.replaceAll(/"@mlx-ts\/(\w+)"/g, (_, name) => JSON.stringify(source(name)));
    writeFileSync(script, body);
    const { code, out, err } = await shop.launch(["-n", String(count), script]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const losses = [...out.matchAll(/^\[0\] (.*)$/gm)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(Number(/i < (\d+)/.exec(program)?.[1]));
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 10);
  },
  60_000,
);
