// How the example writes numbers, in the terminal and in the report.

const INTEGER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `60000` as `60,000`. */
export function count(value: number): string {
  return INTEGER.format(value);
}

/** A loss or similar, with three significant digits: `0.0213`. */
export function decimal(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(3) : "none";
}

/** A fraction as a percentage: `0.97631` as `97.63 %`; NaN, for no images, as `none`. */
export function percent(fraction: number, digits = 2): string {
  return Number.isNaN(fraction) ? "none" : `${(fraction * 100).toFixed(digits)} %`;
}

/** A time span: `4.21 s`, `3 min 12 s`. */
export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
