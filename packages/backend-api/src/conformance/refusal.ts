// What a refused call must be: an error that programs can tell, after which the backend works as before.

import type { Handle } from "../backend.js";
import { type OpName, opTable } from "../ops/index.js";
import { type Context, check, Mismatch } from "./case.js";
import { tensor } from "./values.js";

/** The op that an UnsupportedError names. */
export function unsupportedOp(thrown: unknown): OpName | undefined {
  if (!(thrown instanceof Error) || Reflect.get(thrown, "code") !== "UNSUPPORTED") return undefined;
  const op: unknown = Reflect.get(thrown, "op");
  return typeof op === "string" && Object.hasOwn(opTable, op) ? (op as OpName) : undefined;
}

/** Why a thrown value is no refusal, or undefined where it is one. */
function untyped(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return `threw ${String(thrown)}, which is no Error`;
  const code: unknown = Reflect.get(thrown, "code");
  if (typeof code !== "string") return `threw an error without a code: ${thrown.message}`;
  if (code === "UNSUPPORTED") return `does not refuse the arguments, but all: ${thrown.message}`;
  if (!thrown.message.startsWith("[")) return `threw a message without its op: ${thrown.message}`;
  return undefined;
}

/**
 * Fails unless a call is refused with a coded error, at once or when its results are read.
 *
 * @param context - of the case
 * @param op - what is called
 * @param call - calls it
 */
export async function refusal(
  context: Context,
  op: OpName | string,
  call: () => readonly Handle[],
): Promise<void> {
  try {
    for (const handle of call()) await context.read(handle);
  } catch (thrown) {
    // What a composed op lacks says nothing about the arguments; the session knows what to make of it.
    const lacking = unsupportedOp(thrown);
    if (lacking !== undefined && lacking !== op) throw thrown;
    const wrong = untyped(thrown);
    if (wrong) throw new Mismatch(`${op} ${wrong}`);
    await stillWorks(context);
    return;
  }
  throw new Mismatch(`${op} gave a result, where MLX refuses the arguments`);
}

/** One small sum, which a backend in order computes. */
async function stillWorks(context: Context): Promise<void> {
  const a = context.array(tensor([2], "float32", [1, 2]));
  const { data } = await context.read(context.one("add", a, a));
  check(data[0] === 2 && data[1] === 4, `after the error, [1, 2] + [1, 2] is [${data}]`);
}
