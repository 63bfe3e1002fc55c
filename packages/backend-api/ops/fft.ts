// Fourier transforms, their frequencies, and those of short frames of a signal. All compute in float32 and
// complex64; any other dtype is converted.

import {
  array,
  arrayOrNull,
  axesOrNull,
  bool,
  boolOrNull,
  choice,
  type Example,
  type Family,
  float,
  int,
  intOrNull,
  type Op,
  shapeOrNull,
} from "./schema.js";

const norm = choice(
  "norm",
  ["backward", "ortho", "forward"],
  "where the factor $1/n$ goes: to the inverse, half to each as $1/\\sqrt{n}$, or to the transform",
  { default: '"backward"' },
);

/** How a transform's result differs from its operand. */
interface Shapes {
  /** Names of the C++ constants, see fft.h. */
  readonly cpp: string;
  readonly of: string;
  readonly gives: string;
}
const complex = (cpp: string): Shapes => ({
  cpp,
  of: "`[...]`, any dtype",
  gives: "complex64, of the operand's shape with the sizes given",
});
const real: Shapes = {
  cpp: "kRealTransform",
  of: "`[...]`; the real part counts",
  gives: "complex64; the last transformed axis, of size `n`, becomes `n / 2 + 1`, rounded down",
};
const realInverse: Shapes = {
  cpp: "kRealInverse",
  of: "`[...]`, half a spectrum as of the transform that this one undoes",
  gives:
    "float32; the last transformed axis, of size `m`, becomes `2 (m - 1)` unless a size is given",
};

/** A transform along one axis. */
const along = (name: string, doc: string, { cpp, of, gives }: Shapes, example: Example): Op => ({
  name,
  tier: "composed",
  doc,
  args: [
    array("a", of),
    intOrNull("n", "size of the transform: the axis is cut or filled up with zeros", {
      default: "null",
    }),
    int("axis", "the axis", { default: "-1" }),
    norm,
  ],
  returns: `an array, ${gives}`,
  throws: "RangeError for an axis out of bounds, and sizes below 1",
  examples: [example],
  cpp: `fourier(${cpp}, a, n, axis, norm, s)`,
});

/** A transform over several axes. */
const over = (
  name: string,
  doc: string,
  { cpp, of, gives }: Shapes,
  axes: "[-2, -1]" | "null",
  example: Example,
): Op => ({
  name,
  tier: "composed",
  doc,
  args: [
    array("a", of),
    shapeOrNull("s", "sizes of the transformed axes, cut or filled up with zeros", {
      default: "null",
    }),
    axesOrNull("axes", "the axes; `null` takes all, and only where `s` is null", { default: axes }),
    norm,
  ],
  returns: `an array, ${gives}`,
  throws:
    "RangeError for axes out of bounds or given twice, sizes below 1, and sizes that are not one for each axis",
  examples: [example],
  cpp: `fourier(${cpp}, a, sizes, axes, norm, s)`,
});

const there = complex("kTransform");
const back = complex("kInverse");
const magnitudes = (code: string) => `mx.abs(${code})`;

const shift = (name: string, doc: string, example: Example): Op => ({
  name,
  tier: "composed",
  doc,
  args: [
    array("a", "`[...]`"),
    axesOrNull("axes", "axes to shift; `null` shifts all", { default: "null" }),
  ],
  returns: "an array of the same shape and dtype",
  throws: "RangeError for an axis out of bounds",
  examples: [example],
});

const frequencies = (name: string, doc: string, returns: string, example: Example): Op => ({
  name,
  tier: "composed",
  doc,
  args: [
    int("n", "size of the transform"),
    float("d", "time between samples; frequencies are in cycles per its unit", { default: "1" }),
  ],
  returns,
  throws: "RangeError for `n` below 1 and `d` of 0",
  examples: [example],
  cpp: `mx::fft::${name}(frequencies(n), d, s)`,
});

const frame = [
  intOrNull("hopLength", "samples from one frame to the next; `null` is a quarter of `nFft`", {
    default: "null",
  }),
  intOrNull("winLength", "size of the window; `null` is `nFft`", { default: "null" }),
  arrayOrNull("window", "`[winLength]`, at most `nFft`, centred in the frame; `null` is all ones", {
    default: "null",
  }),
];

export const fft: Family = {
  name: "fft",
  doc: "Fourier transforms",
  namespace: "fft",
  header: "fft.h",
  ops: [
    along("fft", "Fourier transform along one axis.", there, [
      magnitudes("mx.fft.fft(mx.array([1, 1, 1, 1]))"),
      "[4,0,0,0]",
    ]),
    along("ifft", "Inverse Fourier transform along one axis.", back, [
      magnitudes("mx.fft.ifft(mx.array([4, 0, 0, 0]))"),
      "[1,1,1,1]",
    ]),
    along("rfft", "Fourier transform of real numbers along one axis.", real, [
      magnitudes("mx.fft.rfft(mx.array([1, 1, 1, 1]))"),
      "[4,0,0]",
    ]),
    along("irfft", "Inverse of {@link rfft}.", realInverse, [
      "mx.fft.irfft(mx.array([4, 0, 0]))",
      "[1,1,1,1]",
    ]),
    over("fft2", "Fourier transform over two axes.", there, "[-2, -1]", [
      magnitudes("mx.fft.fft2(mx.ones([2, 2]))"),
      "[[4,0],[0,0]]",
    ]),
    over("ifft2", "Inverse Fourier transform over two axes.", back, "[-2, -1]", [
      magnitudes("mx.fft.ifft2(mx.ones([2, 2]))"),
      "[[1,0],[0,0]]",
    ]),
    over("rfft2", "Fourier transform of real numbers over two axes.", real, "[-2, -1]", [
      magnitudes("mx.fft.rfft2(mx.ones([2, 2]))"),
      "[[4,0],[0,0]]",
    ]),
    over("irfft2", "Inverse of {@link rfft2}.", realInverse, "[-2, -1]", [
      "mx.fft.irfft2(mx.array([[4, 0], [0, 0]]))",
      "[[1,1],[1,1]]",
    ]),
    over("fftn", "Fourier transform over several axes.", there, "null", [
      magnitudes("mx.fft.fftn(mx.ones([2, 2]))"),
      "[[4,0],[0,0]]",
    ]),
    over("ifftn", "Inverse Fourier transform over several axes.", back, "null", [
      magnitudes("mx.fft.ifftn(mx.ones([2, 2]))"),
      "[[1,0],[0,0]]",
    ]),
    over("rfftn", "Fourier transform of real numbers over several axes.", real, "null", [
      "mx.fft.rfftn(mx.ones([2, 6])).shape",
      "[2,4]",
    ]),
    over("irfftn", "Inverse of {@link rfftn}.", realInverse, "null", [
      "mx.fft.irfftn(mx.ones([2, 4])).shape",
      "[2,6]",
    ]),
    frequencies(
      "fftfreq",
      "Frequencies of the elements of {@link fft}.",
      "float32 of shape `[n]`: 0 and up, then the negative ones up to below 0",
      ["mx.fft.fftfreq(4)", "[0,0.25,-0.5,-0.25]"],
    ),
    frequencies(
      "rfftfreq",
      "Frequencies of the elements of {@link rfft}.",
      "float32 of shape `[n / 2 + 1]`, rounded down",
      ["mx.fft.rfftfreq(4)", "[0,0.25,0.5]"],
    ),
    shift("fftshift", "Moves the frequency 0 from the start of axes to their middle.", [
      "mx.fft.fftshift(mx.array([0, 1, -2, -1]))",
      "[-2,-1,0,1]",
    ]),
    shift("ifftshift", "Inverse of {@link fftshift}.", [
      "mx.fft.ifftshift(mx.array([-2, -1, 0, 1]))",
      "[0,1,-2,-1]",
    ]),
    {
      name: "stft",
      tier: "composed",
      doc: "Short-time Fourier transform: cuts the last axis into frames that overlap, weights each with a window, and transforms it.",
      args: [
        array("x", "`[..., time]`, not empty"),
        int("nFft", "size of a frame", { default: "2048" }),
        ...frame,
        bool("center", "fills up both ends, so that frames are centred on their samples", {
          default: "true",
        }),
        choice("padMode", ["reflect", "constant", "edge"], "what the ends are filled with", {
          default: '"reflect"',
        }),
        norm,
        boolOrNull("onesided", "leaves negative frequencies out; `null`: if `x` is real", {
          default: "null",
        }),
      ],
      returns:
        "`[..., frequencies, frames]`, complex64; `nFft / 2 + 1` frequencies, rounded down, or all `nFft`",
      throws:
        "RangeError for sizes below 1, a window longer than `nFft` or not of one axis, and a signal shorter than a frame",
      examples: [
        ["mx.fft.stft(mx.ones([16]), 8).shape", "[5,9]"],
        ["mx.fft.stft(mx.ones([16]), 8, { hopLength: 4, center: false }).shape", "[5,3]"],
      ],
      cpp: "stft(x, nFft, hopLength, winLength, window, center, padMode, norm, onesided, s)",
    },
    {
      name: "istft",
      tier: "composed",
      doc: "Inverse of {@link stft}: adds up the inverse transforms of the frames, divided by the squares of the windows.",
      args: [
        array("stftMatrix", "`[..., frequencies, frames]`, neither empty"),
        intOrNull("nFft", "size of a frame; `null` takes the even size of that many frequencies", {
          default: "null",
        }),
        ...frame,
        bool("center", "whether the frames are centred on their samples", { default: "true" }),
        norm,
        boolOrNull("onesided", "whether negative frequencies were left out; `null` is true", {
          default: "null",
        }),
        intOrNull("length", "time of the result, cut or filled up with zeros", { default: "null" }),
      ],
      returns: "`[..., time]`, float32, or complex64 where `onesided` is false",
      throws:
        "RangeError for sizes below 1, a window longer than `nFft` or not of one axis, and a negative length",
      examples: [["mx.round(mx.fft.istft(mx.fft.stft(mx.arange(8), 4)))", "[0,1,2,3,4,5,6,7]"]],
      cpp: "istft(stftMatrix, nFft, hopLength, winLength, window, center, norm, onesided, length, s)",
    },
  ],
};
