// Fused layers and packed products: building them on tiny arrays, and evaluating them on the sizes of one
// token and of a short text.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const key = mx.random.key(0);
const normal = (...shape) => mx.random.normal(shape, { key });

/** The layers over arrays of t positions, h heads of d features, and a packed matrix. */
function layers(t, h, d) {
  const x = normal(1, t, h * d);
  const weight = mx.ones([h * d]);
  const heads = normal(1, h, t, d);
  const packed = mx.quantize(normal(h * d, h * d));
  mx.eval(x, weight, heads, packed);
  const turn = { traditional: false, base: 10000, scale: 1, offset: 3 };
  const scaled = { scale: d ** -0.5, mask: "causal" };
  return {
    rmsNorm: () => mx.fast.rmsNorm(x, weight, 1e-5),
    rope: () => mx.fast.rope(heads, d, turn),
    attention: () => mx.fast.scaledDotProductAttention(heads, heads, heads, scaled),
    quantizedMatmul: () => mx.quantizedMatmul(x, ...packed),
  };
}

const calls = 20;
const figures = {};
for (const [name, layer] of Object.entries(layers(1, 1, 64))) {
  const build = () => {
    for (let i = 0; i < calls; i++) layer();
  };
  figures[`building ${name}, ns`] = best(() => mx.tidy(build)) / calls;
}
for (const [size, t, h, d] of [
  ["a token", 1, 8, 64],
  ["a text", 128, 8, 64],
]) {
  for (const [name, layer] of Object.entries(layers(t, h, d))) {
    const run = () => mx.tidy(() => mx.eval(layer()));
    figures[`${name} of ${size}, µs`] = best(run, { batches: 15 }) / 1e3;
  }
}
console.log(JSON.stringify(figures));
