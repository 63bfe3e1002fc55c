// The engine as the backend sees it. In your copy this folder goes, and the backend imports your engine instead.

export * from "./lines.js";
export * from "./numbers.js";
export * from "./tensor.js";
