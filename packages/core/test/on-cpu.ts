// Where tests with float64 run: it exists on the CPU only.

import { Streams } from "@mlx-ts/backend-api";
import * as mx from "../src/index.js";
import { testBackend } from "./backends.js";

/** Runs on the CPU; a backend without streams has no other place. */
export const onCpu = (run: () => void): void =>
  testBackend.extension(Streams) ? mx.withStream(mx.cpu, run) : run();
