import { runConformance } from "@mlx-ts/backend-api/conformance";
import { customBackend } from "./src/backend.js";

const r = await runConformance(
  customBackend,
  { dtypes: ["bool", "int32", "uint32", "float32"] },
  process.argv[2] ? { filter: { groups: [process.argv[2]] } } : {},
);
console.log(r.counts, r.seconds, r.problems);
for (const [g, c] of Object.entries(r.groups)) console.log(g, JSON.stringify(c));
const by = new Map<string, number>();
for (const f of r.failures) {
  const k = f.message.slice(0, 90);
  const n = by.get(k) ?? 0;
  by.set(k, n + 1);
  if (n < 2) console.log(f.id.slice(0, 110), "=>", f.message.slice(0, 160));
}
