// The rows of python-names.json, and what is found for one.

/** A public name of Python's; what stands behind the kind is told in python_names.py. */
export type Row = readonly [
  module: string,
  name: string,
  kind: string,
  parameters?: readonly string[],
  call?: readonly string[],
];

/** Our counterpart of a row, by the rule. */
export interface Found {
  readonly ours: string;
  readonly exists: boolean;
  /** Where its parameters are not Python's, with the parameter that it is about. */
  readonly differences: readonly { readonly text: string; readonly parameter?: string }[];
}

/** A Python name as ours. */
export const camelCase = (name: string): string =>
  name
    .replace(/(?<!_)_$/, "")
    .replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
