// Packed matrices: what Python gives.

import { testGoldens } from "../golden.js";

testGoldens("quantization");
