// What `npm test` runs after the bootstrap: build, generated files, types, lint, tests, package
// exports and the packed tarballs. Stops at the first failure; the last line is the test count.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const report = join(root, "node_modules", ".cache", "vitest-report.json");
mkdirSync(join(report, ".."), { recursive: true });
rmSync(report, { force: true });

const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];

// No test is about time: the limit is for those that hang, on a busy machine too.
const patience = "--testTimeout=60000";

const steps = [
  ["build", "turbo", "run", "build", "addon"],
  ["generated files", "tsx", "packages/backend-api/scripts/generate.ts", "--check"],
  [
    "conformance goldens",
    "tsx",
    "--conditions=@mlx-ts/source",
    "packages/backend-api/scripts/conformance/record.ts",
    "--check",
  ],
  ["features", "tsx", "--conditions=@mlx-ts/source", "scripts/features/features.ts", "--check"],
  ["types", "turbo", "run", "typecheck"],
  ["lint", "biome", "check", "."],
  ["tests", "vitest", "run", patience, ...reporters],
  ["exports", "turbo", "run", "exports"],
  ["packed tarballs", "node", "scripts/packed-test.mjs"],
];

let failed = null;
for (const [name, command, ...args] of steps) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    failed = name;
    break;
  }
  console.log(`== ${name}: ok, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

if (failed) console.error(`\nFailed: ${failed}.`);
const counts = readCounts();
if (counts.ran === 0) console.error("\nNo test ran.");
console.log(`\n${counts.line}`);
process.exitCode = failed || counts.ran === 0 || counts.failed > 0 ? 1 : 0;

/** The counts of the vitest run, from its own report: a run that never got there counts nothing. */
function readCounts() {
  if (!existsSync(report)) return { ran: 0, failed: 0, line: "0 passed, 0 failed" };
  const result = JSON.parse(readFileSync(report, "utf8"));
  const passed = result.numPassedTests;
  const failed = result.numFailedTests;
  const skipped = result.numPendingTests + (result.numTodoTests ?? 0);
  const line = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
  return { ran: passed + failed, failed, line };
}
