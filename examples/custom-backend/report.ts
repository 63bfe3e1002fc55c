// Prints what the conformance kit says of the backend: `npm run report`.

import { reportText, runConformance } from "@mlx-ts/backend-api/conformance";
import { customBackend } from "./src/backend.js";
import { manifest } from "./src/manifest.js";

const report = await runConformance(customBackend, manifest);
console.log(reportText(report));
process.exitCode = report.passed ? 0 : 1;
