// Looks whether every export says what it is: functions with their parameters, results and an example,
// classes and types in a sentence. The examples themselves are run by doc-examples.ts.

import ts from "typescript";

/** An export under its public name; members of namespaces come with a prefix. */
interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

function exportsOf(checker: ts.TypeChecker, module: ts.Symbol, prefix = ""): Export[] {
  return checker.getExportsOfModule(module).flatMap((exported): Export[] => {
    const name = `${prefix}${exported.name}`;
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const isNamespace = symbol.flags & ts.SymbolFlags.ValueModule;
    // A namespace is described where it is exported.
    if (isNamespace) return [{ name, symbol: exported }, ...exportsOf(checker, symbol, `${name}.`)];
    return [{ name, symbol }];
  });
}

/** The function behind a symbol, if it is one. */
function signatureOf(checker: ts.TypeChecker, { symbol }: Export): ts.Signature | undefined {
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

function missingIn(checker: ts.TypeChecker, item: Export): string[] {
  const { name, symbol } = item;
  if (isDescribed(symbol)) return [];
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  if (text === "") return [`${name}: no comment`];
  const signature = signatureOf(checker, item);
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

/** What a check of a package's exports found. */
export interface Documented {
  /** One line for each thing that is missing. */
  readonly missing: readonly string[];
  readonly functions: number;
}

/**
 * Checks all exports of modules.
 *
 * @param folder - of the package, whose tsconfig.json counts
 * @param entries - the modules, as full paths
 */
export function documented(folder: string, entries: readonly string[]): Documented {
  const { config } = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(entries, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const all = entries.flatMap((entry) => {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${entry} is no module`);
    return exportsOf(checker, module);
  });
  return {
    missing: all.flatMap((item) => missingIn(checker, item)),
    functions: all.filter((item) => signatureOf(checker, item)).length,
  };
}
