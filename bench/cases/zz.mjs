import * as mx from "@mlx-ts/core";
const a = mx.zeros([8, 8, 8]); const picks = mx.array([1, 0, 3], "int32"); const value = mx.ones([8, 8]); 
const up = mx.ones([3,1,8,8]); const target=mx.zeros([8,8,8]);
mx.eval(a, picks, value, up);
const part = mx.slice(1, 5), two = mx.slice(0, 2);
const bodies = {
  "a[3]": () => a.index(3), "a[1:5]": () => a.index(part), "a[..., 0]": () => a.index("...", 0),
  "a[1, 0:2, None]": () => a.index(1, two, null), "a[idx]": () => a.index(picks), "a[0:2, idx, 3]": () => a.index(two, picks, 3),
  "a.at[3].add(1)": () => a.at(3).add(1), "a.at[idx].add(v)": () => a.at(picks).add(value), "a.at[3].set(v)": () => a.at(3).set(value),
  "mul": () => mx.multiply(a, value), "reshape": () => mx.reshape(value, [1, 1, 8, 8]), "bcast": () => mx.broadcastTo(value, [3,8,8]),
  "take": () => mx.take(a, picks, 0), "scatterAdd": () => mx.scatterAdd(a, [picks], up, [0]), "squeeze": () => mx.squeeze(up, 1),"slice": () => mx.slice(a, [1,0,0],[2,8,8]),
  "text": () => a.index("1, 0:2, None"),
};
const only = process.argv[2];
for (const [name, run] of Object.entries(bodies)) {
  if (only && name !== only) continue;
  const body = () => { for (let i = 0; i < 100; i++) run(); };
  for (let i = 0; i < 500; i++) mx.tidy(body);
  let best = Infinity;
  for (let r = 0; r < 8; r++) { const s = process.cpuUsage(); for (let i = 0; i < 150; i++) mx.tidy(body); const u = process.cpuUsage(s); best = Math.min(best, (u.user + u.system) * 1e3 / 15000); }
  console.log(name.padEnd(20), best.toFixed(0));
}
