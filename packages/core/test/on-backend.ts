// What a project's tests need to run on the backend that MLX_TS_BACKEND names; see backends.ts.

/** On other backends than native tests of what they lack are not run, and listed. */
const isOther = (process.env.MLX_TS_BACKEND ?? "native") !== "native";

/**
 * Options of a project's tests.
 *
 * @param folder - where this file is, from the project
 * @param own - further setup files of the folder
 */
export const onBackend = (folder: string, ...own: readonly string[]) => ({
  ...(isOther && { runner: `${folder}/lacking-runner.ts` }),
  setupFiles: [
    `${folder}/setup.ts`,
    ...own.map((file) => `${folder}/${file}`),
    ...(isOther ? [`${folder}/lacking.ts`] : []),
  ],
});
