// Axes of the report's charts: where a value lies, and which values get a tick. Linear and log.

/** Maps values of one axis to positions, and names its ticks. */
export interface Scale {
  /** Position of a value, clamped to the axis. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

type Range = readonly [start: number, end: number];

/**
 * A linear axis, ticked at round values.
 *
 * @param domain - values at the two ends
 * @param range - positions of the two ends
 * @param wanted - about how many ticks; default 5
 */
export function linearScale(domain: Range, range: Range, wanted = 5): Scale {
  const [low, high] = domain;
  const step = roundStep((high - low) / wanted);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => round((first + i) * step));
  return { at: place((value) => value, domain, range), ticks };
}

/**
 * A logarithmic axis for positive values, ticked at 1, 2 and 5 times powers of ten (or at powers of ten alone
 * when there would be many).
 *
 * @param domain - values at the two ends, both above 0
 * @param range - positions of the two ends
 */
export function logScale(domain: Range, range: Range): Scale {
  const [low, high] = domain;
  const decades = Math.log10(high / low);
  const multiples = decades > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const multiple of multiples) {
      const tick = round(multiple * 10 ** power);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return { at: place(Math.log10, domain, range), ticks };
}

function place(transform: (value: number) => number, domain: Range, range: Range): Scale["at"] {
  const [low, high] = domain;
  const [start, end] = range;
  const span = transform(high) - transform(low) || 1;
  return (value) => {
    const clamped = Math.min(high, Math.max(low, value));
    return start + ((transform(clamped) - transform(low)) / span) * (end - start);
  };
}

/** The smallest 1, 2 or 5 times a power of ten that is at least `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Removes the noise of binary fractions: 0.30000000000000004 becomes 0.3. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
