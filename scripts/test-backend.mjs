// `npm run test:backend -- <name> [files]`: core's tests on another backend than native; the names are in
// packages/core/test/backends.ts. Ends with what the backend lacks and the totals.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [name, ...files] = process.argv.slice(2);
if (name === undefined || name.startsWith("-")) {
  console.error("Say which backend: npm run test:backend -- reference");
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    fileURLToPath(new URL("bootstrap.mjs", import.meta.url)),
    ...["vitest", "run", "--project", "core", ...files],
    // No test is about time: an engine to read takes longer than one to use.
    ...["--testTimeout=600000", "--hookTimeout=60000"],
    ...["--reporter=./packages/core/test/report.ts"],
  ],
  { stdio: "inherit", env: { ...process.env, MLX_TS_BACKEND: name } },
);
process.exit(status ?? 1);
