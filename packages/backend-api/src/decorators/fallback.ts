// `withFallback`: one backend whose missing ops another runs. Arrays are always the first one's; they are carried
// over through the host for one op, and its results are carried back.

import type { Backend, Handle, HostTensor, Placement, Provenance } from "../backend.js";
import { MLXError, UnsupportedError } from "../errors.js";
import { Contractions, type ContractionsExtension, type ExtensionToken } from "../extensions.js";
import { type OpName, opTable } from "../ops/index.js";
import { type AnyOp, everyOp, mapResult, opOf, withArrays } from "./calls.js";
import { markedExtension } from "./tracing.js";

/** A backend with another behind it; see {@link withFallback}. */
export interface FallbackBackend<H extends Handle> extends Backend<H> {
  /**
   * Which of the two runs an op, as far as they say beforehand: the primary may still refuse a dtype at the call,
   * which then goes to the secondary.
   *
   * @param op - a name of the op table
   * @returns the id of the primary or of the secondary; `undefined` where neither has the op
   */
  runsOn(op: OpName): string | undefined;
}

/**
 * A backend that runs on `primary`, and on `secondary` what `primary` lacks: ops that its `provenance` calls
 * unsupported, and calls that it refuses with an {@link UnsupportedError}. Operands of those are read, copied to the
 * secondary, and the results are copied back, so they cost a round trip and wait for their values. Inside a function
 * that the primary differentiates, batches or compiles such ops are refused: `withAutodiff(withFallback(a, b))` has
 * gradients of both.
 *
 * @param primary - whose arrays, devices and optional parts these are
 * @param secondary - runs the rest
 * @returns a backend with the id `withFallback(<primary>, <secondary>)`; `provenance` says what either of them says,
 * `runsOn` which one it is
 * @throws UnsupportedError at the call where neither has an op
 * @example
 * ```ts
 * const backend = withFallback(mine, reference);
 * backend.runsOn("add"); // "mine"
 * backend.runsOn("linalgSvd"); // "reference"
 * ```
 */
export function withFallback<H extends Handle, S extends Handle>(
  primary: Backend<H>,
  secondary: Backend<S>,
): FallbackBackend<H> {
  const id = `withFallback(${primary.id}, ${secondary.id})`;
  /** How many functions are being traced by the primary: their arrays have no values to carry. */
  let tracing = 0;

  const placed = (at: Placement | undefined): Placement | undefined =>
    at !== undefined && secondary.devices().includes(at.device) ? { device: at.device } : undefined;

  /** Calls with arrays of the secondary, which live as long as the call. */
  const carrying = <T>(call: (carry: (array: H) => S) => T): T => {
    const carried: S[] = [];
    try {
      return call((array) => {
        const copy = secondary.fromHost(primary.toHostSync(array));
        carried.push(copy);
        return copy;
      });
    } finally {
      secondary.release(carried);
    }
  };

  /** Arrays of the primary from results of the secondary, which are released. */
  const broughtBack = (results: S | S[]): H | H[] => {
    const brought: H[] = [];
    try {
      return mapResult(results, (result) => {
        const array = primary.fromHost(secondary.toHostSync(result));
        brought.push(array);
        return array;
      });
    } catch (error) {
      primary.release(brought);
      throw error;
    } finally {
      secondary.release([results].flat(1) as S[]);
    }
  };

  const onSecondary = (op: OpName): AnyOp<H> => {
    const call = opOf(secondary, op);
    const { arity } = opTable[op];
    return (...args) => {
      if (tracing > 0) {
        throw new UnsupportedError(
          op,
          primary.id,
          `"${secondary.id}" runs it with values, which arrays inside a transform do not have: use withAutodiff(withFallback(...)), or call it outside`,
        );
      }
      const at = args[arity] as Placement | undefined;
      return carrying((carry) =>
        broughtBack(call(...withArrays(op, args.slice(0, arity), carry), placed(at))),
      );
    };
  };

  const either = (op: OpName): AnyOp<H> => {
    const second = onSecondary(op);
    const isLacking = primary.provenance(op) === "unsupported";
    if (isLacking && secondary.provenance(op) !== "unsupported") {
      return (...args) => {
        refuseDevice(op, args[opTable[op].arity] as Placement | undefined);
        return second(...args);
      };
    }
    const first = opOf(primary, op);
    return (...args) => {
      try {
        return first(...args);
      } catch (error) {
        if (!(error instanceof UnsupportedError)) throw error;
        return retried(op, args, second, error);
      }
    };
  };

  /** A call that the primary refused. Where the secondary cannot help, the primary's reason is the better one. */
  const retried = (
    op: OpName,
    args: readonly unknown[],
    second: AnyOp<H>,
    refusal: UnsupportedError,
  ): H | H[] => {
    if (secondary.provenance(op) === "unsupported") throw refusal;
    try {
      return second(...args);
    } catch (error) {
      throw error instanceof UnsupportedError && tracing === 0 ? refusal : error;
    }
  };

  const refuseDevice = (op: string, at: Placement | undefined): void => {
    if (at === undefined || primary.devices().includes(at.device)) return;
    throw new MLXError(
      `[${op}] the backend "${id}" has no device "${at.device}", it has ${primary.devices().join(", ")}`,
      "UNSUPPORTED",
    );
  };

  /** A function of the primary's transforms, during which nothing can be carried. */
  const traced =
    <A extends readonly unknown[], R>(fn: (...args: A) => R): ((...args: A) => R) =>
    (...args) => {
      tracing++;
      try {
        return fn(...args);
      } finally {
        tracing--;
      }
    };

  const extension = <E>(token: ExtensionToken<E>): E | undefined => {
    const part = primary.extension(token);
    if (part !== undefined) return markedExtension(token, part, traced);
    if (token.id !== Contractions.id) return undefined;
    const contractions = secondary.extension(Contractions);
    if (contractions === undefined) return undefined;
    const carriedOver: ContractionsExtension = {
      einsumPath: (subscripts, operands) =>
        carrying((carry) =>
          contractions.einsumPath(subscripts, (operands as readonly H[]).map(carry)),
        ),
    };
    return carriedOver as E;
  };

  const provenance = (op: OpName): Provenance => {
    const own = primary.provenance(op);
    return own === "unsupported" ? secondary.provenance(op) : own;
  };

  return {
    id,
    apiVersion: 1,
    ops: everyOp(either),
    provenance,
    runsOn(op) {
      if (primary.provenance(op) !== "unsupported") return primary.id;
      return secondary.provenance(op) === "unsupported" ? undefined : secondary.id;
    },
    aval: (array) => primary.aval(array),
    fromHost: (tensor: HostTensor) => primary.fromHost(tensor),
    toHostSync: (array) => primary.toHostSync(array),
    toHost: (array) => primary.toHost(array),
    eval: (arrays) => primary.eval(arrays),
    evalAsync: (arrays) => primary.evalAsync(arrays),
    retain: (array) => primary.retain(array),
    release: (arrays) => primary.release(arrays),
    ...(primary.exchange && { exchange: primary.exchange.bind(primary) }),
    ...(primary.track && { track: primary.track.bind(primary) }),
    devices: () => primary.devices(),
    extension,
  };
}
