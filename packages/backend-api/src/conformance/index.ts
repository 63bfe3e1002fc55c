// The conformance kit: tells the author of a backend whether it computes what MLX computes. It has no
// dependencies and runs wherever the backend does.

export type { Case, Closeness, Context, Requirements, Wanted } from "./case.js";
export { check, Mismatch } from "./case.js";
export { cases } from "./cases.js";
export type { Counts, Failure, Loosened, Manifest, OpReport, Report } from "./manifest.js";
export { type CaseFilter, filterCases, type RunOptions, runConformance } from "./run.js";
export { type Outcome, openSession, type Session, type SessionOptions } from "./session.js";
export { reportText } from "./text.js";
export type { Arithmetic } from "./tolerance.js";
