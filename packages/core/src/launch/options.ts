// The command line of mlx-launch: its own options, then a script and the script's arguments.

import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { parseArgs } from "node:util";

export const usage = `Usage: mlx-launch [options] script.js [arguments of the script]

Starts a script in several processes that communicate through mx.distributed (the ring backend). Each
line that a process prints is shown after its rank. When one fails, all are ended, and mlx-launch ends
with its exit code.

  -n, --processes <count>  processes on this machine, or on each host (default 1)
      --hosts <ip,...>     machines to run on, by IP address, through ssh; 127.0.0.1 is this one
      --hostfile <file>    a JSON list of them: [{ "ssh": "name", "ips": ["10.0.0.1"] }, ...]
      --port <number>      the first port; several machines use one more for each process (default 32323),
                           one machine takes free ones
      --cwd <folder>       where the script runs (default: here)
      --env <NAME=VALUE>   an environment variable for all processes; may be repeated
  -v, --verbose            tell what is started and how it ends
  -h, --help               show this
`;

/** A wrong call, whose message is enough. */
export class UsageError extends Error {}

/** A machine: how ssh knows it, and the address that the others reach it by. */
export interface Host {
  readonly ssh: string;
  readonly ip: string;
}

/** What shall be started. */
export interface LaunchOptions {
  /** One for each process, in order of rank. */
  readonly hosts: readonly Host[];
  readonly port: number | undefined;
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly verbose: boolean;
  readonly script: string;
  readonly args: readonly string[];
}

const options = {
  processes: { type: "string", short: "n" },
  hosts: { type: "string" },
  hostfile: { type: "string" },
  port: { type: "string" },
  cwd: { type: "string" },
  env: { type: "string", multiple: true },
  verbose: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
} as const;

/** Where the script stands among the arguments: what follows it is its own. */
function scriptPlace(argv: readonly string[]): number {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const script = tokens.find(({ kind }) => kind === "positional");
  return script?.index ?? argv.length;
}

/** Reads the command line. */
export function readOptions(argv: readonly string[]): LaunchOptions | "help" {
  const place = scriptPlace(argv);
  const values = ownOptions(argv.slice(0, place));
  if (values.help) return "help";
  const [script, ...args] = argv.slice(place);
  if (script === undefined) throw new UsageError(`no script was given\n\n${usage}`);
  const count = wholeNumber("--processes", values.processes ?? "1", 1, 1024);
  return {
    hosts: hostsOf(values.hosts, values.hostfile).flatMap((host) => Array(count).fill(host)),
    port: values.port === undefined ? undefined : wholeNumber("--port", values.port, 1, 65_535),
    cwd: values.cwd,
    env: Object.fromEntries((values.env ?? []).map(variable)),
    verbose: values.verbose ?? false,
    script,
    args,
  };
}

function ownOptions(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // What Node adds to an unknown option is of no use here.
    throw new UsageError(message.replace(/\. To specify a positional.*/s, ""));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is ${text}, it must be an integer from ${least} to ${most}`);
}

function variable(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UsageError(`--env is ${text}, it must be NAME=VALUE`);
}

const thisMachine: Host = { ssh: "127.0.0.1", ip: "127.0.0.1" };

/** Whether a process of a host is started without ssh. */
export const isHere = ({ ssh }: Host): boolean => ssh === thisMachine.ssh;

function hostsOf(list: string | undefined, file: string | undefined): Host[] {
  if (list !== undefined && file !== undefined) {
    throw new UsageError("--hosts and --hostfile were given, one of them is enough");
  }
  const hosts = file === undefined ? list?.split(",").map(hostNamed) : hostsIn(file);
  const found = hosts ?? [thisMachine];
  if (found.some(isHere) && !found.every(isHere)) {
    throw new UsageError(
      "127.0.0.1 stands beside other machines, which could not reach it by that address; name this machine by its own",
    );
  }
  return found;
}

function hostNamed(ip: string): Host {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(ip)) return { ssh: ip, ip };
  throw new UsageError(
    `--hosts lists "${ip}", they must be IP addresses; names go into --hostfile`,
  );
}

function hostsIn(file: string): Host[] {
  let list: unknown;
  try {
    const data: unknown = JSON.parse(readFileSync(file, "utf8"));
    list = typeof data === "object" && data !== null && "hosts" in data ? data.hosts : data;
  } catch (error) {
    throw new UsageError(`--hostfile ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const rule = `--hostfile ${file} must hold a list of { "ssh": "name", "ips": ["10.0.0.1"] }`;
  if (!Array.isArray(list) || list.length === 0) throw new UsageError(rule);
  return list.map((item: unknown) => {
    const { ssh, ips } = (item ?? {}) as { ssh?: unknown; ips?: unknown };
    const ip: unknown = Array.isArray(ips) ? ips[0] : undefined;
    if (typeof ssh !== "string" || ssh.startsWith("-") || typeof ip !== "string") {
      throw new UsageError(rule);
    }
    return { ssh, ip };
  });
}

/** Refuses a script that this Node cannot run. */
export function checkScript(script: string): void {
  if (!statSync(script, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no script ${script}`);
  }
  const typed = [".ts", ".mts", ".cts"].includes(extname(script));
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  if (typed && !process.features.typescript && !/--(import|loader|require|r)\b/.test(flags)) {
    throw new UsageError(
      `Node ${process.versions.node} does not run TypeScript (${script}); use Node 22.18 or later, or set NODE_OPTIONS="--import tsx"`,
    );
  }
}
