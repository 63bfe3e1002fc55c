// Communication between processes: carries calls to cpp/distributed.cc, and keeps the engine from starting
// on what would end or hang the process.

import type {
  AllGatherFactory,
  DistributedExtension,
  DistributedGroup,
  Placement,
} from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { checkRing } from "./ring-environment.js";
import { dtypeCode, list, place } from "./wire.js";

export function distributedExtension(addon: Addon): DistributedExtension<number> {
  /** Whether processes are connected: MLX keeps that group and reads the environment no more. */
  let connected = false;
  const reduce = { sum: addon.allSum, max: addon.allMax, min: addon.allMin };

  function connect(): void {
    connected = true;
    // Node joins its workers when the process ends: one that waits for another process would hold it up.
    process.once("exit", () => addon.endWaits());
  }

  return {
    isAvailable: (backend) => addon.distributedAvailable(backend) === 1,
    init(strict, backend, factory?: AllGatherFactory) {
      if (!connected && (backend === "ring" || backend === "any")) {
        checkRing(addon.ringEnvironment());
      }
      const group = addon.initGroup(strict, backend, factory);
      if (group.size > 1 && !connected) connect();
      return group;
    },
    split: ({ id }, color, key) => addon.splitGroup(id, color, key),
    allReduce: (op, x, { id }: DistributedGroup, at?: Placement) => reduce[op](x, id, place(at)),
    allGather: (x, { id }, at) => addon.allGather(x, id, place(at)),
    sumScatter: (x, { id }, at) => addon.sumScatter(x, id, place(at)),
    send: (x, to, { id }, at) => addon.send(x, to, id, place(at)),
    recv: (shape, dtype, from, { id }, at) =>
      addon.recv(list(shape), dtypeCode(dtype), from, id, place(at)),
  };
}
