// Linear algebra: what Python gives, and what is refused.

import { testGoldens } from "../golden.js";

testGoldens("linalg");
