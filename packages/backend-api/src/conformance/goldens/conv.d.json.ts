// Spares the type checker the reading of a large file.
declare const file: import("./format.js").PackedFile;
export = file;
