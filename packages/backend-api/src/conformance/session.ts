// Runs cases on one backend and counts what comes of it. A session is opened once for a backend; adapters of
// test runners call `run` from their tests, runConformance calls it for all.

import type { Backend, Handle, HostTensor } from "../backend.js";
import { dtypes as allDtypes, type DType } from "../dtype.js";
import { Memory } from "../extensions.js";
import { type OpName, opTable } from "../ops/index.js";
import { type Case, type Closeness, type Context, Mismatch, type Wanted } from "./case.js";
import { difference, largest } from "./compare.js";
import { engineVersion } from "./goldens/index.js";
import type { Counts, Failure, Loosened, Manifest, OpReport, Report } from "./manifest.js";
import { unsupportedOp } from "./refusal.js";
import { arithmeticOf, inSingle, toleranceOf } from "./tolerance.js";

/** What a run is given beside the backend and its manifest. */
export interface SessionOptions {
  /** A backend that is known to be right; the differential cases run only with one. */
  readonly reference?: Backend | undefined;
  /** Counts the backend's live handles; default: the Memory extension's count, where there is one. */
  readonly live?: (() => number) | undefined;
  /** Whether some cases are left out, so that native ops without a case are no problem. */
  readonly filtered?: boolean | undefined;
}

/** How one case ended. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly message: string }
  | { readonly status: "known"; readonly message: string; readonly reason: string }
  | { readonly status: "unsupported"; readonly message: string };

/** A run in progress. */
export interface Session {
  /** Whether a case needs what the backend lacks, as far as that is known before it runs. */
  suits(test: Case): boolean;
  /** Runs one case and counts it. */
  run(test: Case): Promise<Outcome>;
  /** What fails the run beside failed cases. Ask it when all cases have run. */
  problems(): string[];
  report(): Report;
}

const zero = (): Counts => ({ passed: 0, failed: 0, known: 0, unsupported: 0 });

/** The entry of known failures that a case falls under. */
const knownFor = (manifest: Manifest, id: string): string | undefined =>
  Object.keys(manifest.knownFailures ?? {}).find((key) =>
    key.endsWith("*") ? id.startsWith(key.slice(0, -1)) : id === key,
  );

/** An op that a composed one calls and the backend lacks. */
interface Lacking {
  readonly lacking: OpName;
}

const told = (thrown: unknown): string => {
  if (thrown instanceof Mismatch) return thrown.message;
  return thrown instanceof Error
    ? `threw ${thrown.name}: ${thrown.message}`
    : `threw ${String(thrown)}`;
};

/**
 * Opens a run of cases on a backend.
 *
 * @param given - the backend
 * @param manifest - what its author declares
 * @param options - a reference backend, a count of live handles
 */
export function openSession<H extends Handle>(
  given: Backend<H>,
  manifest: Manifest = {},
  options: SessionOptions = {},
): Session {
  // Cases hand back only handles that they got from this backend.
  const backend = given as unknown as Backend;
  const dtypes = manifest.dtypes ?? allDtypes;
  const memory = backend.extension(Memory);
  const live = options.live ?? (memory && (() => memory.liveHandles()));
  const started = Date.now();

  const counts = zero();
  const groups: Record<string, Counts> = {};
  const ops: Partial<Record<OpName, OpReport>> = {};
  const failures: Failure[] = [];
  const knownFailures: (Failure & { reason: string })[] = [];
  const usedKnown = new Set<string>();
  const lacking = {
    ops: {} as Record<string, number>,
    dtypes: {} as Record<string, number>,
    extensions: {} as Record<string, number>,
    run: {} as Record<string, number>,
  };

  /** What a case needs and the backend lacks. */
  const missingFor = ({ requires }: Case) => ({
    ops: requires.ops.filter((op) => backend.provenance(op) === "unsupported"),
    dtypes: requires.dtypes.filter((dtype) => !dtypes.includes(dtype)),
    extensions: requires.extensions.filter((id) => backend.extension({ id }) === undefined),
    run: [
      ...(requires.reference && !options.reference ? ["a reference backend"] : []),
      ...(requires.live && !live ? ["a count of live handles"] : []),
    ],
  });

  /** Notes what a case needs and the backend lacks; undefined where it lacks nothing. */
  const lacks = (test: Case): string | undefined => {
    const missing = missingFor(test);
    const names = Object.values(missing).flat();
    if (names.length === 0) return undefined;
    for (const kind of ["ops", "dtypes", "extensions", "run"] as const) {
      for (const name of missing[kind]) lacking[kind][name] = (lacking[kind][name] ?? 0) + 1;
    }
    return `the backend lacks ${names.join(", ")}`;
  };

  /** The op without which a composed one cannot compute these arguments; a native one has no such excuse. */
  const restsOn = (test: Case, thrown: unknown): OpName | undefined => {
    const [op] = test.requires.ops;
    const missing = unsupportedOp(thrown);
    if (!op || !missing || missing === op || backend.provenance(op) !== "composed")
      return undefined;
    return backend.provenance(missing) === "unsupported" ? missing : undefined;
  };

  const execute = async (test: Case): Promise<string | Lacking | undefined> => {
    const before = live?.();
    const context = makeContext(backend, { dtypes, live, reference: options.reference }, manifest);
    let wrong: string | undefined;
    let lacking: OpName | undefined;
    try {
      await test.run(context);
    } catch (thrown) {
      lacking = restsOn(test, thrown);
      if (lacking === undefined) wrong = told(thrown);
    }
    try {
      context.end();
    } catch (thrown) {
      wrong ??= `releasing its arrays ${told(thrown)}`;
    }
    const after = live?.();
    if (before !== undefined && after !== undefined && after > before)
      wrong ??= `it left ${after - before} handles alive`;
    return wrong ?? (lacking && { lacking });
  };

  const outcomeOf = async (test: Case): Promise<Outcome> => {
    const missing = lacks(test);
    if (missing) return { status: "unsupported", message: missing };
    const wrong = await execute(test);
    if (typeof wrong === "object") {
      lacking.ops[wrong.lacking] = (lacking.ops[wrong.lacking] ?? 0) + 1;
      return { status: "unsupported", message: `the backend lacks ${wrong.lacking}` };
    }
    const key = knownFor(manifest, test.id);
    if (key === undefined) {
      return wrong === undefined ? { status: "passed" } : { status: "failed", message: wrong };
    }
    usedKnown.add(key);
    const reason = manifest.knownFailures?.[key] ?? "";
    if (wrong !== undefined) return { status: "known", message: wrong, reason };
    return {
      status: "failed",
      message: `passes, but "${key}" is a known failure; take it out of the manifest`,
    };
  };

  const count = (test: Case, { status }: Outcome): void => {
    counts[status]++;
    groups[test.group] ??= zero();
    (groups[test.group] as Counts)[status]++;
    for (const op of test.requires.ops) {
      ops[op] ??= { ...zero(), provenance: backend.provenance(op), tier: opTable[op].tier };
      (ops[op] as OpReport)[status]++;
    }
  };

  const problems = (): string[] => {
    const found: string[] = [];
    const devices = backend.devices();
    for (const device of manifest.require ?? []) {
      if (!devices.includes(device)) found.push(`the required device ${device} is missing`);
    }
    if (options.filtered) return found;
    for (const op of Object.keys(opTable) as OpName[]) {
      const { passed = 0, failed = 0, known = 0 } = ops[op] ?? {};
      if (backend.provenance(op) === "native" && passed + failed + known === 0)
        found.push(`${op} is native, but no case ran it`);
    }
    for (const key of Object.keys(manifest.knownFailures ?? {})) {
      if (!usedKnown.has(key)) found.push(`the known failure ${key} matches no case that ran`);
    }
    return found;
  };

  return {
    suits: (test) => Object.values(missingFor(test)).every((names) => names.length === 0),
    async run(test) {
      const outcome = await outcomeOf(test);
      count(test, outcome);
      if (outcome.status === "failed") failures.push({ id: test.id, message: outcome.message });
      if (outcome.status === "known")
        knownFailures.push({ id: test.id, message: outcome.message, reason: outcome.reason });
      return outcome;
    },
    problems,
    report: () => ({
      backend: backend.id,
      devices: backend.devices(),
      mlx: engineVersion,
      passed: failures.length === 0 && problems().length === 0,
      filtered: options.filtered ?? false,
      counts,
      groups,
      ops,
      failures,
      knownFailures,
      problems: problems(),
      loosened: Object.entries(manifest.tolerances ?? {}).map(([op, wider]) => ({ op, ...wider })),
      unsupported: lacking,
      seconds: (Date.now() - started) / 1000,
    }),
  };
}

/** The context of one case; `end` releases what it made. */
function makeContext(
  backend: Backend,
  given: Pick<Context, "dtypes" | "live" | "reference">,
  manifest: Manifest,
): Context & { end(): void } {
  const made = new Set<Handle>();
  const own = <H extends Handle>(handle: H): H => {
    made.add(handle);
    return handle;
  };
  const call = (op: OpName, ...args: readonly unknown[]): Handle[] => {
    const run = backend.ops[op] as unknown as (...args: readonly unknown[]) => Handle | Handle[];
    return [Reflect.apply(run, backend.ops, args)].flat().map(own);
  };
  const wider = (op: OpName | undefined, dtype: DType): number => {
    const loosened: Loosened | undefined = op && manifest.tolerances?.[op];
    if (!loosened) return 1;
    return !loosened.dtypes || loosened.dtypes.includes(dtype) ? loosened.factor : 1;
  };

  return {
    backend,
    ...given,
    array: (tensor) => own(backend.fromHost(tensor)),
    call,
    one(op, ...args) {
      const [result, ...more] = call(op, ...args);
      if (result === undefined || more.length > 0)
        throw new Mismatch(
          `${op} gave ${more.length + (result === undefined ? 0 : 1)} arrays, not 1`,
        );
      return result;
    },
    own,
    lift: (fn) => (inputs) => fn(inputs.map(own)).map((output) => backend.retain(output)),
    drop(...handles) {
      for (const handle of handles) made.delete(handle);
      backend.release(handles);
    },
    read: (handle): Promise<HostTensor> => backend.toHost(handle),
    async expect(handle, wanted: Wanted, how: Closeness = {}) {
      const { shape, dtype } = backend.aval(handle);
      if (dtype !== wanted.dtype || `${shape}` !== `${wanted.shape}`) {
        throw new Mismatch(
          `the result is ${dtype}[${shape}], not ${wanted.dtype}[${wanted.shape}]`,
        );
      }
      const arithmetic = how.arithmetic ?? (how.op ? arithmeticOf(how.op) : "exact");
      const { relative, ofScale } = toleranceOf(
        dtype,
        arithmetic,
        how.terms ?? 1,
        how.op && inSingle(how.op),
      );
      const times = wider(how.op, dtype);
      const scale = Math.max(how.scale ?? 0, largest(wanted.data));
      const wrong = difference(await backend.toHost(handle), wanted, {
        relative: relative * times,
        ofScale: ofScale * times,
        scale,
      });
      if (wrong) throw new Mismatch(wrong);
    },
    end() {
      backend.release([...made]);
      made.clear();
    },
  };
}
