// Einstein sums on tiny arrays, built in a scope: parsing, path and ops, nothing computed.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const calls = 50;
const a = mx.ones([4, 4]);
const b = mx.ones([4, 4]);
const c = mx.ones([2, 4, 4]);

mx.eval(a, b, c);

const bodies = {
  product: () => mx.einsum("ij,jk->ik", a, b),
  chain: () => mx.einsum("ij,jk,kl->il", a, b, a),
  batched: () => mx.einsum("...ij,...jk->...ik", c, c),
};

const time = (body) => best(() => mx.tidy(() => repeat(body))) / calls / 1000;

function repeat(body) {
  for (let i = 0; i < calls; i++) body();
}

console.log(
  JSON.stringify({
    "einsum of two in a scope, µs": time(bodies.product),
    "einsum of three in a scope, µs": time(bodies.chain),
    "einsum with an ellipsis in a scope, µs": time(bodies.batched),
  }),
);
