// What MLX leaves unchecked where an array is seen in another way: strides that leave the buffer, sizes that
// overflow, and numbers of steps or pieces for which it would build endless graphs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decode.h"

namespace mlx_ts {

/** `as_strided` over the elements in row-major order; every element must lie inside the array. */
mx::array strided(
    const mx::array& a,
    const std::optional<mx::Shape>& shape,
    const std::optional<std::vector<int>>& strides,
    int offset,
    mx::StreamOrDevice s);

/** `trace`; a diagonal outside the matrix sums to 0. */
mx::array traced(
    const mx::array& a,
    int offset,
    int axis1,
    int axis2,
    std::optional<mx::Dtype> dtype,
    mx::StreamOrDevice s);

/** `unique`; of no elements it is the fill value all over. */
std::vector<mx::array> distinct(
    const mx::array& a,
    int size,
    bool index,
    bool inverse,
    bool counts,
    const std::optional<mx::array>& fill,
    mx::StreamOrDevice s);

/** An array whose last axis, seen in another dtype, has a size that MLX can count. */
const mx::array& viewable(const mx::array& a, mx::Dtype dtype);

/**
 * `pad`: `width` has one number for all ends, two for the beginnings and ends of all axes, or two for each
 * axis.
 */
mx::array padded(
    const mx::array& a,
    const std::vector<int>& width,
    const std::string& mode,
    const mx::array& value,
    mx::StreamOrDevice s);

/** Places to cut an axis at, few enough: MLX lists each piece in all others. */
const mx::Shape& separable(const mx::Shape& cuts);
/** The same, for a piece for each element of an axis. */
const mx::array& unstackable(const mx::array& a, int axis);

/** How often `diff` is taken: MLX builds a graph of that length. */
int order(const mx::array& a, int n, int axis);

/** An array whose last axis has a size that the Hadamard transform knows. */
const mx::array& hadamard_input(const mx::array& a);

/** Arrays whose grid has few enough axes. */
const std::vector<mx::array>& griddable(const std::vector<mx::array>& arrays);

} // namespace mlx_ts
