// Prints the conformance report of a backend of the workspace, or of a module whose default export is one:
//
//     npm run conformance -- native
//     npm run conformance -- ./my-backend.js --ops --json report.json --group unary --op exp

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Backend, OpName } from "@mlx-ts/backend-api";
import { type Manifest, reportText, runConformance } from "@mlx-ts/backend-api/conformance";
import { referenceBackend } from "@mlx-ts/reference";
import { type Candidate, candidates } from "./backends.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ops: { type: "boolean", default: false },
    json: { type: "string" },
    group: { type: "string", multiple: true },
    op: { type: "string", multiple: true },
    text: { type: "string" },
  },
});

async function candidate(name: string): Promise<Candidate> {
  const known = candidates[name];
  if (known) return known;
  const module: { default: Backend; manifest?: Manifest } = await import(
    pathToFileURL(resolve(name)).href
  );
  return { create: () => module.default, manifest: module.manifest ?? {} };
}

const { group, op, text } = values;
// The names are compared with the ops of cases; one that is no op chooses none.
const filter = group || op || text ? { groups: group, ops: op as OpName[], text } : undefined;

for (const name of positionals.length > 0 ? positionals : Object.keys(candidates)) {
  const { create, manifest } = await candidate(name);
  const reference = referenceBackend as Backend;
  const report = await runConformance(create(), manifest, { reference, filter });
  console.log(`${reportText(report, { ops: values.ops })}\n`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (!report.passed) process.exitCode = 1;
}
