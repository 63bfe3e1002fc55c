// Reading and writing parts of small arrays: what an index costs before anything is computed.
import * as mx from "@mlx-ts/core";

const calls = 100;
const a = mx.zeros([8, 8, 8]);
const picks = mx.array([1, 0, 3], "int32");
const value = mx.ones([8, 8]);
const target = mx.zeros([8, 8, 8]);
mx.eval(a, picks, value, target);
const part = mx.slice(1, 5);
const two = mx.slice(0, 2);

const bodies = {
  "a[3]": () => a.index(3),
  "a[1:5]": () => a.index(part),
  "a[..., 0]": () => a.index("...", 0),
  "a[1, 0:2, None]": () => a.index(1, two, null),
  "a[idx]": () => a.index(picks),
  "a[0:2, idx, 3]": () => a.index(two, picks, 3),
  "a.at[3].add(1)": () => a.at(3).add(1),
  "a.at[idx].add(v)": () => a.at(picks).add(value),
  "a[3] = v": () => target.at(3).assign(value),
  "a[1:5] = 0": () => target.at(part).assign(0),
  "a[idx] = v": () => target.at(picks).assign(value),
};

/** Nanoseconds for one call in scopes of a hundred calls. */
function time(run, repeats = 1000) {
  const body = () => {
    for (let i = 0; i < calls; i++) run();
    // What was assigned to stays: its history must not grow from one scope to the next.
    mx.eval(target);
  };
  for (let i = 0; i < 300; i++) mx.tidy(body);
  const start = performance.now();
  for (let i = 0; i < repeats; i++) mx.tidy(body);
  return ((performance.now() - start) * 1e6) / (repeats * calls);
}

const figures = {};
for (const [name, run] of Object.entries(bodies)) figures[`${name}, ns`] = time(run);
console.log(JSON.stringify(figures));
