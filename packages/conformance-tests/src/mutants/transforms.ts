// Mutants of function transforms: gradients, batches and compiled functions.

import {
  type Backend,
  Compile,
  type CustomRules,
  type ExtensionToken,
  type Handle,
  Scalar,
  Transforms,
  type TransformsExtension,
} from "@mlx-ts/backend-api";
import { type Bench, inherited, type Mutant, owning } from "./mutant.js";

/** A backend with another part for one token. */
function withPart<E>(good: Backend, token: ExtensionToken<E>, change: (part: E) => E): Backend {
  const part = good.extension(token);
  const changed = part === undefined ? undefined : change(part);
  return {
    ...inherited(good),
    extension: <T>(asked: ExtensionToken<T>) =>
      asked.id === token.id ? (changed as unknown as T) : good.extension(asked),
  };
}

const wrongTransforms = (
  name: string,
  wrong: string,
  groups: readonly string[],
  change: (part: TransformsExtension, good: Backend) => Partial<TransformsExtension>,
): Mutant => ({
  name,
  wrong,
  groups,
  needs: Transforms,
  broken: (good) =>
    withPart(good, Transforms, (part) => ({ ...bound(part), ...change(part, good) })),
});

/** The members of a part, which may be an instance of a class. */
const bound = (part: TransformsExtension): TransformsExtension => ({
  valueAndGrad: (...args) => part.valueAndGrad(...args),
  vjp: (...args) => part.vjp(...args),
  jvp: (...args) => part.jvp(...args),
  vmap: (...args) => part.vmap(...args),
  custom: (...args) => part.custom(...args),
  checkpoint: (...args) => part.checkpoint(...args),
  depends: (...args) => part.depends(...args),
});

/** Gradients of an op's arrays: `args` are the op's own arguments. */
type Rule = (bench: Bench, cotangent: Handle, args: readonly unknown[]) => readonly Handle[];

/** A mutant whose op is right and whose gradient is not: the op brings a rule of its own. */
const wrongGradient = (
  op: "maximum" | "matmul" | "multiply" | "scatterAdd",
  wrong: string,
  places: readonly number[],
  rule: Rule,
): Mutant => ({
  name: `gradient of ${op}`,
  wrong,
  groups: ["gradients"],
  needs: Transforms,
  broken(good) {
    const transforms = good.extension(Transforms);
    if (!transforms) return good;
    const right = good.ops[op] as (...args: unknown[]) => Handle;
    const replaced = (...args: unknown[]): Handle => {
      if (args.some((arg) => arg instanceof Scalar)) return right(...args);
      const filled = (arrays: readonly Handle[]) =>
        args.map((arg, i) => (places.includes(i) ? arrays[places.indexOf(i)] : arg));
      const rules: CustomRules<Handle> = {
        fn(arrays) {
          const result = right(...filled(arrays));
          good.release(arrays);
          return [result];
        },
        vjp(arrays, cotangents, outputs) {
          const given = [...arrays, ...cotangents, ...outputs];
          const results = owning(good, (bench) =>
            rule(bench, cotangents[0] as Handle, filled(arrays)),
          );
          good.release(given);
          return results;
        },
      };
      const [result] = transforms.custom(
        rules,
        places.map((i) => args[i] as Handle),
      );
      return result as Handle;
    };
    return { ...inherited(good), ops: { ...good.ops, [op]: replaced } };
  },
});

const gradients: readonly Mutant[] = [
  wrongGradient("maximum", "goes to both sides at a tie", [0, 1], ({ ops }, cotangent, args) => {
    const [x, y] = args as [Handle, Handle];
    return [
      ops.where(ops.greaterEqual(x, y), cotangent, new Scalar(0)),
      ops.where(ops.greaterEqual(y, x), cotangent, new Scalar(0)),
    ];
  }),
  wrongGradient(
    "matmul",
    "is transposed on the right",
    [0, 1],
    ({ ops, shape }, cotangent, args) => {
      const [a, b] = args as [Handle, Handle];
      const turned = ops.matmul(ops.matrixTranspose(cotangent), a);
      return [ops.matmul(cotangent, ops.matrixTranspose(b)), ops.reshape(turned, shape(b))];
    },
  ),
  wrongGradient("multiply", "forgets the other factor", [0, 1], (_, cotangent) => [
    cotangent,
    cotangent,
  ]),
  wrongGradient("scatterAdd", "is that of scatter", [0, 2], ({ ops }, cotangent, args) => {
    const [, indices, updates, axes] = args as [Handle, Handle[], Handle, number[]];
    return [
      ops.scatter(cotangent, indices, ops.zerosLike(updates, null), axes),
      ops.onesLike(updates, null),
    ];
  }),
];

const others: readonly Mutant[] = [
  wrongTransforms(
    "valueAndGrad",
    "takes the first inputs whatever is asked",
    ["gradients"],
    (part) => ({
      valueAndGrad: (fn, inputs, argnums) =>
        part.valueAndGrad(
          fn,
          inputs,
          argnums.map((_, i) => i),
        ),
    }),
  ),
  wrongTransforms("vjp", "takes cotangents for ones", ["gradients"], (part, good) => ({
    vjp(fn, primals, cotangents) {
      const ones = cotangents.map((c) => good.ops.onesLike(c, null));
      const result = part.vjp(fn, primals, ones);
      good.release(ones);
      return result;
    },
  })),
  wrongTransforms("jvp", "takes tangents for ones", ["gradients"], (part, good) => ({
    jvp(fn, primals, tangents) {
      const ones = tangents.map((t) => good.ops.onesLike(t, null));
      const result = part.jvp(fn, primals, ones);
      good.release(ones);
      return result;
    },
  })),
  wrongTransforms(
    "valueAndGrad",
    "gives gradients that have none themselves",
    ["gradients"],
    (part, good) => ({
      valueAndGrad(fn, inputs, argnums) {
        const { values, grads } = part.valueAndGrad(fn, inputs, argnums);
        const stopped = grads.map((grad) => good.ops.stopGradient(grad));
        good.release(grads);
        return { values, grads: stopped };
      },
    }),
  ),
  wrongTransforms("custom", "ignores the rule for gradients", ["gradients"], (part) => ({
    custom: ({ fn }, inputs) => part.custom({ fn }, inputs),
  })),
  wrongTransforms("vmap", "puts the batch first whatever is asked", ["vmap"], (part) => ({
    vmap: (fn, inputs, axes) =>
      part.vmap(
        (examples) => {
          const { outputs, axes } = fn(examples);
          return { outputs, axes: axes.map((axis) => (axis === null ? null : 0)) };
        },
        inputs,
        axes,
      ),
  })),
  wrongTransforms("vmap", "takes the batch from the first axis", ["vmap"], (part) => ({
    vmap: (fn, inputs, axes) =>
      part.vmap(
        fn,
        inputs,
        axes.map((axis) => (axis === null ? null : 0)),
      ),
  })),
  {
    name: "compile",
    wrong: "keeps the first results whatever comes",
    groups: ["compile"],
    needs: Compile,
    broken: (good) =>
      withPart(good, Compile, (part) => ({
        compile(shapeless) {
          const compiled = part.compile(shapeless);
          const first = new Map<number, { outputs: Handle[]; trace: number }>();
          return {
            call(fn, inputs, key) {
              const before = first.get(key);
              if (before) return { ...before, outputs: before.outputs.map((a) => good.retain(a)) };
              const now = compiled.call(fn, inputs, key);
              first.set(key, { ...now, outputs: now.outputs.map((a) => good.retain(a)) });
              return now;
            },
            dispose() {
              for (const { outputs } of first.values()) good.release(outputs);
              compiled.dispose();
            },
          };
        },
      })),
  },
  {
    name: "compile",
    wrong: "does not trace anew for another key",
    groups: ["compile"],
    needs: Compile,
    broken: (good) =>
      withPart(good, Compile, (part) => ({
        compile(shapeless) {
          const compiled = part.compile(shapeless);
          return {
            call: (fn, inputs) => compiled.call(fn, inputs, 0),
            dispose: () => compiled.dispose(),
          };
        },
      })),
  },
];

export const transformMutants: readonly Mutant[] = [...gradients, ...others];
