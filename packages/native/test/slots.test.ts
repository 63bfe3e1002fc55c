// The slot table: handles that are stale or wild are refused, slots are used again under new handles, and
// a late finalizer never takes a slot from its new owner.

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { nativeBackend as native } from "../src/index.js";

const one = (value: number): number =>
  native.fromHost({ shape: [1], dtype: "float32", data: Float32Array.of(value) });
const read = (handle: number): number => native.toHostSync(handle).data[0] as number;

function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    expect((error as Error).message).toMatch(/^\[/);
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe("handles", () => {
  test("are small integers that are never negative", () => {
    const all = Array.from({ length: 3000 }, (_, i) => one(i));
    expect(all.every((h) => Number.isInteger(h) && h >= 0 && h < 2 ** 31)).toBe(true);
    expect(new Set(all).size).toBe(3000);
    expect(all.map(read)).toEqual(all.map((_, i) => i));
    native.release(all);
  });

  test("that are exchanged keep their number and hold the other's array", () => {
    const [into, from] = [one(1), one(2)];
    const doubled = native.ops.add(into, into);
    native.exchange?.(into, from);
    expect([read(into), read(doubled)]).toEqual([2, 2]);
    expect(codeOf(() => read(from))).toBe("RELEASED");
    native.exchange?.(into, from);
    native.exchange?.(into, into);
    expect(read(into)).toBe(2);
    native.release([into, doubled]);
  });

  test("that were released are refused by every kind of call", () => {
    const stale = one(1);
    native.release([stale]);
    const calls = [
      () => native.aval(stale),
      () => native.toHostSync(stale),
      () => native.item(stale),
      () => native.retain(stale),
      () => native.eval([stale]),
      () => native.evalAsync([stale]),
      () => native.ops.exp(stale),
      () => native.ops.add(stale, stale),
      () => native.ops.stack([stale, stale], 0),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => "RELEASED"));
  });

  test("that never were are refused", () => {
    for (const wild of [-1, -(2 ** 31), 2 ** 31 - 1, 4_194_303, 123_456_789]) {
      expect(
        codeOf(() => native.aval(wild)),
        `${wild}`,
      ).toBe("RELEASED");
      native.release([wild]);
    }
    for (const wild of [Number.NaN, 1.5, 2 ** 40]) {
      expect([undefined, "RELEASED", "KIND"]).toContain(codeOf(() => native.aval(wild)));
    }
    for (const wild of ["0", null, undefined, {}, 1n]) {
      expect(
        codeOf(() => native.aval(wild as never)),
        String(wild),
      ).toBe("KIND");
    }
  });

  test("may be released twice, which takes nothing from the slot's next owner", () => {
    const first = one(1);
    native.release([first]);
    const second = one(2);
    native.release([first, first]);
    expect(read(second)).toBe(2);
    native.release([second]);
  });

  test("that share an array each hold it", () => {
    const a = one(5);
    const b = native.retain(a);
    native.release([a]);
    expect(read(b)).toBe(5);
    native.release([b]);
  });

  test("of one slot differ for hundreds of uses", () => {
    const seen = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const handle = one(i);
      expect(seen.has(handle)).toBe(false);
      seen.add(handle);
      expect(read(handle)).toBe(i);
      native.release([handle]);
    }
  });
});

test("a late finalizer takes nothing from a slot's new owner, even after generations went round", () => {
  const script = `
    import { nativeBackend as native } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    const one = (value) => native.fromHost({ shape: [1], dtype: "float32", data: Float32Array.of(value) });
    const collected = async () => {
      for (let i = 0; i < 5; i++) {
        globalThis.gc();
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const start = native.extension({ id: "memory" }).liveHandles();
    // Its owner lives on while the slot is released by hand and used again, round and round.
    let owner = {};
    const handle = one(0);
    native.track(owner, handle);
    native.release([handle]);
    const rounds = [];
    let survivor;
    for (let i = 1; i <= 2048; i++) {
      const next = one(i);
      rounds.push(next === handle);
      if (next === handle && i > 1500) { survivor = next; break; }
      native.release([next]);
    }
    owner = undefined;
    await collected();
    const value = native.toHostSync(survivor).data[0];
    // An owner that is collected gives its handle back.
    native.track({}, one(7));
    const tracked = native.extension({ id: "memory" }).liveHandles();
    await collected();
    const left = native.extension({ id: "memory" }).liveHandles();
    console.log(JSON.stringify({ same: rounds.filter(Boolean).length > 0, value, tracked: tracked - start, left: left - start }));
  `;
  const flags = ["--conditions=@mlx-ts/source", "--import", import.meta.resolve("tsx")];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "--expose-gc", "--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const { same, value, tracked, left } = JSON.parse(stdout) as Record<string, unknown>;
  expect({ same, tracked, left }).toEqual({ same: true, tracked: 2, left: 1 });
  expect(value).toBeGreaterThan(1500);
}, 30_000);
