import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { MnistDataError } from "../../src/mnist/errors.js";
import { readPng } from "../../src/mnist/png.js";
import { ColorType, makePng, type PngParts } from "./make-png.js";

const luma = (r: number, g: number, b: number) => 0.299 * r + 0.587 * g + 0.114 * b;

/** Expects a picture to be this light, and this opaque. */
function expectPicture(
  parts: PngParts,
  light: readonly number[],
  opacity?: readonly number[],
): void {
  const picture = readPng(makePng(parts), "test.png");
  expect([picture.rows, picture.cols]).toEqual([light.length / parts.cols, parts.cols]);
  const close = (got: ArrayLike<number> | undefined, wanted: readonly number[] | undefined) => {
    expect(got?.length).toBe(wanted?.length);
    wanted?.forEach((value, i) => {
      expect(got?.[i]).toBeCloseTo(value, 6);
    });
  };
  close(picture.light, light);
  close(picture.opacity, opacity);
}

describe("readPng", () => {
  it.each([1, 2, 4, 8, 16] as const)("reads grey of %d bits", (depth) => {
    const white = 2 ** depth - 1;
    // Five columns, so that rows of under 8 bits end inside a byte.
    const samples = [0, white, 0, white >> 1, white, white, 0, 0, white >> 1, 0];
    const light = samples.map((sample) => sample / white);
    expectPicture({ cols: 5, depth, type: ColorType.grey, samples }, light);
  });

  it.each([8, 16] as const)("reads colours of %d bits as luma", (depth) => {
    const white = 2 ** depth - 1;
    const samples = [white, 0, 0, 0, white, 0, 0, 0, white, white, white, white];
    const light = [luma(1, 0, 0), luma(0, 1, 0), luma(0, 0, 1), 1];
    expectPicture({ cols: 2, depth, type: ColorType.rgb, samples }, light);
  });

  it.each([8, 16] as const)("reads transparency of %d bits", (depth) => {
    const white = 2 ** depth - 1;
    const grey = [0, white, white, 0];
    expectPicture({ cols: 1, depth, type: ColorType.greyAlpha, samples: grey }, [0, 1], [1, 0]);
    const colour = [white, 0, 0, white, 0, white, 0, 0];
    const light = [luma(1, 0, 0), luma(0, 1, 0)];
    expectPicture({ cols: 2, depth, type: ColorType.rgba, samples: colour }, light, [1, 0]);
  });

  it.each([1, 2, 4, 8] as const)("reads palettes of %d bits", (depth) => {
    const palette = [255, 0, 0, 255, 255, 255];
    const parts = { cols: 3, depth, type: ColorType.palette, samples: [0, 1, 1, 1, 0, 0], palette };
    const red = luma(1, 0, 0);
    expectPicture(parts, [red, 1, 1, 1, red, red]);
    const some = { ...parts, transparency: [51] };
    expectPicture(some, [red, 1, 1, 1, red, red], [0.2, 1, 1, 1, 0.2, 0.2]);
  });

  it("takes one grey or colour for transparent where the file says so", () => {
    const grey = { cols: 2, depth: 8, type: ColorType.grey, samples: [7, 8, 8, 7] } as const;
    const shades = grey.samples.map((sample) => sample / 255);
    expectPicture({ ...grey, transparency: [0, 7] }, shades, [0, 1, 1, 0]);
    const [one, other] = [
      [1, 2, 3],
      [1, 2, 4],
    ] as const;
    const samples = [...one, ...other, ...other, ...one];
    const colour = { cols: 2, depth: 8, type: ColorType.rgb, samples } as const;
    const [a, b] = [luma(1, 2, 3) / 255, luma(1, 2, 4) / 255];
    expectPicture({ ...colour, transparency: [0, 1, 0, 2, 0, 4] }, [a, b, b, a], [1, 0, 0, 1]);
  });

  it("lets a palette be that colours bring as a suggestion", () => {
    const palette = [9, 9, 9];
    const parts = { cols: 1, depth: 8, type: ColorType.rgb, samples: [255, 255, 255], palette };
    expectPicture(parts as PngParts, [1]);
  });

  it("reads interlaced files, and what is filtered and packed by others", () => {
    const data = Uint8Array.from({ length: 9 * 7 }, (_, i) => (i * 37) % 256);
    for (const interlace of ["Adam7", "null"] as const) {
      const bytes = encode({ width: 9, height: 7, channels: 1, depth: 8, data }, { interlace });
      const { light } = readPng(bytes, "test.png");
      expect([...light].map((value) => Math.round(value * 255))).toEqual([...data]);
    }
  });
});

describe("readPng refuses", () => {
  const whole = makePng({ cols: 2, depth: 8, type: ColorType.grey, samples: [1, 2, 3, 4] });
  const changed = (at: number, value: number) => {
    const bytes = Uint8Array.from(whole);
    bytes[at] = value;
    return bytes;
  };
  const interlaced = { cols: 2, depth: 1, type: ColorType.grey, interlace: 1 } as const;

  it.each<[string, Uint8Array, string]>([
    ["what is no PNG", Buffer.from("GIF89a, or so"), "its first bytes are no PNG's"],
    ["nothing", new Uint8Array(0), "its first bytes are no PNG's"],
    ["a cut header", whole.subarray(0, 20), "a PNG of 20 bytes, it is cut off"],
    ["a cut file", whole.subarray(0, whole.length - 20), "a damaged PNG ("],
    ["a changed pixel", changed(50, 1), "a damaged PNG ("],
    ["a changed header", changed(26, 9), "a damaged PNG ("],
    ["no pixels", changed(19, 0), "a PNG of 0x2 pixels, it must have 1 to 16777216"],
    ["too many", changed(17, 255), "a PNG of 16711682x2 pixels, it must have 1 to 16777216"],
    [
      "interlaced bits",
      makePng({ ...interlaced, samples: [0, 1] }),
      "an interlaced PNG with under 8 bits, which is not read; save it without interlacing",
    ],
    [
      "a colour that the palette lacks",
      makePng({ cols: 1, depth: 8, type: ColorType.palette, samples: [1], palette: [1, 2, 3] }),
      "a damaged PNG (",
    ],
    [
      "a palette that is not there",
      makePng({ cols: 1, depth: 8, type: ColorType.palette, samples: [1] }),
      "a damaged PNG (",
    ],
  ])("%s", (_, bytes, text) => {
    const read = () => readPng(bytes, "test.png");
    expect(read).toThrow(MnistDataError);
    expect(read).toThrow(`[mnist] test.png: ${text}`);
  });
});
