// What the kit's page imports; see "In a browser" in the guide.

export { customBackend as default } from "./src/backend.js";
export { manifest } from "./src/manifest.js";
