// `withRecording` over the native backend: what the trace says, and that nothing else changes.

import { type Backend, Memory, Scalar, withRecording } from "@mlx-ts/backend-api";
import { nativeBackend } from "@mlx-ts/native";
import { expect, test } from "vitest";
import * as mx from "../../src/index.js";

const live = (): number => nativeBackend.extension(Memory)?.liveHandles() ?? Number.NaN;

test("every op is a line that tells arrays from numbers", () => {
  const before = live();
  const recording = withRecording(nativeBackend);
  const { ops } = recording;
  const a = recording.fromHost({ shape: [2, 3], dtype: "float32", data: new Float32Array(6) });
  const b = ops.add(a, new Scalar(2));
  const parts = ops.split(b, [1, 2], -1);
  const joined = ops.concatenate(parts, 1, { device: "cpu" });
  const clipped = ops.clip(joined, null, new Scalar(1n));
  const second = recording.retain(clipped);
  const total = ops.sum(second, null, false);
  recording.toHostSync(total);
  recording.eval([a, b]);
  expect(recording.lines).toEqual([
    "%1 float32[2,3] = fromHost(24 bytes)",
    "%2 float32[2,3] = add(%1 float32[2,3], 2)",
    "%3 float32[2,1], %4 float32[2,1], %5 float32[2,1] = split(%2 float32[2,3], [1, 2], -1)",
    '%6 float32[2,3] = concatenate([%3 float32[2,1], %4 float32[2,1], %5 float32[2,1]], 1, { device: "cpu" })',
    "%7 float32[2,3] = clip(%6 float32[2,3], null, 1n)",
    "%8 float32[] = sum(%7 float32[2,3], null, false)",
    "read(%8 float32[])",
    "eval(%1 float32[2,3], %2 float32[2,3])",
  ]);
  recording.release([a, b, ...parts, joined, clipped, second, total]);
  expect(live()).toBe(before);
  recording.clear();
  expect(recording.lines).toEqual([]);
});

test("a call that fails is a line with its message, and the error goes on", () => {
  const recording = withRecording(nativeBackend);
  const a = recording.fromHost({ shape: [2], dtype: "float32", data: new Float32Array(2) });
  const b = recording.fromHost({ shape: [3], dtype: "float32", data: new Float32Array(3) });
  expect(() => recording.ops.add(a, b)).toThrow("cannot be broadcast");
  expect(recording.lines[2]).toMatch(/^add\(%1 float32\[2\], %2 float32\[3\]\) threw .*broadcast/);
  recording.release([a, b]);
});

test("a sink gets the lines one by one, and none are kept", () => {
  const seen: string[] = [];
  const recording = withRecording(nativeBackend, (line) => seen.push(line));
  mx.withBackend(recording as Backend, () => mx.tidy(() => mx.eval(mx.zeros([2]))));
  expect(seen).toEqual(['%1 float32[2] = zeros([2], "float32")', "eval(%1 float32[2])"]);
  expect(recording.lines).toEqual([]);
});

test("ops inside a gradient are recorded, with the tracers that the engine hands in", () => {
  const before = live();
  const recording = withRecording(nativeBackend);
  const gradient = mx.tidy(() =>
    mx.withBackend(recording as Backend, () =>
      mx
        .grad((x: mx.MLXArray) => mx.sum(mx.square(x)))(mx.array([1, 2]))
        .tolist(),
    ),
  );
  expect(gradient).toEqual([2, 4]);
  expect(recording.lines.slice(0, 3)).toEqual([
    "%1 float32[2] = fromHost(8 bytes)",
    "%3 float32[2] = square(%2 float32[2])",
    "%4 float32[] = sum(%3 float32[2], null, false)",
  ]);
  expect(live()).toBe(before);
});
