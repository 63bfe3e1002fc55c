// Runs a command of the workspace on a machine that has only Node and npm, such as
// `node scripts/bootstrap.mjs turbo run build`: finds pnpm (or has npx fetch the version that
// package.json pins), installs the dependencies if the lockfile changed, then runs the command.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pinned = packageManager.split("@")[1];
const major = (version) => version.split(".")[0];
const env = { ...process.env, DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };

const [nodeMajor, nodeMinor] = process.versions.node.split(".").map(Number);
if (nodeMajor < 20 || (nodeMajor === 20 && nodeMinor < 19))
  fail(`Node ${process.versions.node} is too old: mlx-ts needs 20.19 or later.`);

// Ctrl-C is for the command; this script ends with it.
process.on("SIGINT", () => {});

const found = sh(["pnpm", "--version"], ["ignore", "pipe", "ignore"]).stdout?.trim() ?? "";
const pnpm =
  major(found) === major(pinned) ? ["pnpm"] : ["npx", "--yes", "--prefer-offline", packageManager];

// A stamp with the lockfile's content, not its time: a checkout changes times.
const lockfile = readFileSync(join(root, "pnpm-lock.yaml"));
const lock = createHash("sha256").update(lockfile).digest("hex");
const stamp = join(root, "node_modules", ".installed-lockfile");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  // No standard input: an installation must never wait for an answer.
  run(["install", "--frozen-lockfile"], ["ignore", "inherit", "inherit"]);
  writeFileSync(stamp, lock);
}
run(["exec", ...process.argv.slice(2)], "inherit");

function run(args, stdio) {
  const { status, error } = sh([...pnpm, ...args], stdio);
  if (error) fail(`Could not run ${pnpm.join(" ")}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function sh([command, ...args], stdio) {
  const shell = process.platform === "win32";
  return spawnSync(command, args, { cwd: root, env, stdio, shell, encoding: "utf8" });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
