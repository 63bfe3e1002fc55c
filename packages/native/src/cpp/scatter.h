// Gather, scatter and slices whose starts are arrays. MLX checks none of their indices, and writes as far
// as it is told: here every start is kept where its whole slice lies inside the array.
#pragma once

#include "guards.h"

namespace mlx_ts {

/** `gather`: slices of `slice_sizes` that start at indices along axes. */
mx::array gathered(
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const std::vector<int>& axes,
    const mx::Shape& slice_sizes,
    mx::StreamOrDevice s);

/** MLX's scatter, or one of those that combine with what is there. */
using Scatter = mx::array (*)(
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const mx::array& updates,
    const std::vector<int>& axes,
    mx::StreamOrDevice s);

/** `scatter` and its kin: writes slices that start at indices along axes. */
mx::array scattered(
    Scatter scatter,
    const mx::array& a,
    const std::vector<mx::array>& indices,
    const mx::array& updates,
    const std::vector<int>& axes,
    mx::StreamOrDevice s);

/** `masked_scatter`: the elements of `value`, in order, where the mask is true. */
mx::array scattered_by_mask(
    const mx::array& a,
    const mx::array& mask,
    const mx::array& value,
    mx::StreamOrDevice s);

/** `slice` with its starts in an array. */
mx::array dynamic_slice(
    const mx::array& a,
    const mx::array& start,
    const std::vector<int>& axes,
    const mx::Shape& slice_size,
    mx::StreamOrDevice s);

/** `slice_update` with its starts in an array. */
mx::array dynamic_slice_update(
    const mx::array& a,
    const mx::array& update,
    const mx::array& start,
    const std::vector<int>& axes,
    mx::StreamOrDevice s);

} // namespace mlx_ts
