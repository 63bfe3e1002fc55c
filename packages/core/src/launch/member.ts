// One process of a launch: how it is started, here or through ssh, and how its lines are shown.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Host, isHere, type LaunchOptions } from "./options.js";
import type { Ring } from "./ring.js";

/** A program with its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
}

/** How a process ended: its exit code, as a shell counts signals. */
export interface Ending {
  readonly rank: number;
  readonly code: number;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command of one process. */
export function commandOf(
  rank: number,
  host: Host,
  options: LaunchOptions,
  ring: Ring,
  ringFile: string,
): Command {
  const { script, args, cwd } = options;
  const variables = {
    ...(options.verbose ? { MLX_RING_VERBOSE: "1" } : {}),
    ...options.env,
    MLX_RANK: String(rank),
  };
  if (isHere(host)) {
    const { MLX_HOSTFILE: _, MLX_RANK: __, ...inherited } = process.env;
    // One process is no ring: it gets a group of one.
    const env = ring.length > 1 ? { ...variables, MLX_HOSTFILE: ringFile } : options.env;
    return {
      file: process.execPath,
      args: [...process.execArgv, script, ...args],
      env: { ...inherited, ...env },
      cwd,
    };
  }
  // ssh runs one line of a shell. The terminal (-tt) makes the remote processes end with ssh.
  const line = [
    `cd ${quoted(cwd ?? process.cwd())}`,
    "export MLX_HOSTFILE=$(mktemp)",
    `printf %s ${quoted(JSON.stringify(ring))} > "$MLX_HOSTFILE"`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `{ ${["node", ...process.execArgv, script, ...args].map(quoted).join(" ")}; code=$?; rm -f "$MLX_HOSTFILE"; exit $code; }`,
  ].join(" && ");
  return {
    file: "ssh",
    args: ["-tt", "-o", "LogLevel=QUIET", host.ssh, line],
    env: process.env,
    cwd: undefined,
  };
}

/** A running process. */
export class Member {
  readonly #child: ChildProcess;
  /** Resolves when it has ended and its last line is shown. */
  readonly ended: Promise<Ending>;

  /**
   * @param rank - shown before its lines; the first gets this terminal's input
   * @param command - what it runs
   */
  constructor(
    readonly rank: number,
    command: Command,
  ) {
    const { file, args, env, cwd } = command;
    const child = spawn(file, args, {
      env,
      cwd,
      stdio: [rank === 0 ? "inherit" : "ignore", "pipe", "pipe"],
    });
    this.#child = child;
    showLines(rank, child.stdout, process.stdout);
    showLines(rank, child.stderr, process.stderr);
    this.ended = new Promise((resolve) => {
      child.once("error", ({ message }) => {
        process.stderr.write(`[mlx-launch] ${file} could not be started: ${message}\n`);
        resolve({ rank, code: 127 });
      });
      child.once("close", (code, signal) => resolve({ rank, code: code ?? signalCode(signal) }));
    });
  }

  /** Sends a signal; one that has ended is left alone. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

function showLines(rank: number, from: Readable | null, to: Writable): Interface | undefined {
  if (from === null) return undefined;
  const lines = createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY });
  return lines.on("line", (line) => to.write(`[${rank}] ${line}\n`));
}

/** The exit code that shells give a process which a signal ended. */
export function signalCode(signal: NodeJS.Signals | null): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGABRT: 6,
    SIGKILL: 9,
    SIGSEGV: 11,
    SIGTERM: 15,
  };
  return 128 + ((signal && numbers[signal]) ?? 0);
}
