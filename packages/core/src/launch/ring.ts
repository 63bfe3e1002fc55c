// The addresses of a ring: which ports its processes listen on, and the file that MLX reads them from.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, isHere } from "./options.js";

/** Below the ports that systems give to outgoing connections, which come and go at any time. */
const lowest = 10_240;
const highest = 32_767;

/** What MLX reads: for each rank its addresses. */
export type Ring = readonly (readonly [address: string])[];

/** One address for each process. */
export async function makeRing(hosts: readonly Host[], port: number | undefined): Promise<Ring> {
  const search = port === undefined && hosts.every(isHere);
  const ports = search ? await freePorts(hosts.length) : hosts.map((_, i) => (port ?? 32_323) + i);
  return hosts.map(({ ip }, i) => [`${ip}:${ports[i]}`]);
}

/** Ports of this machine that nobody uses; all are held until the last is found. */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    const ports: number[] = [];
    for (let tries = 0; ports.length < count; tries++) {
      const port = lowest + Math.floor(Math.random() * (highest - lowest));
      const server = await listening(port);
      if (server !== undefined) {
        servers.push(server);
        ports.push(port);
      } else if (tries > 100 * count) throw new Error("[mlx-launch] no free port was found");
    }
    return ports;
  } finally {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  }
}

function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => resolve(server));
  });
}

/** A ring in a file, until it is disposed. */
export interface RingFile extends Disposable {
  readonly path: string;
}

export function writeRing(ring: Ring): RingFile {
  const folder = mkdtempSync(join(tmpdir(), "mlx-launch-"));
  const path = join(folder, "ring.json");
  writeFileSync(path, JSON.stringify(ring));
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
