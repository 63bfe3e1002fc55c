// Derivatives of fused layers and special products, against Python's and finite differences.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { goldens } from "../golden.js";
import { testDerivatives } from "./derivative.js";

describe("derivatives of fused layers", () => testDerivatives(goldens("fused")));
