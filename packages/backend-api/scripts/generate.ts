// `pnpm generate`: writes every file that follows from the op table, formatted; `--check` writes
// nothing and fails where a file differs from what the table says.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { families } from "../ops/index.js";
import { coreFile } from "./generate/core.js";
import { cppFile, cppIndex } from "./generate/cpp.js";
import { examplesFile } from "./generate/examples.js";
import { interfaceFile, interfaceIndex } from "./generate/interface.js";
import { methodsFile } from "./generate/methods.js";
import { nativeFile, nativeIndex } from "./generate/native.js";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const root = dirname(packages);

function formatted(path: string, text: string): string {
  if (!path.endsWith(".ts")) return text;
  const biome = join(packages, "../node_modules/.bin/biome");
  const { status, stdout, stderr } = spawnSync(
    biome,
    ["check", "--write", `--stdin-file-path=${path}`],
    {
      cwd: root,
      input: text,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`${path}: biome could not format this:\n${stderr}`);
  return stdout;
}

const files = new Map<string, string>([
  ["backend-api/src/ops/index.ts", interfaceIndex(families)],
  ["core/src/ops/methods.ts", methodsFile(families)],
  ["core/test/ops/examples.test.ts", examplesFile(families)],
  ["native/src/ops/index.ts", nativeIndex(families)],
  ["native/src/cpp/ops/index.cc", cppIndex(families)],
]);
for (const family of families) {
  files.set(`backend-api/src/ops/${family.name}.ts`, interfaceFile(family));
  files.set(`core/src/ops/${family.name}.ts`, coreFile(family));
  files.set(`native/src/ops/${family.name}.ts`, nativeFile(family));
  files.set(`native/src/cpp/ops/${family.name}.cc`, cppFile(family));
}

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, raw] of files) {
  const path = join(packages, name);
  const text = formatted(path, raw);
  const before = (() => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  })();
  if (before === text) continue;
  stale.push(name);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (check && stale.length > 0) {
  console.error(
    `[generate] ${stale.length} generated files differ from the op table; run \`pnpm generate\`:\n  ${stale.join("\n  ")}`,
  );
  process.exit(1);
}
console.log(`[generate] ${files.size} files, ${check ? "all fresh" : `${stale.length} written`}`);
