// Our parameters of what nn and optimizers export, read from the sources by the type checker: names in
// order, names of options, and the defaults that their comments state.

import { fileURLToPath } from "node:url";
import ts from "typescript";

/** How something of ours is called. */
export interface Signature {
  /** By position, in order. */
  readonly names: readonly string[];
  /** What the object at the end may hold. */
  readonly options: readonly string[];
  /** In words of TSDoc, for those that say "default `...`". */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The packages by the prefixes that users write. */
const entries: ReadonlyMap<string, string> = new Map([
  ["nn", "packages/nn/src/index.ts"],
  ["optim", "packages/optimizers/src/index.ts"],
]);

const root = fileURLToPath(new URL("../../", import.meta.url));
const { config } = ts.readConfigFile(`${root}packages/optimizers/tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${root}packages/optimizers`);
const files = [...entries.values()].map((file) => `${root}${file}`);
const program = ts.createProgram(files, { ...options, noEmit: true, rootDir: root });
const checker = program.getTypeChecker();

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The members of a module, or of a class: its own, inherited and static ones. */
function member(of: ts.Symbol, name: string): ts.Symbol | undefined {
  if (!(of.flags & ts.SymbolFlags.Class)) {
    return checker.getExportsOfModule(of).find((symbol) => symbol.name === name);
  }
  const inherited = checker.getDeclaredTypeOfSymbol(of).getProperty(name);
  return inherited ?? of.exports?.get(ts.escapeLeadingUnderscores(name));
}

/** The symbol of `nn.losses.mseLoss` or `nn.Linear.forward`, if there is one. */
function symbolOf(path: string): ts.Symbol | undefined {
  const [entry = "", ...names] = path.split(".");
  const file = entries.get(entry);
  const source = file === undefined ? undefined : program.getSourceFile(`${root}${file}`);
  let found = source && checker.getSymbolAtLocation(source);
  for (const name of names) {
    const next: ts.Symbol | undefined = found && member(found, name);
    found = next && resolved(next);
  }
  return found;
}

/** An object of options: all of it may be left out, and it is no array, function or class. */
function isOptions(type: ts.Type): boolean {
  const properties = checker.getPropertiesOfType(type);
  const plain = type.symbol?.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeLiteral);
  return (
    Boolean(plain) &&
    properties.length > 0 &&
    type.getCallSignatures().length === 0 &&
    type.getStringIndexType() === undefined &&
    properties.every((property) => property.flags & ts.SymbolFlags.Optional)
  );
}

const constituents = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

/** "default `0.1`" of comments. */
const defaultIn = (text: string): string | undefined => /[Dd]efault:? `([^`]+)`/.exec(text)?.[1];

const commentOf = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker));

/** Whether there is a value of this name: a function, a class or a member, no type. */
export const isExported = (path: string): boolean =>
  Boolean((symbolOf(path)?.flags ?? 0) & (ts.SymbolFlags.Value | ts.SymbolFlags.Accessor));

/** How a function, a constructor or a method of ours is called; none for other values. */
export function signatureOf(path: string): Signature | undefined {
  const symbol = symbolOf(path);
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration) return undefined;
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const isClass = symbol.flags & ts.SymbolFlags.Class;
  const signatures = isClass ? type.getConstructSignatures() : type.getCallSignatures();
  if (signatures.length === 0) return undefined;
  const names: string[] = [];
  const options = new Set<string>();
  const defaults = new Map<string, string>();
  for (const parameter of signatures.flatMap(({ parameters }) => parameters)) {
    const place = parameter.valueDeclaration ?? declaration;
    const parts = constituents(checker.getTypeOfSymbolAtLocation(parameter, place));
    const values = parts.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
    if (!values.every(isOptions) && !names.includes(parameter.name)) names.push(parameter.name);
    const stated = defaultIn(commentOf(parameter));
    if (stated !== undefined) defaults.set(parameter.name, stated);
    for (const property of values.filter(isOptions).flatMap((part) => part.getProperties())) {
      options.add(property.name);
      const value = defaultIn(commentOf(property));
      if (value !== undefined && !defaults.has(property.name)) defaults.set(property.name, value);
    }
  }
  return { names, options: [...options], defaults };
}
