// Reads what a 64-bit Mach-O library (a Mac's .node or .dylib) needs from others: its undefined
// symbols with the library each is bound to, its libraries and its run-time search paths. Format:
// Apple's <mach-o/loader.h> and <mach-o/nlist.h>.
import { readFileSync } from "node:fs";

const MAGIC_64 = 0xfeedfacf;
const LC_SYMTAB = 0x2;
const LOADS = new Set([0xc, 0x80000018, 0x8000001f]); // LC_LOAD_DYLIB, _WEAK_, _REEXPORT_
const LC_RPATH = 0x8000001c;
// Library ordinals that name no library: found in the process at load (Apple's linker, zig's linker).
const NO_LIBRARY = new Set([0xfe, 0]);

/** @returns {{ libraries: string[], rpaths: string[], undefined: { name: string, library: string | null }[] }} */
export function readMachO(path) {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== MAGIC_64) throw new Error(`${path} is not a 64-bit Mach-O file`);
  const libraries = [];
  const rpaths = [];
  let table = null;
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    const size = file.readUInt32LE(at + 4);
    const text = () => cString(file, at + file.readUInt32LE(at + 8));
    if (LOADS.has(command)) libraries.push(text());
    if (command === LC_RPATH) rpaths.push(text());
    if (command === LC_SYMTAB) table = [8, 12, 16].map((offset) => file.readUInt32LE(at + offset)); // symbols, count, strings
    at += size;
  }
  const open = table ? undefinedSymbols(file, table, libraries) : [];
  return { libraries, rpaths, undefined: open };
}

function undefinedSymbols(file, [symbols, count, strings], libraries) {
  const found = [];
  for (let i = 0; i < count; i++) {
    const entry = symbols + 16 * i;
    const type = file.readUInt8(entry + 4);
    const isDebug = (type & 0xe0) !== 0;
    const isUndefined = (type & 0x0e) === 0 && (type & 0x01) !== 0;
    if (isDebug || !isUndefined) continue;
    const ordinal = file.readUInt16LE(entry + 6) >> 8;
    found.push({
      name: cString(file, strings + file.readUInt32LE(entry)),
      library: NO_LIBRARY.has(ordinal) ? null : (libraries[ordinal - 1] ?? `ordinal ${ordinal}`),
    });
  }
  return found;
}

function cString(file, start) {
  return file.toString("utf8", start, file.indexOf(0, start));
}
