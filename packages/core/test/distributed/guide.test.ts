// The example of docs/distributed.md, as it stands there, alone and in two processes.

import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { Workshop } from "./launch.js";

const shop = new Workshop();
afterAll(() => shop.dispose());

const guide = readFileSync(new URL("../../../../docs/distributed.md", import.meta.url), "utf8");
const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
const source = (name: string) => new URL(`../../../${name}/src/index.ts`, import.meta.url).href;

test.each([1, 2])(
  "the guide's training step learns in %d processes",
  async (count) => {
    const script = shop.script("");
    const body = example.replaceAll(/"@mlx-ts\/(\w+)"/g, (_, name) => JSON.stringify(source(name)));
    writeFileSync(script, body);
    const { code, out, err } = await shop.launch(["-n", String(count), script]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const losses = [...out.matchAll(/^\[0\] (.*)$/gm)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(20);
    expect(losses[19]).toBeLessThan((losses[0] ?? 0) / 10);
  },
  60_000,
);
