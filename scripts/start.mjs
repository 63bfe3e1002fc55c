// `npm start`: builds what is needed and trains on MNIST. Where the native engine cannot be built it says so and goes
// on: the example then trains on the reference backend, which is plain TypeScript.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);

// Ctrl-C is for the example; this script ends with it.
process.on("SIGINT", () => {});

const node = (...command) =>
  spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" }).status ?? 1;
const task = (name) => node("scripts/bootstrap.mjs", "turbo", "run", name);

const asksForReference = args.some(
  (arg, i) => arg === "--backend=reference" || (arg === "reference" && args[i - 1] === "--backend"),
);

const built = task("build");
if (built !== 0) process.exit(built);
if (!asksForReference && task("addon") !== 0) {
  console.error(
    "\nThe native engine could not be built; the lines above say why, and `npm run doctor` what is missing.",
  );
}
process.exitCode = node("--import", "tsx", "examples/mnist/main.ts", ...args);
