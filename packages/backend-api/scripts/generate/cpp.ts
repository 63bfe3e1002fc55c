// Writes packages/native/src/cpp/ops: one registration row for each op. A row is a lambda over MLX's
// own types; bind.h decodes the call from the lambda's signature.

import type { Arg, Family, Op } from "../../ops/schema.js";
import { backendName, banner, kinds, publicName, snake } from "./kinds.js";

/** MLX has one overload with axes and one without: a null axis takes the second. */
function expression(family: Family, op: Op): string {
  if (op.cpp) return op.cpp;
  const call = (args: readonly string[]) =>
    `mx::${family.namespace ? `${family.namespace}::` : ""}${op.python ?? snake(op.name)}(${[...args, "s"].join(", ")})`;
  const nullable = op.args.find((a) => a.kind === "axesOrNull" || a.kind === "axisOrNull");
  if (!nullable) return call(op.args.map((a) => a.name));
  const present = call(op.args.map((a) => (a === nullable ? `*${a.name}` : a.name)));
  const absent = call(op.args.filter((a) => a !== nullable).map((a) => a.name));
  return `${nullable.name} ? ${present} : ${absent}`;
}

function row(family: Family, op: Op): string {
  // A choice arrives as the place of its word, -1 for null.
  // `s` is the place here, and sizes in the signatures of fft.
  const given = (a: Arg) => (a.choices ? `${a.name}At` : a.name === "s" ? "sizes" : a.name);
  const params = [...op.args.map((a) => `${kinds[a.kind].cpp} ${given(a)}`), "Place s"].join(", ");
  const choices = op.args.map((a) =>
    a.choices
      ? `    const ${a.kind === "choice" ? "std::string" : "std::optional<std::string>"} ${a.name} = ${a.kind === "choice" ? "word" : "word_or_null"}(${given(a)}, {${a.choices.map((w) => `"${w}"`).join(", ")}});\n`
      : "",
  );
  const names = [...new Set([backendName(family, op), publicName(family, op)])];
  return `  ops.add(${names.map((name) => `"${name}"`).join(", ")}, [](${params}) {
${choices.join("")}    return ${expression(family, op)};
  });`;
}

/** The rows of one family. */
export function cppFile(family: Family): string {
  return `${banner(family)}
// ${family.doc}.

#include "../bind.h"
#include "../guards.h"
${family.header ? `#include "../${family.header}"\n` : ""}
namespace mlx_ts {

void register_${family.name}(Registry& ops) {
${family.ops.map((op) => row(family, op)).join("\n")}
}

} // namespace mlx_ts
`;
}

/** The registration of all families. */
export function cppIndex(families: readonly Family[]): string {
  return `${banner(null)}
// Registers every family.

#include "../bind.h"

namespace mlx_ts {

${families.map((f) => `void register_${f.name}(Registry& ops);`).join("\n")}

void register_ops(Registry& ops) {
${families.map((f) => `  register_${f.name}(ops);`).join("\n")}
}

} // namespace mlx_ts
`;
}
