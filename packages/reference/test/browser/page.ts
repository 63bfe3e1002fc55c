// What a web page does with the reference backend. It is bundled for browsers by ../browser.test.ts.

import * as mx from "../../../core/src/index.js";
import { referenceBackend } from "../../src/index.js";

mx.setDefaultBackend(referenceBackend);
mx.random.seed(0);

const x = mx.random.normal([4, 3]);
const logits = mx.matmul(x, mx.full([3, 2], 0.5));

/** For the test, or for a person who opens the page's console. */
export const result = {
  backend: mx.defaultBackend().id,
  softmax: mx.softmax(logits, -1).tolist(),
  inverse: mx.matmul(mx.linalg.pinv(x), x).shape,
  uniform: mx.random.uniform({ shape: [3], key: mx.random.key(0) }).tolist(),
};

/** Files need Node. */
export const load = () => mx.load("weights.safetensors");
