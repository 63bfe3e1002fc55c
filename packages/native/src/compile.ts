// MLX's compilation over lists of handles. A compiled function that is dropped forgets its traces
// when it is collected.

import type { CompileExtension, HandleFunction } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { callback } from "./transforms.js";
import { list, results } from "./wire.js";

export function compileExtension(addon: Addon): CompileExtension<number> {
  const dropped = new FinalizationRegistry<number>((id) => addon.disposeCompiled(id));
  return {
    compile(shapeless) {
      const id = addon.compile(shapeless);
      const compiled = {
        call(fn: HandleFunction<number>, inputs: readonly number[], key: number) {
          const count = addon.callCompiled(id, list(inputs), key, callback(fn));
          const [number = 0, ...outputs] = results(count);
          return { outputs, trace: number };
        },
        dispose() {
          dropped.unregister(compiled);
          addon.disposeCompiled(id);
        },
      };
      dropped.register(compiled, id, compiled);
      return compiled;
    },
  };
}
