// What the leak hunt repeats: each body makes arrays in passing and keeps none. By name, with the number of
// rounds.

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
];
