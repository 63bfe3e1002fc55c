// Fourier transforms: what Python gives, what their definition says, and what is refused.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { backendName } from "../backends.js";
import { expectError } from "../errors.js";
import { type GoldenCase, goldens, must, testGoldens } from "../golden.js";

const file = goldens("fft");

/** Products with complex roots of unity spread NaN to both parts of a number, where the engine keeps one at 0. */
const spreadsNaN = ({ args }: GoldenCase): boolean => {
  const [a] = args;
  const input = typeof a === "object" && a !== null && "in" in a ? file.inputs[a.in] : undefined;
  return backendName !== "native" && input?.data.includes("nan") === true;
};

testGoldens("fft", { except: spreadsNaN });

const { fft } = mx;

const signal = (n: number) => Float32Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5);

/** The definition of the transform, summed up in doubles. */
function byDefinition(x: Float32Array): number[] {
  return Array.from(x, (_, k) => {
    let re = 0;
    let im = 0;
    x.forEach((value, i) => {
      const angle = (-2 * Math.PI * i * k) / x.length;
      re += value * Math.cos(angle);
      im += value * Math.sin(angle);
    });
    return [re, im];
  }).flat();
}

test.each([1, 2, 12, 97, 128, 131, 262, 360, 1517])(
  "fft of %s elements is the sum that defines it",
  (n) => {
    const x = signal(n);
    const wanted = byDefinition(x);
    const got = fft.fft(mx.array(x)).toTypedArray();
    expect(got.length).toBe(wanted.length);
    wanted.forEach((value, i) => {
      expect(Math.abs(Number(got[i]) - value)).toBeLessThan(1e-3);
    });
    expect(mx.allclose(fft.irfft(fft.rfft(mx.array(x)), n), mx.array(x), 1e-4, 1e-4).item()).toBe(
      true,
    );
  },
);

test("stft reads a view as it reads its copy", () => {
  const x = mx.arange(12, "float32");
  const turned = mx.array([...x.tolist<number[]>()].reverse());
  for (const options of [{ center: false }, { center: true }]) {
    const frames = fft.stft(x.index("::-1"), 6, options);
    expect(mx.allclose(frames, fft.stft(turned, 6, options)).item<boolean>()).toBe(true);
  }
});

describe("derivatives of real functions", () => {
  const x = mx.array(signal(10));
  const slopes = (f: (x: mx.MLXArray) => mx.MLXArray) => mx.grad(f)(x).tolist() as number[];
  const energy = (a: mx.MLXArray) => mx.sum(mx.square(mx.abs(a)));

  test("the energy of a spectrum is n times that of the signal (Parseval), and so are its slopes", () => {
    const wanted = x.tolist() as number[];
    slopes((a) => energy(fft.fft(a))).forEach((slope, i) => {
      expect(slope).toBeCloseTo(20 * must(wanted[i]), 2);
    });
  });

  const functions: Readonly<Record<string, (a: mx.MLXArray) => mx.MLXArray>> = {
    rfft: (a) => energy(fft.rfft(a, 7)),
    "irfft of rfft": (a) => energy(fft.irfft(fft.rfft(a), 12)),
    stft: (a) => energy(fft.stft(a, 4, 2)),
    istft: (a) => energy(fft.istft(fft.stft(a, 4), { length: 8 })),
  };

  test.each(Object.keys(functions))("slopes of %s agree with differences", (name) => {
    const f = must(functions[name]);
    const got = slopes(f);
    for (let i = 0; i < 10; i++) {
      const at = (step: number) => f(mx.add(x, mx.multiply(mx.eye(10).index(i), step))).item();
      const slope = must(got[i]);
      // A slope of zero may be a sum of terms that all but cancel.
      expect(Math.abs(at(0.5) - at(-0.5) - slope)).toBeLessThan(2e-2 * Math.abs(slope) + 1e-4);
    }
  });
});

describe("what is refused", () => {
  const x = mx.array(signal(16));

  test("axes and sizes that do not fit are named", () => {
    expectError(() => fft.fft(x, null, 1), "RangeError", "SHAPE", "axis 1 is out of bounds");
    expectError(() => fft.fft(mx.array(1)), "RangeError", "SHAPE", "0 dimensions");
    expectError(() => fft.fft(x, 0), "RangeError", null, "[fftn]");
    expectError(() => fft.fftn(x, [4]), "RangeError", "SHAPE", "axes is null");
    expectError(() => fft.fft(x, { norm: "none" as never }), "RangeError", "VALUE", '"none"');
    expectError(() => fft.fftfreq(2 ** 31 - 1), "RangeError", "VALUE", "n is 2^31 - 1");
    expect(fft.irfftn(mx.ones([2, 2]), { axes: [] }).tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test("work beyond this machine's memory is refused before it starts", () => {
    expectError(() => fft.fft(x, 2 ** 31 - 1), "MLXError", "OOM", "the transform needs");
    expectError(
      () => fft.fftn(mx.ones([2, 2]), [2 ** 20, 2 ** 20], [0, 1]),
      "MLXError",
      "OOM",
      "the transform needs",
    );
    expectError(
      () => fft.stft(x, 2 ** 30, { padMode: "constant" }),
      "MLXError",
      "OOM",
      "the frames need",
    );
  });

  test("frames that would take MLX for ever, or beyond its 32 bits, are refused", () => {
    const short = mx.array([1, 2]);
    expectError(() => fft.stft(short, 2 ** 20), "RangeError", "VALUE", "reflected 524288 times");
    const spectrum = mx.zeros([5, 9], "complex64");
    expectError(
      () => fft.istft(mx.zeros([65537, 2]), { hopLength: 1 }),
      "RangeError",
      "VALUE",
      "frames overlap",
    );
    for (const hop of [2 ** 30, 2 ** 31 - 1]) {
      expectError(() => fft.istft(spectrum, 8, hop), "RangeError", "VALUE", "samples together");
    }
    expectError(() => fft.istft(spectrum, 2 ** 30), "RangeError", "VALUE", "samples together");
    expectError(() => fft.istft(spectrum, { length: -1 }), "RangeError", "VALUE", "-1");
  });

  test("signals and windows that frames cannot be cut with are refused", () => {
    expectError(() => fft.stft(mx.zeros([0]), 4), "RangeError", "SHAPE", "no samples");
    expectError(() => fft.stft(x, 8, 0), "RangeError", null, "hop_length");
    expectError(() => fft.stft(x, 8, 2, -1), "RangeError", "VALUE", "-1");
    expectError(() => fft.stft(x, 8, { window: mx.ones([9]) }), "RangeError", null, "window");
    expectError(() => fft.stft(x, 8, { onesided: 1 as never }), "TypeError", "KIND", "onesided");
    expectError(() => fft.istft(mx.zeros([5, 0])), "RangeError", "SHAPE", "no frames");
  });
});
