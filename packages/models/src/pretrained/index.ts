// Pretrained models: loading and saving them with their configs.
export type { PretrainedModel } from "./architectures.js";
export { PretrainedError, type PretrainedErrorCode } from "./errors.js";
export {
  type LoadPretrainedOptions,
  loadPretrained,
  type PretrainedOf,
  type PretrainedPackages,
} from "./load.js";
export { savePretrained } from "./save.js";
