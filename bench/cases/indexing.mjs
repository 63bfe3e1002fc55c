// Reading and writing parts of small arrays: what an index costs before anything is computed, and what
// assignments cost together with their evaluation.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const a = mx.zeros([8, 8, 8]);
const picks = mx.array([1, 0, 3], "int32");
const value = mx.ones([8, 8]);
const row = mx.ones([8]);
const target = mx.zeros([8, 8, 8]);
mx.eval(a, picks, value, row, target);
const part = mx.slice(1, 5);
const two = mx.slice(0, 2);

const reads = {
  "a[3]": () => a.index(3),
  "a[1:5]": () => a.index(part),
  "a[..., 0]": () => a.index("...", 0),
  "a[1, 0:2, None]": () => a.index(1, two, null),
  "a[idx]": () => a.index(picks),
  "a[0:2, idx, 3]": () => a.index(two, picks, 3),
};
const updates = {
  "a.at[3].add(1)": () => a.at(3).add(1),
  "a.at[idx].add(v)": () => a.at(picks).add(value),
  "a.at[0:2, idx].add(v)": () => a.at(two, picks).add(row),
};
const assignments = {
  "a[3] = v": () => target.at(3).assign(value),
  "a[1:5] = 0": () => target.at(part).assign(0),
  "a[..., 0] = v": () => target.at("...", 0).assign(value),
  "a[idx] = v": () => target.at(picks).assign(value),
};

const each = 20;
const geometric = (times) =>
  Math.exp(times.reduce((sum, t) => sum + Math.log(t), 0) / times.length);

/** A figure for each body, and their geometric mean. */
function figures(name, bodies, after) {
  const times = Object.entries(bodies).map(([index, body]) => {
    const run = () => {
      for (let i = 0; i < each; i++) body();
      after?.();
    };
    return [`${index}, ns`, best(() => mx.tidy(run)) / each];
  });
  return [...times, [`${name}, geometric mean, ns`, geometric(times.map(([, time]) => time))]];
}

console.log(
  JSON.stringify(
    Object.fromEntries([
      ...figures("reading parts", reads),
      ...figures("updating parts", updates),
      // Evaluated each time, so that no history grows.
      ...figures("assigning parts", assignments, () => mx.eval(target)),
    ]),
  ),
);
