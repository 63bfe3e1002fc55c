// The examples in comments and READMEs, run. A line `expression; // value` must give that value; `...`
// cuts a number. The optimizers' tests use this too.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import ts from "typescript";
import { expect } from "vitest";

/** An example: where it stands, and its code. */
export type Example = readonly [place: string, code: string];

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
  examplesIn(file.replace(/.*packages\//, ""), readFileSync(file, "utf8"));

const examplesIn = (place: string, text: string): Example[] =>
  [...text.matchAll(fenced)].map((match) => [place, match[1] ?? ""]);

/** Runs an example with the names it may use. */
export async function runExample(code: string, names: Readonly<Record<string, unknown>>) {
  const checked = code
    .replace(/^import .*\n/gm, "")
    .replace(
      /^(?!const |let |\/\/|import )(\S.*);[ ]+\/\/ (.+)$/gm,
      (_, expression, wanted) => `check(${expression}, ${JSON.stringify(wanted)});`,
    );
  const { outputText } = ts.transpileModule(checked, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction(...Object.keys(names), "check", outputText)(
    ...Object.values(names),
    check,
  );
}

function check(value: unknown, wanted: string): void {
  const plain = value instanceof mx.MLXArray ? value.tolist() : value;
  const numbers = (text: string): number[] => text.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  const got = [plain].flat(9);
  if (wanted.includes("0.") && got.every((item) => typeof item === "number")) {
    expect(got.length).toBe(numbers(wanted).length);
    numbers(wanted).forEach((number, i) => {
      expect(got[i]).toBeCloseTo(number, 5);
    });
  } else if (/^(\[|-?\d|"|\{\}|true|false)/.test(wanted)) {
    expect(plain).toEqual(JSON.parse(wanted));
  }
}
