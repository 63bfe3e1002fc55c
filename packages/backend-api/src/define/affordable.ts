// A limit for work that a call makes out of all proportion to its operands: what was hardly meant is refused at the
// call, instead of filling the machine's memory. What a machine has, no default can know.

import { MLXError } from "../errors.js";

const most = 16 * 2 ** 30;

/** Refuses work on too many bytes; `what` ends in "needs" or "need". */
export function affordable(op: string, bytes: number, what: string): void {
  if (bytes <= most) return;
  const gigabytes = Math.ceil(bytes / 2 ** 30);
  throw new MLXError(
    `[${op}] ${what} ${gigabytes} GB, a backend without a kernel of its own takes at most ${most / 2 ** 30} GB at once`,
    "OOM",
  );
}
