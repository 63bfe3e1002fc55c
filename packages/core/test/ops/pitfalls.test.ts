// Calls at which engines are known to go wrong: what Python gives.

import { testGoldens } from "../golden.js";

testGoldens("pitfalls");
