// What the backend layer costs: `backend.ops.add`, which encodes its arguments, against the addon's own function with
// arguments that are encoded already. There is nothing like it in Python. Both release in one call, as a scope does.
// Beside them, what the same op costs on a backend of `defineBackend`, whose front checks and notes handles.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withDefaults } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { nativeBackend } from "@mlx-ts/native";
import { best } from "../best.mjs";

const require = createRequire(import.meta.url);
const native = dirname(dirname(require.resolve("@mlx-ts/native")));
// The addon that @mlx-ts/native has loaded: a second require gives the same one.
const addon = require(join(native, "build/Release/native.node"));
if (addon.backend !== nativeBackend)
  throw new Error("[bench] the addon is not that of the backend");

const calls = 100;
const a = mx.ones([4]);
const b = mx.ones([4]);
mx.eval(a, b);
/** How the addon writes "no place": see place() in packages/native/src/wire.ts. */
const nowhere = 0;
const { handle: left } = a;
const { handle: right } = b;
const made = new Array(calls);
const { ops } = nativeBackend;
/** The same kernels behind a front. */
const { ops: defined } = withDefaults(nativeBackend);

const bodies = {
  direct() {
    for (let i = 0; i < calls; i++) made[i] = addon.add(left, right, nowhere);
    nativeBackend.release(made);
  },
  layered() {
    for (let i = 0; i < calls; i++) made[i] = ops.add(left, right);
    nativeBackend.release(made);
  },
  fronted() {
    for (let i = 0; i < calls; i++) made[i] = defined.add(left, right);
    nativeBackend.release(made);
  },
  whole() {
    for (let i = 0; i < calls; i++) mx.add(a, b);
  },
};

// In turns, since other programs come and go: the least of each is what the code costs.
const least = { direct: Infinity, layered: Infinity, fronted: Infinity, whole: Infinity };
for (let turn = 0; turn < 8; turn++) {
  const short = { batches: 10, milliseconds: 5 };
  least.direct = Math.min(least.direct, best(bodies.direct, short) / calls);
  least.layered = Math.min(least.layered, best(bodies.layered, short) / calls);
  least.fronted = Math.min(least.fronted, best(bodies.fronted, short) / calls);
  least.whole = Math.min(least.whole, best(() => mx.tidy(bodies.whole), short) / calls);
}

console.log(
  JSON.stringify({
    "add by the addon's function, ns/op": least.direct,
    "add by backend.ops, ns/op": least.layered,
    "add behind a front, ns/op": least.fronted,
    "add by mx in a scope, ns/op": least.whole,
    "backend layer, ns/op": Math.max(0, least.layered - least.direct),
  }),
);
