// Gradients averaged over the processes of a group, few exchanges for many small arrays.

import { shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray, StreamOrDevice } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { groupArg, numberArg } from "./arguments.js";

/** Options of {@link averageGradients}. */
export interface AverageGradientsOptions {
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
  /** How many bytes are exchanged together, at least; 0 or less: each array by itself. Default: 32 MiB. */
  allReduceSize?: number | undefined;
  /** Where the exchange runs. Default: `null`, the current stream. */
  communicationStream?: StreamOrDevice | null | undefined;
}

/** How arrays are averaged. */
type Average = (array: MLXArray) => MLXArray;

/**
 * Averages gradients over the processes of a group: $\frac{1}{N} \sum_r g_r$.
 *
 * Arrays of one dtype are joined until they have `allReduceSize` bytes, which is faster than an exchange
 * for each; of several dtypes, each is exchanged by itself.
 *
 * @typeParam T - what the tree is
 * @param gradients - a tree of arrays, of the same structure, shapes and dtypes in all processes
 * @param group - the processes that take part; default all
 * @param allReduceSize - how many bytes are exchanged together, at least; 0 or less: each array by itself;
 * default `32 * 1024 ** 2`
 * @param communicationStream - where the exchange runs; default `null`, the current stream
 * @returns a tree of the same structure; in a group of one, the tree itself
 * @throws TypeError for arguments of a wrong kind
 * @throws MLXError when the connection to another process was lost
 * @example
 * ```ts
 * const lossAndGrad = nn.valueAndGrad(model, (x: mx.MLXArray) => mx.mean(model.forward(x)));
 * const [, grads] = lossAndGrad(mx.ones([4, 2])); // each process takes other rows
 * model.update(nn.averageGradients(grads));
 * ```
 * @see Python: `mlx.nn.average_gradients`
 */
export function averageGradients<T>(
  gradients: T,
  group?: mx.distributed.Group | null | AverageGradientsOptions,
  allReduceSize?: number | AverageGradientsOptions,
  communicationStream?: StreamOrDevice | null | AverageGradientsOptions,
): T {
  const op = "averageGradients";
  if (typeof gradients !== "object" || gradients === null) {
    throw typeError(`[${op}] a tree of arrays was expected, got ${shown(gradients)}`);
  }
  const names = ["group", "allReduceSize", "communicationStream"] as const;
  const options = mx.keywords<AverageGradientsOptions>(op, names, [
    group,
    allReduceSize,
    communicationStream,
  ]);
  const members = groupArg(op, options.group);
  const least = numberArg(op, "allReduceSize", options.allReduceSize ?? 32 * 1024 ** 2);
  if (members.size() === 1) return gradients;
  const stream = options.communicationStream ?? undefined;
  const average: Average = (array) =>
    mx.divide(mx.distributed.allSum(array, { group: members, stream }), members.size());
  return mx.tidy(() => {
    const arrays = mx.arraysIn(gradients);
    const dtypes = new Set(arrays.map(({ dtype }) => dtype));
    if (least <= 0 || dtypes.size !== 1) return mx.mapArrays(gradients, average);
    const averages = packs(arrays, least).flatMap((pack) => together(pack, average));
    let next = 0;
    return mx.mapArrays(gradients, () => averages[next++] as MLXArray);
  });
}

/** Arrays in their order, joined until they have a number of bytes. */
function packs(arrays: readonly MLXArray[], least: number): MLXArray[][] {
  const out: MLXArray[][] = [];
  let bytes = least;
  for (const array of arrays) {
    if (bytes >= least) {
      out.push([]);
      bytes = 0;
    }
    out.at(-1)?.push(array);
    bytes += array.nbytes;
  }
  return out;
}

/** Averages arrays as one. */
function together(pack: readonly MLXArray[], average: Average): MLXArray[] {
  let end = 0;
  const ends = pack.map((array) => {
    end += array.size;
    return end;
  });
  const joined = average(mx.concatenate(pack.map((array) => array.reshape([array.size]))));
  const parts = mx.split(joined, ends.slice(0, -1));
  return pack.map(({ shape }, i) => (parts[i] as MLXArray).reshape(shape));
}
