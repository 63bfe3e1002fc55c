// What MLX's ring reads from the environment: a rank and a file of addresses. MLX checks little of it: a
// wrong rank or an empty file ends the process, and addresses that do not pair up wait for ever.

import { readFileSync } from "node:fs";
import { MLXError, rangeError, shown } from "@mlx-ts/backend-api";

/** The two variables, as MLX sees them. */
export interface RingEnvironment {
  /** `MLX_HOSTFILE`: a JSON list with, for each rank, a list of `"ip:port"`. */
  readonly hostfile?: string;
  /** `MLX_RANK` */
  readonly rank?: string;
}

const wrong = (rule: string, cause?: unknown): MLXError =>
  new MLXError(`[init] ${rule}; mlx-launch sets both variables rightly`, "FILE", { cause });

/** Refuses an environment that the ring cannot be made from; one that says nothing is good. */
export function checkRing({ hostfile, rank }: RingEnvironment): void {
  if (hostfile === undefined || rank === undefined) return;
  const hosts = readHosts(hostfile);
  if (!/^\d+$/.test(rank) || Number(rank) >= hosts.length) {
    throw rangeError(
      `[init] MLX_RANK is ${shown(rank)}, it must be one of the ranks 0 to ${hosts.length - 1} that MLX_HOSTFILE lists`,
    );
  }
}

function readHosts(file: string): string[][] {
  let hosts: unknown;
  try {
    hosts = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(`MLX_HOSTFILE ${shown(file)} cannot be read as JSON (${why})`, cause);
  }
  if (!isHosts(hosts)) {
    throw wrong(
      `MLX_HOSTFILE ${shown(file)} must hold a list with a list of "ip:port" for each rank`,
    );
  }
  const [first = [], ...others] = hosts;
  if (others.length === 0) {
    throw wrong(`MLX_HOSTFILE ${shown(file)} lists ${hosts.length} processes, a ring needs two`);
  }
  if (first.length === 0 || others.some((host) => host.length !== first.length)) {
    throw wrong(
      `MLX_HOSTFILE ${shown(file)} must list as many addresses for each rank, at least one`,
    );
  }
  const all = hosts.flat();
  const twice = all.find((address, i) => all.indexOf(address) !== i);
  if (twice !== undefined) throw wrong(`MLX_HOSTFILE lists the address ${shown(twice)} twice`);
  const bad = all.find((address) => !isAddress(address));
  if (bad !== undefined) {
    throw wrong(
      `MLX_HOSTFILE lists ${shown(bad)}, which is no "ip:port" with a port from 1 to 65535`,
    );
  }
  return hosts;
}

const isHosts = (value: unknown): value is string[][] =>
  Array.isArray(value) &&
  value.every(
    (host) => Array.isArray(host) && host.every((address) => typeof address === "string"),
  );

function isAddress(text: string): boolean {
  const [, port] = /^[^:\s]+:(\d{1,5})$/.exec(text) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
