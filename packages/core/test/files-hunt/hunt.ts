// Hunts crashes in reading files: damaged ones, in child processes that are started again behind one that ended
// or held them. Every file must be read or refused with an error of ours that names it.
//
//   node --import tsx --conditions=@mlx-ts/source hunt.ts [--mixtures 100000] [--seed 1] [--step 1]

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runNode } from "../child.js";
import { damaged, single } from "./damage.js";

/** What a hunt found. */
export interface FilesHunt {
  /** Damaged files that were read. */
  readonly files: number;
  /** Of them, those that were whole enough. */
  readonly worked: number;
  readonly findings: readonly string[];
}

const script = fileURLToPath(new URL("child.ts", import.meta.url));
/** Files of one process: it must end within the minute that runNode gives it. */
const perChild = 2000;

/**
 * Reads damaged files.
 *
 * @param seed - which mixtures
 * @param mixtures - how many files with several damages, behind those with one
 * @param step - only every so many
 */
export async function huntFiles(seed: number, mixtures: number, step: number): Promise<FilesHunt> {
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-files-hunt-"));
  const progress = join(folder, "progress");
  const end = single + mixtures;
  const findings: string[] = [];
  let [files, worked] = [0, 0];
  try {
    for (let first = seed % step; first < end; ) {
      const count = Math.min(perChild, Math.ceil((end - first) / step));
      const child = await runNode([script, ...[seed, first, count, step].map(String), progress]);
      let done = false;
      for (const line of child.out.split("\n").filter(Boolean)) {
        const told = JSON.parse(line) as Record<string, unknown>;
        done ||= "done" in told;
        if (typeof told.worked === "number") worked += told.worked;
        else findings.push(`${told.index} ${told.text}: ${told.why}`);
      }
      const last = done ? first + (count - 1) * step : readFileSync(progress).readInt32LE(0);
      if (!done) {
        const how = child.signal ?? `exit ${child.code}`;
        findings.push(`${last} ${damaged(last, seed).text}: ${how}\n${child.err.slice(-600)}`);
      }
      files += (last - first) / step + 1;
      first = last + step;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { files, worked, findings };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, mixtures: { type: "string" }, step: { type: "string" } },
  });
  const { files, worked, findings } = await huntFiles(
    Number(values.seed ?? 1),
    Number(values.mixtures ?? 100_000),
    Number(values.step ?? 1),
  );
  for (const finding of findings) console.log(finding);
  console.log(`${files} damaged files, ${worked} read all the same, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
