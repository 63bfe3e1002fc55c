// Optimizers against Python's: parameters and state after each of four steps, eager and compiled.

import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import { goldens } from "../../nn/test/goldens.js";
import type * as optim from "../src/index.js";
import {
  expectNear,
  type Given,
  type OptimizerCase,
  optimizers,
  treeOf,
} from "./optimizer-cases.js";

/** The engine compiles with the machine's C++ compiler, which takes its time. */
const MINUTE = 60_000;

describe.each(["float32", "bfloat16"])("in %s", (dtype) => {
  const { given, ...rest } = goldens(import.meta.url, `optimizers_${dtype}`);
  const { parameters: first, gradients } = given as Given;
  const cases = Object.entries(rest as Record<string, OptimizerCase>);

  test("every optimizer that Python computed is tested", () => {
    expect(cases.map(([name]) => name)).toEqual(Object.keys(optimizers));
  });

  describe.each(cases)("%s", (name, golden) => {
    const make = optimizers[name] as () => optim.Optimizer;

    /** Four steps, each compared with Python's. */
    function run(
      optimizer: optim.Optimizer,
      step: (gradients: mx.ArrayTree, parameters: mx.ArrayTree) => mx.ArrayTree,
    ): void {
      let parameters = treeOf(first);
      expect(golden.steps).toHaveLength(4);
      golden.steps.forEach((wanted, i) => {
        parameters = step(treeOf(gradients[i] ?? {}), parameters);
        expectNear(parameters, wanted.parameters, `parameters after step ${i + 1}`);
        expectNear(optimizer.state, wanted.state, `state after step ${i + 1}`);
      });
      expect(optimizer.step.item()).toBe(4);
    }

    test("takes Python's steps", () => {
      const optimizer = make();
      run(optimizer, (grads, parameters) => optimizer.applyGradients(grads, parameters));
    });

    test("takes the same steps when it is compiled, with one trace", { timeout: MINUTE }, () => {
      const optimizer = make();
      let traces = 0;
      const step = mx.compile(
        (grads: mx.ArrayTree, parameters: mx.ArrayTree) => {
          traces++;
          return optimizer.applyGradients(grads, parameters);
        },
        { state: optimizer },
      );
      optimizer.init(treeOf(first));
      expectNear(optimizer.state, golden.start, "the first state");
      run(optimizer, step);
      // What is not compiled runs each time.
      if (has("tracing")) expect(traces).toBe(1);
    });
  });
});
