// Looks whether every export says what it is: functions with their parameters, results and an example,
// classes and types in a sentence. Of packages that follow a part of Python's MLX, classes too have an example
// and documented parameters, and everything says where it comes from. The examples are run by doc-examples.ts.

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

const documentedParameters = (tags: readonly ts.JSDocTagInfo[]): ReadonlySet<string | undefined> =>
  new Set(
    tags
      .filter((tag) => tag.name === "param")
      .map((tag) => tag.text?.find((part) => part.kind === "parameterName")?.text),
  );

function missingIn(checker: ts.TypeChecker, item: Export): string[] {
  const { name, symbol } = item;
  if (isDescribed(symbol)) return [];
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  if (text === "") return [`${name}: no comment`];
  const signature = signatureOf(checker, item);
  if (!signature || text.startsWith("Another name of")) return [];
  const has = (tag: string) => symbol.getJsDocTags(checker).some((found) => found.name === tag);
  const documented = documentedParameters(symbol.getJsDocTags(checker));
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

/** What a signature's comment lacks: a parameter, or the result. */
function missingInSignature(
  checker: ts.TypeChecker,
  name: string,
  signature: ts.Signature,
  hasResult: boolean,
): string[] {
  const tags = signature.getJsDocTags();
  const documented = documentedParameters(tags);
  const isVoid = checker.typeToString(signature.getReturnType()) === "void";
  return [
    ...signature.parameters
      .filter((parameter) => !documented.has(parameter.name))
      .map((parameter) => `${name}: no @param ${parameter.name}`),
    ...(!hasResult || isVoid || tags.some((tag) => tag.name === "returns")
      ? []
      : [`${name}: no @returns`]),
  ];
}

/** What is known of a package that follows a part of Python's MLX. */
export interface Port {
  /** What Python does not have, without namespaces. */
  readonly ours: readonly string[];
  /** What computes nothing of its own that a formula could say, without namespaces. */
  readonly structures: readonly string[];
}

/** What a function or a class lacks beyond what every export needs. */
function missingInPort(checker: ts.TypeChecker, item: Export, port: Port): string[] {
  const { name, symbol } = item;
  const isClass = symbol.flags & ts.SymbolFlags.Class;
  const short = name.split(".").at(-1) ?? name;
  if (port.ours.includes(short) || !(isClass || signatureOf(checker, item))) return [];
  const tags = symbol.getJsDocTags(checker);
  const isFromPython = tags.some(
    ({ name: tag, text }) => tag === "see" && ts.displayPartsToString(text).includes("`mlx."),
  );
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const hasFormula = /\$[^$]+\$/.test(text) || port.structures.includes(short);
  return [
    ...(isFromPython ? [] : [`${name}: no @see Python`]),
    ...(hasFormula ? [] : [`${name}: no formula`]),
    ...(isClass ? missingInClass(checker, name, symbol) : []),
  ];
}

/** An example, and the parameters of the constructor and of the class' own methods. */
function missingInClass(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): string[] {
  const declaration = symbol.valueDeclaration;
  if (!declaration) return [];
  const hasExample = symbol.getJsDocTags(checker).some((tag) => tag.name === "example");
  const constructors = checker
    .getTypeOfSymbolAtLocation(symbol, declaration)
    .getConstructSignatures()
    .filter((made) => made.declaration?.parent === declaration);
  const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
  const methods = members.filter(
    (member) => member.flags & ts.SymbolFlags.Method && !isHidden(checker, member),
  );
  return [
    ...(hasExample ? [] : [`${name}: no @example`]),
    ...constructors.flatMap((made) => missingInSignature(checker, `new ${name}`, made, false)),
    ...methods.flatMap((member) => {
      const [signature] = checker
        .getTypeOfSymbolAtLocation(member, declaration)
        .getCallSignatures();
      const isSaid = member.getDocumentationComment(checker).length > 0;
      return signature
        ? missingInSignature(checker, `${name}.${member.name}`, signature, !isSaid)
        : [];
    }),
  ];
}

/** Members for the package itself: private, protected, internal, or under a symbol. */
const isHidden = (checker: ts.TypeChecker, member: ts.Symbol): boolean =>
  member.name.startsWith("#") ||
  member.name.startsWith("__") ||
  member.getJsDocTags(checker).some((tag) => tag.name === "internal" || tag.name === "hidden") ||
  (ts.getCombinedModifierFlags(member.valueDeclaration as ts.Declaration) &
    (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !==
    0;

/** What a check of a package's exports found. */
export interface Documented {
  /** One line for each thing that is missing. */
  readonly missing: readonly string[];
  readonly functions: number;
  readonly classes: number;
}

/**
 * Checks all exports of modules.
 *
 * @param folder - of the package, whose tsconfig.json counts
 * @param entries - the modules, as full paths
 * @param port - what is known of a package that follows a part of Python's MLX
 */
export function documented(folder: string, entries: readonly string[], port?: Port): Documented {
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
    missing: [
      ...all.flatMap((item) => missingIn(checker, item)),
      ...(port ? all.flatMap((item) => missingInPort(checker, item, port)) : []),
    ],
    functions: all.filter((item) => signatureOf(checker, item)).length,
    classes: all.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Class).length,
  };
}
