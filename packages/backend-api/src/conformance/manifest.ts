// What the author of a backend declares about it, and what the kit reports. Both are plain JSON.

import type { DeviceType, Provenance } from "../backend.js";
import type { DType } from "../dtype.js";
import type { OpName, Tier } from "../ops/index.js";

/** A tolerance that is wider than the kit's, and why that is right. */
export interface Loosened {
  /** Times the kit's own tolerance. */
  readonly factor: number;
  /** Only for these dtypes. Default: all. */
  readonly dtypes?: readonly DType[];
  /** Printed in the report. */
  readonly reason: string;
}

/** What a backend claims to do. */
export interface Manifest {
  /** The dtypes that it holds. Default: all. Cases with others are counted as unsupported. */
  readonly dtypes?: readonly DType[];
  /** Wider tolerances by op. */
  readonly tolerances?: Readonly<Partial<Record<OpName, Loosened>>>;
  /**
   * Cases that fail, and why: by id, or by the start of ids and `*`. They are strict: one that passes
   * makes the run fail, and so does an entry that matches no executed case.
   */
  readonly knownFailures?: Readonly<Record<string, string>>;
  /** Devices without which the run fails. */
  readonly require?: readonly DeviceType[];
}

/** How many cases ended how. */
export interface Counts {
  passed: number;
  failed: number;
  /** Failed as the manifest says. */
  known: number;
  /** Not run, since the backend lacks what they need. */
  unsupported: number;
}

/** A case that failed, or passed against the manifest. */
export interface Failure {
  readonly id: string;
  readonly message: string;
}

/** How an op did. */
export interface OpReport extends Counts {
  readonly provenance: Provenance;
  readonly tier: Tier;
}

/** The outcome of a run, as JSON. */
export interface Report {
  readonly backend: string;
  readonly devices: readonly DeviceType[];
  /** The MLX that the expected values are from. */
  readonly mlx: string;
  /** Whether the backend conforms: no failures and no problems. */
  readonly passed: boolean;
  /** Whether only some cases were run; then native ops without a case are no problem. */
  readonly filtered: boolean;
  readonly counts: Counts;
  readonly groups: Readonly<Record<string, Counts>>;
  readonly ops: Readonly<Partial<Record<OpName, OpReport>>>;
  readonly failures: readonly Failure[];
  readonly knownFailures: readonly (Failure & { readonly reason: string })[];
  /** What fails the run beside cases: missing devices, native ops without a case, stale known failures. */
  readonly problems: readonly string[];
  readonly loosened: readonly (Loosened & { readonly op: string })[];
  /** What the backend lacks, and how many cases were not run for it. */
  readonly unsupported: {
    readonly ops: Readonly<Record<string, number>>;
    readonly dtypes: Readonly<Record<string, number>>;
    readonly extensions: Readonly<Record<string, number>>;
    /** What the run was not given: a reference backend, a count of live handles. */
    readonly run: Readonly<Record<string, number>>;
  };
  readonly seconds: number;
}
