// What the leak hunt repeats: each body makes arrays in passing and keeps none. By name, with the number of
// rounds.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "../../src/index.js";

/** One round; a promise is waited for. */
export type Body = () => unknown;

const x = mx.arange(12, "float32").reshape(3, 4);
const weight = mx.ones([4, 4]);
const places = mx.array([2, 0], "int32");

/** Ten ops of different families. */
function ten(): mx.MLXArray {
  const hidden = mx.tanh(mx.add(mx.matmul(x, weight), 1));
  const [left, right] = mx.split(mx.take(hidden, places, 0), 2, 1);
  return mx.sum(mx.concatenate([left ?? x, mx.negative(right ?? x)], 0).add(2));
}

const opsInScope = (): void => {
  for (let i = 0; i < 10; i++) ten();
};

const loss = (w: mx.MLXArray): mx.MLXArray => mx.mean(mx.square(mx.matmul(x, w).subtract(1)));
const lossAndGrad = mx.valueAndGrad(loss);
const compiled = mx.compile(loss);
const onPurpose = new Error("on purpose");

/** Calls what must throw. */
function refused(call: () => unknown): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error("nothing was thrown");
}

type A = mx.MLXArray;

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-leaks-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, name);

const symmetric = mx.array([
  [4, 1],
  [1, 3],
]);
const wide = mx.ones([4, 64]);
const ruled = mx
  .customFunction((a: A) => mx.multiply(a, a))
  .vjp((primals, cotangent) => mx.multiply(primals, cotangent))
  .jvp((primals, tangent) => mx.multiply(primals, tangent as A))
  .vmap((inputs, axes) => [mx.multiply(inputs, inputs), axes]);
const summed = (a: A): A => mx.sum(ruled(a));
const remembered = mx.checkpoint((a: A) => mx.tanh(mx.matmul(a, weight)));

mx.exportFunction(file("ten.mlxfn"), (a: A) => mx.sum(mx.exp(a)), [x]);
const imported = mx.importFunction(file("ten.mlxfn"));

/** Writes arrays in every format, and reads them back. */
function files(): void {
  mx.save(file("a.npy"), x);
  mx.savez(file("a.npz"), { x, weight });
  mx.saveSafetensors(file("a.safetensors"), { x, weight });
  mx.saveGguf(file("a.gguf"), { x, weight });
  for (const name of ["a.npy", "a.npz", "a.safetensors", "a.gguf"]) {
    mx.eval(mx.load(file(name)));
  }
}

/** A wait that is given up, and its arrays' own end. */
async function aborted(): Promise<void> {
  const stop = new AbortController();
  const pending = mx.evalAsync(ten(), { signal: stop.signal });
  stop.abort(onPurpose);
  await pending.catch(() => undefined);
  mx.synchronize();
}

/** Name, rounds, body. */
export const bodies: readonly (readonly [name: string, rounds: number, body: Body])[] = [
  ["500,000 ops in scopes", 5000, () => mx.tidy(opsInScope)],
  ["500,000 ops outside of scopes", 5000, opsInScope],
  ["10,000 gradients", 10_000, () => mx.tidy(() => mx.eval(lossAndGrad(weight)))],
  ["10,000 gradients outside of scopes", 10_000, () => mx.eval(lossAndGrad(weight))],
  ["10,000 compiled calls", 10_000, () => mx.tidy(() => compiled(weight).item())],
  ["compiled functions that are dropped", 1000, () => mx.tidy(() => mx.compile(ten)().item())],
  [
    "gradients of gradients",
    1000,
    () =>
      mx.tidy(() =>
        mx
          .grad(mx.grad((v: mx.MLXArray) => mx.power(v, 3)))(mx.array(2))
          .item(),
      ),
  ],
  ["host reads", 1000, () => [ten().tolist(), x.toTypedArray(), String(ten())]],
  ["reads that do not block", 1000, () => ten().data()],
  ["evaluations in the background", 1000, () => mx.asyncEval(ten())],
  ["arrays from lists of arrays", 1000, () => mx.array([ten(), ten()] as mx.ArrayLike).tolist()],
  ["random numbers", 1000, () => mx.random.normal([4]).sum().item()],
  ["indexing, reading and writing", 1000, () => x.at("1:, 0").add(x.index("0, 1:3")).sum().item()],
  ["refused calls", 1000, () => refused(() => mx.matmul(mx.add(x, 1), mx.ones([3, 3])))],
  [
    "functions that throw in transforms",
    1000,
    () =>
      refused(() =>
        mx.grad((v: mx.MLXArray) => {
          mx.multiply(v, ten());
          throw onPurpose;
        })(x),
      ),
  ],
  [
    "vmap",
    500,
    () =>
      mx
        .vmap((a: A) => mx.sum(mx.exp(a)))(x)
        .tolist(),
  ],
  ["vmap that is refused", 500, () => refused(() => mx.vmap((a: A) => a, 5)(x))],
  [
    "checkpoint",
    500,
    () =>
      mx
        .grad((a: A) => mx.sum(remembered(a)))(x)
        .tolist(),
  ],
  ["custom functions by their vjp", 500, () => mx.grad(summed)(x).tolist()],
  ["custom functions by their jvp", 500, () => mx.jvp(ruled, [x], [x])[1].map(String)],
  ["custom functions by their vmap", 500, () => mx.vmap(ruled)(x).tolist()],
  [
    "custom functions that are dropped",
    500,
    () => mx.grad((a: A) => mx.sum(mx.customFunction((b: A) => b.add(1)).vjp((_, c) => c)(a)))(x),
  ],
  ["depends", 500, () => mx.depends([ten(), x], ten()).map(String)],
  [
    "functions that are exported",
    100,
    () => mx.exportFunction(file("new.mlxfn"), (a: A) => mx.add(mx.sum(a), 1), [x]),
  ],
  ["functions that are imported", 100, () => mx.importFunction(file("ten.mlxfn"))(x).map(String)],
  ["imported calls", 500, () => imported(x).map(String)],
  ["imported calls that are refused", 500, () => refused(() => imported(weight, weight))],
  ["einsum", 500, () => mx.einsum("ij,jk->ki", x, weight).tolist()],
  ["einsum that is refused", 500, () => refused(() => mx.einsum("ij,jk->q", x, weight))],
  ["unique", 500, () => mx.unique(x, 12).tolist()],
  ["grids", 500, () => mx.meshgrid([x.flatten(), places]).map(String)],
  ["padding", 500, () => mx.pad(x, 2, "edge").tolist()],
  ["padding that is refused", 500, () => refused(() => mx.pad(x, -1))],
  [
    "assignments by a mask",
    500,
    () => {
      const copy = mx.array([1, 2, 3]);
      copy.at(mx.greater(copy, 1)).assign(mx.array([7, 8]));
      return copy.tolist();
    },
  ],
  ["gathers", 500, () => x.index(places, mx.array([1, 0], "int32")).tolist()],
  [
    "scatters",
    500,
    () =>
      x
        .at(places)
        .add(mx.ones([2, 4]))
        .tolist(),
  ],
  ["linear algebra", 500, () => mx.linalg.svd(mx.linalg.inv(symmetric)).map(String)],
  ["linear algebra that is refused", 500, () => refused(() => mx.linalg.inv(x))],
  ["linear algebra that fails", 100, () => refused(() => mx.eval(mx.linalg.inv(mx.zeros([2, 2]))))],
  ["Fourier transforms", 500, () => mx.fft.irfft(mx.fft.rfft(x)).tolist()],
  [
    "short Fourier transforms",
    200,
    () =>
      mx.fft
        .stft(mx.ones([256]), 64)
        .abs()
        .sum()
        .item(),
  ],
  [
    "packed products",
    500,
    () => {
      const [words, scales, biases] = mx.quantize(wide, 64, 4) as [A, A, A];
      return mx.quantizedMatmul(wide, words, scales, biases, { groupSize: 64 }).tolist();
    },
  ],
  [
    "fused layers",
    500,
    () => mx.fast.layerNorm(mx.fast.rmsNorm(x, null, 1e-5), null, null, 1e-5).tolist(),
  ],
  [
    "attention",
    500,
    () => {
      const q = x.reshape(1, 1, 3, 4);
      return mx.fast.scaledDotProductAttention(q, q, q, { scale: 1 }).tolist();
    },
  ],
  ["files of every format", 50, files],
  ["waits that are given up", 200, aborted],
  ["a group of one", 200, () => mx.distributed.allSum(ten()).item()],
  ["printing", 200, () => [String(mx.ones([50, 50])), String(mx.arange(3000))]],
];
