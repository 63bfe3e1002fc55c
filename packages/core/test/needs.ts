// What tests ask of a backend beyond the ops that they are about: its parts, and ways of MLX's engine which the
// interface leaves open. A test opens with `needs("...")`; on a backend without it, it is not run, and listed with the reason.

import { Compile, Export, Io, Kernels, Streams, Transforms } from "@mlx-ts/backend-api";
import { TestRunner } from "vitest";
import { backendName, testBackend } from "./backends.js";

/** Backends of another engine than MLX's. */
const foreign = backendName.startsWith("reference");
/** The engine itself, or decorators around it that compute nothing. */
const engine = ["native", "validation", "recording"].includes(backendName);

/** For each need: whether the backend has it, and what is to be said where it has not. */
const facts = {
  later: [
    !foreign,
    "arrays that are computed later, so that a computation can fail after its call",
  ],
  views: [!foreign, "views of more elements than memory holds"],
  "signs of nan": [!foreign, "NaN with a sign: JavaScript's numbers have one NaN"],
  engine: [engine, "what MLX's CPU engine refuses; composed kernels compute it"],
  "indices out of bounds": [
    backendName !== "validation",
    "indices out of bounds: it refuses what others move inside",
  ],
  decompositions: [
    testBackend.provenance("linalgSvd") !== "unsupported",
    "decompositions of matrices, which have no default",
  ],
  "products of packed matrices": [
    testBackend.provenance("qqmm") !== "native",
    "products of two packed matrices on the CPU",
  ],
  "engine's files": [
    testBackend.extension(Io) !== undefined,
    "a writer whose order of names is that of the engine's hash table",
  ],
  native: [testBackend.id === "native", `the name "native", which an example shows`],
  processes: [
    testBackend.id === "native",
    "processes and threads of its own: those of these tests run on the native backend",
  ],
  streams: [testBackend.extension(Streams) !== undefined, "Streams"],
  tracing: [testBackend.extension(Compile) !== undefined, "Compile: functions run as they are"],
  files: [testBackend.extension(Io) !== undefined, "Io: no gguf, and files are read whole"],
  kernels: [testBackend.extension(Kernels) !== undefined, "Kernels"],
  exports: [testBackend.extension(Export) !== undefined, "Export"],
  gradients: [testBackend.extension(Transforms) !== undefined, "Transforms"],
  batches: [
    testBackend.extension(Transforms) !== undefined && !/autodiff|^reference/.test(backendName),
    "a vmap that traces a whole batch: in a loop, arrays have values that may be read",
  ],
} as const satisfies Record<string, readonly [has: boolean, lacks: string]>;

/** What a test may need. */
export type Need = keyof typeof facts;

/** Whether the backend has it, for tests that go both ways. */
export const has = (need: Need): boolean => facts[need][0];

/**
 * Ends the running test as not run where the backend lacks something.
 *
 * @param names - what the test needs
 */
export function needs(...names: readonly Need[]): void {
  for (const name of names) {
    const [there, lacks] = facts[name];
    if (!there) TestRunner.getCurrentTest()?.context.skip(`the backend lacks ${lacks}`);
  }
}
