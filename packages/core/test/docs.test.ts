// Every export says what it is: functions with their parameters, results and an example (which
// doc-examples.test.ts and ops/examples.test.ts run), classes and types in a sentence.

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const index = path("../src/index.ts");
const { config } = ts.readConfigFile(path("../tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path(".."));
const program = ts.createProgram([index], { ...options, noEmit: true });
const checker = program.getTypeChecker();

/** An export under its public name; members of namespaces come with a prefix. */
interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

function exportsOf(module: ts.Symbol, prefix = ""): Export[] {
  return checker.getExportsOfModule(module).flatMap((exported): Export[] => {
    const name = `${prefix}${exported.name}`;
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const isNamespace = symbol.flags & ts.SymbolFlags.ValueModule;
    // A namespace is described where it is exported.
    if (isNamespace) return [{ name, symbol: exported }, ...exportsOf(symbol, `${name}.`)];
    return [{ name, symbol }];
  });
}

/** The function behind a symbol, if it is one. */
function signatureOf({ symbol }: Export): ts.Signature | undefined {
  const declaration = symbol.valueDeclaration;
  if (!declaration || symbol.flags & ts.SymbolFlags.Class) return undefined;
  return checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures()[0];
}

/** Whether a namespace, `export * as name from`, has a comment: the checker finds none there. */
const isDescribed = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some(
    (declaration) =>
      ts.isNamespaceExport(declaration) &&
      ts.getJSDocCommentsAndTags(declaration.parent).some(({ comment }) => comment !== undefined),
  );

function missingIn(item: Export): string[] {
  const { name, symbol } = item;
  if (isDescribed(symbol)) return [];
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  if (text === "") return [`${name}: no comment`];
  const signature = signatureOf(item);
  if (!signature || text.startsWith("Another name of")) return [];
  const tags = symbol.getJsDocTags(checker);
  const has = (tag: string) => tags.some((found) => found.name === tag);
  const documented = new Set(
    tags
      .filter((tag) => tag.name === "param")
      .map((tag) => tag.text?.find((part) => part.kind === "parameterName")?.text),
  );
  const isVoid = checker.typeToString(signature.getReturnType()) === "void";
  return [
    ...(has("example") ? [] : [`${name}: no @example`]),
    ...(has("returns") || isVoid || signature.parameters.length === 0
      ? []
      : [`${name}: no @returns`]),
    ...signature.parameters
      .filter((parameter) => !documented.has(parameter.name))
      .map((parameter) => `${name}: no @param ${parameter.name}`),
  ];
}

const source = program.getSourceFile(index);
const module = source && checker.getSymbolAtLocation(source);
const all = module ? exportsOf(module) : [];

test("every export is documented, and every function has parameters, result and an example", () => {
  expect(all.flatMap(missingIn)).toEqual([]);
  expect(all.filter(signatureOf).length).toBeGreaterThan(250);
});
