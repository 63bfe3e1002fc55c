// Hunts crashes: runs hostile calls in child processes, restarts behind a call that ended or held one, and
// collects every crash, hang and error that is none of ours.
//
//   node --import tsx --conditions=@mlx-ts/source hunt.ts --count 200000 --seed 1

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nodeFlags } from "../child.js";
import type { Summary } from "./child.js";

/** One call that went wrong. */
export interface Finding {
  readonly number: number;
  /** crash, hang, or wrong: an error that is none of ours, or an engine that is worse than before. */
  readonly kind: string;
  readonly text: string;
}

/** What a hunt found. */
export interface Hunt {
  readonly calls: number;
  /** Calls that gave a result, and calls that were refused as they should. */
  readonly worked: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

const script = fileURLToPath(new URL("child.ts", import.meta.url));
/** Calls of one process; each process costs its start. */
const perChild = 2500;
/** A call that takes longer holds the process. */
const patience = 30_000;

/**
 * Makes hostile calls.
 *
 * @param seed - which calls
 * @param count - how many
 */
export async function hunt(seed: number, count: number): Promise<Hunt> {
  const findings: Finding[] = [];
  const summary = { worked: 0, refused: 0 };
  const starts = Array.from({ length: Math.ceil(count / perChild) }, (_, i) => i * perChild);
  const worker = async () => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const part = await stretch(seed, start, Math.min(perChild, count - start));
      findings.push(...part.findings);
      summary.worked += part.worked;
      summary.refused += part.refused;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { calls: count, ...summary, findings: findings.sort((a, b) => a.number - b.number) };
}

/** Some calls in a row, over as many processes as they end. */
async function stretch(seed: number, start: number, count: number): Promise<Omit<Hunt, "calls">> {
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-hunt-"));
  const progress = join(folder, "progress");
  const findings: Finding[] = [];
  let [worked, refused] = [0, 0];
  const end = start + count;
  try {
    for (let first = start; first < end; ) {
      const child = await watched(
        [String(seed), String(first), String(end - first), progress],
        folder,
        progress,
      );
      for (const line of child.out.split("\n").filter(Boolean)) {
        try {
          const said = JSON.parse(line) as Summary | { number: number; text: string; why: string };
          if ("worked" in said) [worked, refused] = [worked + said.worked, refused + said.refused];
          else
            findings.push({
              number: said.number,
              kind: "wrong",
              text: `${said.text}: ${said.why}`,
            });
        } catch {
          // A line that the end of the process cut off.
        }
      }
      if (child.reason === "done") break;
      const number = at(progress);
      if (number === undefined) throw new Error(`the child did not start:\n${child.err}`);
      findings.push({ number, kind: child.reason, text: child.err.slice(-600) });
      first = number + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { worked, refused, findings };
}

/** The number of the call that a process is making, or undefined before the first. */
function at(progress: string): number | undefined {
  try {
    const bytes = readFileSync(progress);
    return bytes.length < 4 ? undefined : bytes.readInt32LE(0);
  } catch {
    return undefined;
  }
}

interface Watched {
  readonly out: string;
  readonly err: string;
  readonly reason: string;
}

/** Runs a child to its end, or until a call takes too long. */
function watched(args: readonly string[], cwd: string, progress: string): Promise<Watched> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...nodeFlags, script, ...args], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err, last, hung] = ["", "", -1, false];
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    const watch = setInterval(() => {
      const now = at(progress) ?? -1;
      if (now === last) {
        hung = true;
        child.kill("SIGKILL");
      }
      last = now;
    }, patience);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      const how = signal === null ? `exit ${code}` : signal;
      resolve({ out, err, reason: hung ? "hang" : code === 0 ? "done" : `crash (${how})` });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string" } },
  });
  const { calls, worked, refused, findings } = await hunt(
    Number(values.seed ?? 1),
    Number(values.count ?? 5000),
  );
  for (const { number, kind, text } of findings) console.log(`${number} ${kind}: ${text}`);
  console.log(`${calls} calls: ${worked} worked, ${refused} refused, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
