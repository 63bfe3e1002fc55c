// Fused layers: what Python gives.

import { testGoldens } from "../golden.js";

testGoldens("fast");
