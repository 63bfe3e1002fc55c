// `withRecording`: a backend that writes down what is asked of it, one line for each op. It computes nothing
// itself; handles are those of the backend below.

import { type Aval, type Backend, type Handle, Scalar } from "../backend.js";
import { sizeOf } from "../define/axes.js";
import { itemsize } from "../dtype.js";
import { type OpName, opTable } from "../ops/index.js";
import { everyOp, mapResult, opOf, withArrays } from "./calls.js";

/** A backend that records; see {@link withRecording}. */
export interface RecordingBackend<H extends Handle> extends Backend<H> {
  /** What was recorded since the start or {@link clear}; empty where a sink gets the lines. */
  readonly lines: readonly string[];
  /** Forgets the lines. */
  clear(): void;
}

/** An argument's text that {@link argumentText} leaves as it is. */
class Told {
  constructor(readonly text: string) {}
}

/** An argument as the trace shows it. */
function argumentText(value: unknown): string {
  if (value instanceof Told) return value.text;
  if (value instanceof Scalar) return argumentText(value.value);
  if (Array.isArray(value)) return `[${value.map(argumentText).join(", ")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{ ${fields.map(([key, field]) => `${key}: ${argumentText(field)}`).join(", ")} }`;
}

/** The names of arrays, as long as their handles live. Integers are used again, objects are not. */
class Names<H extends Handle> {
  readonly #ofNumbers = new Map<number, string>();
  readonly #ofObjects = new WeakMap<object, string>();
  #count = 0;

  /** An array's name; one that was never seen, such as a transform's argument, gets the next. */
  of(array: H): string {
    const known = this.#find(array);
    return known ?? this.give(array, `%${++this.#count}`);
  }

  give(array: H, name: string): string {
    if (typeof array === "number") this.#ofNumbers.set(array, name);
    else this.#ofObjects.set(array, name);
    return name;
  }

  /** Before an integer becomes another array's. */
  forget(array: H): void {
    if (typeof array === "number") this.#ofNumbers.delete(array);
  }

  #find(array: H): string | undefined {
    return typeof array === "number"
      ? this.#ofNumbers.get(array)
      : this.#ofObjects.get(array as object);
  }
}

const avalText = ({ dtype, shape }: Aval): string => `${dtype}[${shape.join(",")}]`;

/**
 * A backend that writes a readable trace of its calls: arrays are numbered as they appear, with dtype and shape.
 *
 * ```text
 * %1 float32[2] = fromHost(8 bytes)
 * %2 float32[2] = add(%1 float32[2], 2)
 * %3 float32[] = sum(%2 float32[2], null, false)
 * read(%3 float32[])
 * ```
 *
 * A call that fails is written with its message. What the engine does inside a gradient, for example, is its own;
 * put this decorator under `withAutodiff` to see the ops of gradients too.
 *
 * @param backend - any backend; the handles are its own
 * @param sink - gets each line; without it they gather in `lines`
 * @returns the same backend, recorded, with the id `withRecording(<backend>)`
 * @example
 * ```ts
 * const recording = withRecording(nativeBackend);
 * const a = recording.fromHost({ shape: [2], dtype: "float32", data: Float32Array.of(1, 2) });
 * const b = recording.ops.add(a, new Scalar(2));
 * recording.lines; // ["%1 float32[2] = fromHost(8 bytes)", "%2 float32[2] = add(%1 float32[2], 2)"]
 * recording.release([a, b]);
 * ```
 */
export function withRecording<H extends Handle>(
  backend: Backend<H>,
  sink?: (line: string) => void,
): RecordingBackend<H> {
  const lines: string[] = [];
  const write = sink ?? ((line: string) => void lines.push(line));
  const names = new Names<H>();

  const told = (array: H): Told => new Told(`${names.of(array)} ${avalText(backend.aval(array))}`);
  const texts = (arrays: readonly H[]): string =>
    arrays.map((array) => told(array).text).join(", ");
  const fresh = (array: H): string => {
    names.forget(array);
    return told(array).text;
  };

  const recorded = (op: OpName) => {
    const call = opOf(backend, op);
    const { arity } = opTable[op];
    return (...args: unknown[]): H | H[] => {
      const given = args.at(arity) === undefined ? args.slice(0, arity) : args;
      const asked = `${op}(${withArrays(op, given, told).map(argumentText).join(", ")})`;
      let result: H | H[];
      try {
        result = call(...args);
      } catch (error) {
        write(`${asked} threw ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
      write(`${[mapResult(result, fresh)].flat().join(", ")} = ${asked}`);
      return result;
    };
  };

  return {
    id: `withRecording(${backend.id})`,
    apiVersion: 1,
    ops: everyOp(recorded),
    lines,
    clear() {
      lines.length = 0;
    },
    provenance: (op) => backend.provenance(op),
    aval: (array) => backend.aval(array),
    fromHost(tensor) {
      const array = backend.fromHost(tensor);
      const bytes = sizeOf(tensor.shape) * itemsize(tensor.dtype);
      write(`${fresh(array)} = fromHost(${bytes} bytes)`);
      return array;
    },
    toHostSync(array) {
      write(`read(${told(array).text})`);
      return backend.toHostSync(array);
    },
    toHost(array) {
      write(`read(${told(array).text})`);
      return backend.toHost(array);
    },
    eval(arrays) {
      write(`eval(${texts(arrays)})`);
      backend.eval(arrays);
    },
    evalAsync(arrays) {
      write(`eval(${texts(arrays)})`);
      return backend.evalAsync(arrays);
    },
    retain(array) {
      // A second handle to one array has its name, and no line.
      const second = backend.retain(array);
      names.give(second, names.of(array));
      return second;
    },
    release(arrays) {
      for (const array of arrays) names.forget(array);
      backend.release(arrays);
    },
    // Without `track`, so that every release comes through here and its number is forgotten.
    devices: () => backend.devices(),
    extension: (token) => backend.extension(token),
  };
}
