// A launch from its first process to the end of its last: signals go on to all, and when one fails, all
// are ended.

import { resolve } from "node:path";
import { commandOf, type Ending, Member, signalCode } from "./member.js";
import { checkScript, isHere, type LaunchOptions } from "./options.js";
import { makeRing, writeRing } from "./ring.js";

/** How long processes may take to end when they are asked to. */
const grace = 3000;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the processes to their end; resolves to the exit code. */
export async function run(options: LaunchOptions): Promise<number> {
  const { hosts, verbose, script } = options;
  if (hosts.some(isHere)) checkScript(resolve(options.cwd ?? ".", script));
  const say = (text: string) => {
    if (verbose) process.stderr.write(`[mlx-launch] ${text}\n`);
  };
  const ring = await makeRing(hosts, options.port);
  const file = writeRing(ring);
  try {
    const members = hosts.map((host, rank) => {
      const command = commandOf(rank, host, options, ring, file.path);
      say(`${rank} at ${ring[rank]?.[0]}: ${[command.file, ...command.args].join(" ")}`);
      return new Member(rank, command);
    });
    return await supervise(members, say);
  } finally {
    file[Symbol.dispose]();
  }
}

async function supervise(members: readonly Member[], say: (text: string) => void): Promise<number> {
  let result = 0;
  let interruptedAt = Number.NEGATIVE_INFINITY;
  let deadline: NodeJS.Timeout | undefined;

  const killAll = (signal: NodeJS.Signals) => {
    for (const member of members) member.kill(signal);
  };
  const endAll = () => {
    if (deadline !== undefined) return;
    killAll("SIGTERM");
    deadline = setTimeout(killAll, grace, "SIGKILL");
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const again = performance.now() - interruptedAt;
    // A launcher of this one, such as npx, may pass on what the terminal has sent already.
    if (again < 500) return;
    say(`${signal} came`);
    result ||= signalCode(signal);
    if (again < Number.POSITIVE_INFINITY) killAll("SIGKILL");
    // A terminal sends Ctrl-C to all processes itself; twice would mean "at once" to some.
    else if (signal !== "SIGINT" || !process.stdin.isTTY) killAll(signal);
    interruptedAt = performance.now();
  };
  const onEnd = ({ rank, code }: Ending) => {
    say(`${rank} ended with code ${code}`);
    if (code === 0) return;
    if (result === 0 && members.length > 1) {
      process.stderr.write(
        `[mlx-launch] the process of rank ${rank} ended with code ${code}; ending the others\n`,
      );
    }
    result ||= code;
    endAll();
  };

  for (const signal of signals) process.on(signal, onSignal);
  try {
    await Promise.all(members.map((member) => member.ended.then(onEnd)));
  } finally {
    clearTimeout(deadline);
    for (const signal of signals) process.off(signal, onSignal);
  }
  return result;
}
