// The examples in comments, READMEs and guides, run. A line `expression; // value` must give that value;
// numbers below 1 are compared to five places. The tests of core and of the optimizers use this too.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import ts from "typescript";
import { expect } from "vitest";

/** An example: where it stands, and its code. */
export type Example = readonly [place: string, code: string];

const root = fileURLToPath(new URL("../../..", import.meta.url));
const fenced = /```ts\n([\s\S]*?)```/g;

/** The examples in the comments of a folder's sources. */
export function commentExamples(folder: string): Example[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const comments = [...text.matchAll(/\/\*\*[\s\S]*?\*\/\n?(.*)/g)];
      return comments.flatMap(([comment, subject = ""]) =>
        examplesIn(`${file}: ${subject.trim()}`, comment.replace(/^ *\* ?/gm, "")),
      );
    });
}

/** The examples in a Markdown file. */
export const fileExamples = (file: string): Example[] =>
  examplesIn(relative(root, file), readFileSync(file, "utf8"));

/** The guides of the repository: its README, and what docs/ holds. */
export const guides: readonly string[] = [
  join(root, "README.md"),
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(root, "docs", file)),
];

/** An example whose files are in a folder. */
export const inFolder = (folder: string, code: string): string =>
  code.replaceAll(/"(\w+\.(?:npy|npz|gguf|mlxfn|dot|safetensors(?:\.index\.json)?))"/g, (_, file) =>
    JSON.stringify(join(folder, file)),
  );

const examplesIn = (place: string, text: string): Example[] =>
  [...text.matchAll(fenced)].map((match) => [place, match[1] ?? ""]);

/** Runs an example with the names it may use. */
export async function runExample(code: string, names: Readonly<Record<string, unknown>>) {
  const checked = code
    .replace(/^import .*\n/gm, "")
    .replace(
      /^ *(?! |const |let |using |return |if |for |\/\/|[})\].])(.+);[ ]+\/\/ (.+)$/gm,
      (_, expression, wanted) => `checkValue(${expression}, ${JSON.stringify(wanted)});`,
    );
  const { outputText } = ts.transpileModule(checked, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const backend = mx.defaultBackend();
  try {
    await new AsyncFunction(...Object.keys(names), "checkValue", outputText)(
      ...Object.values(names),
      checkValue,
    );
  } finally {
    // An example may choose another, on which those after it would run.
    mx.setDefaultBackend(backend);
  }
}

function checkValue(value: unknown, wanted: string): void {
  const plain = value instanceof mx.MLXArray ? value.tolist() : value;
  const numbers = (text: string): number[] => text.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  const got = [plain].flat(9);
  if (wanted.includes("0.") && got.every((item) => typeof item === "number")) {
    expect(got.length).toBe(numbers(wanted).length);
    numbers(wanted).forEach((number, i) => {
      expect(got[i]).toBeCloseTo(number, 5);
    });
  } else if (/^(\[|\{|-?\d|"|(true|false|null|undefined|NaN|-?Infinity)$)/.test(wanted)) {
    expect(plain).toEqual(new Function(`return (${wanted})`)());
  }
}
