// What the guide says of engines with strides: views by `layout` copy nothing, and all else reads through them. The
// engine is the example's, behind arrays that are views.

import { type BackendDefinition, defineBackend, layout, type Shape } from "@mlx-ts/backend-api";
import { describeBackend } from "@mlx-ts/backend-api/conformance/vitest";
import { expect, test } from "vitest";
import * as engine from "../../../examples/custom-backend/engine/index.js";
import { definition } from "../../../examples/custom-backend/src/backend.js";
import { manifest } from "../../../examples/custom-backend/src/manifest.js";

/** A view of the elements of an array. */
interface View {
  readonly of: engine.Tensor;
  readonly layout: layout.Layout;
}

const whole = (of: engine.Tensor): View => ({ of, layout: layout.rowMajor(of.shape) });
const read = (a: View): engine.Tensor => engine.pick(a.of, a.layout.shape, layout.places(a.layout));

type Kernel = (...args: readonly unknown[]) => engine.Tensor;

const isView = (value: unknown): value is View =>
  typeof value === "object" && value !== null && "of" in value;

/** Arguments whose views are read. */
const dense = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(dense);
  return isView(value) ? read(value) : value;
};

const onDense = Object.fromEntries(
  Object.entries(definition.required).map(([op, kernel]) => [
    op,
    (...args: readonly unknown[]) => whole((kernel as Kernel)(...args.map(dense))),
  ]),
) as unknown as BackendDefinition<View>["required"];

const { fromHost, toHostSync } = definition.arrays;

const strided = defineBackend<View>({
  id: "strided",
  arrays: {
    aval: (a) => ({ shape: a.layout.shape, dtype: a.of.dtype }),
    fromHost: (tensor) => whole(fromHost(tensor)),
    toHostSync: (a) => toHostSync?.(read(a)) ?? read(a),
  },
  required: {
    ...onDense,
    transpose: ({ of, layout: from }, axes) => ({ of, layout: layout.transpose(from, axes) }),
    flip: ({ of, layout: from }, axes) => ({ of, layout: layout.flip(from, axes) }),
    broadcastTo: ({ of, layout: from }, shape: Shape) => ({
      of,
      layout: layout.broadcastTo(from, shape),
    }),
    slice: ({ of, layout: from }, start, stop, steps) => ({
      of,
      layout: layout.slice(from, start, stop, steps),
    }),
  },
  dtypes: engine.dtypes,
});

describeBackend({
  create: () => strided,
  manifest,
  title: "an engine with strides conforms to MLX",
  filter: {
    groups: ["host-io", "metadata", "lifetime", "shape", "indexing", "reduction", "forms"],
  },
});

test("its views share memory", () => {
  const a = strided.fromHost({ shape: [2, 3], dtype: "int32", data: new Int32Array(6) });
  const turned = strided.ops.transpose(a, [1, 0]);
  expect(turned.of).toBe(a.of);
});
