// Where an engine runs a function on arrays that have no values yet, or whose gradients it follows: decorators that
// read values must know when.

import { Export, type ExportExtension } from "../export.js";
import type { ExtensionToken } from "../extensions.js";
import {
  Compile,
  type CompileExtension,
  Transforms,
  type TransformsExtension,
} from "../transforms.js";

/** Makes a function that tells when it runs. */
export type Mark = <A extends readonly unknown[], R>(fn: (...args: A) => R) => (...args: A) => R;

/** An optional part of an engine whose functions over tracers are marked; any other part as it is. */
export function markedExtension<E>(token: ExtensionToken<E>, part: E, mark: Mark): E {
  switch (token.id) {
    // Each of these tokens has the type of its part, so that the result is an E too.
    case Transforms.id: {
      const own = part as unknown as TransformsExtension;
      const transforms: TransformsExtension = {
        valueAndGrad: (fn, inputs, argnums) => own.valueAndGrad(mark(fn), inputs, argnums),
        vjp: (fn, primals, cotangents) => own.vjp(mark(fn), primals, cotangents),
        jvp: (fn, primals, tangents) => own.jvp(mark(fn), primals, tangents),
        vmap: (fn, inputs, axes) => own.vmap(mark(fn), inputs, axes),
        // Their functions may have values; where they are differentiated, one of the above is around them.
        custom: (rules, inputs) => own.custom(rules, inputs),
        checkpoint: (fn, inputs) => own.checkpoint(fn, inputs),
        depends: (inputs, dependencies) => own.depends(inputs, dependencies),
      };
      return transforms as E;
    }
    case Compile.id: {
      const own = part as unknown as CompileExtension;
      const compile: CompileExtension = {
        compile(shapeless) {
          const compiled = own.compile(shapeless);
          return {
            call: (fn, inputs, key) => compiled.call(mark(fn), inputs, key),
            dispose: () => compiled.dispose(),
          };
        },
      };
      return compile as E;
    }
    case Export.id: {
      const own = part as unknown as ExportExtension;
      const exports: ExportExtension = {
        exporter(file, shapeless, metadata) {
          const exporter = own.exporter(file, shapeless, metadata);
          return {
            trace: (fn, inputs, names) => exporter.trace(mark(fn), inputs, names),
            close: () => exporter.close(),
          };
        },
        importFunction: (file) => own.importFunction(file),
        toDot: (outputs, named) => own.toDot(outputs, named),
      };
      return exports as E;
    }
    default:
      return part;
  }
}
