import { Memory } from "@mlx-ts/backend-api";
import { cases, runConformance } from "@mlx-ts/backend-api/conformance";
import { nativeBackend } from "@mlx-ts/native";
import { mutants } from "./index.js";

const good = nativeBackend as never as import("@mlx-ts/backend-api").Backend;
const only = process.argv[2];
const t0 = Date.now();
const all = cases();
console.log(all.length, [...new Set(all.map((c) => c.group))].join(" "));
const live = () => good.extension(Memory)!.liveHandles();
if (!only) {
  const r = await runConformance(good, {}, {});
  console.log(
    "good",
    r.passed,
    r.counts,
    r.seconds,
    r.failures.slice(0, 5),
    r.problems.slice(0, 5),
  );
}
const n = 0;
for (const m of mutants) {
  if (only && !m.name.includes(only)) continue;
  const t = Date.now();
  const r = await runConformance(m.broken(good), {}, { filter: { groups: m.groups }, live: live });
  const fair = r.failures.filter((f) => !f.message.startsWith("threw"));
  const ms = Date.now() - t;
  console.log(
    r.passed ? "SURVIVED" : fair.length === 0 ? "thrown  " : "caught  ",
    `${m.name}: ${m.wrong}`,
    r.failures.length,
    "/",
    r.counts.passed + r.counts.failed,
    ms + "ms",
    (fair[0] ?? r.failures[0])?.id?.slice(0, 70),
    (fair[0] ?? r.failures[0])?.message?.slice(0, 60),
  );
}
console.log(mutants.length, Date.now() - t0);
