// Random ops that choose among MLX's overloads, and what MLX leaves unchecked in them.
#pragma once

#include "guards.h"

namespace mlx_ts {

/** `random.categorical` takes one of shape and count, or neither. */
mx::array categorical(
    const mx::array& logits,
    int axis,
    const std::optional<mx::Shape>& shape,
    std::optional<int> count,
    const mx::array& key,
    mx::StreamOrDevice s);

/** `random.permutation` of an array, or of the integers below a scalar. */
mx::array permutation(const mx::array& x, int axis, const mx::array& key, mx::StreamOrDevice s);

/** `random.multivariate_normal`, whose decomposition of the covariance runs on the CPU only. */
mx::array multivariate_normal(
    const mx::array& mean,
    const mx::array& cov,
    const mx::Shape& shape,
    mx::Dtype dtype,
    const mx::array& key,
    mx::StreamOrDevice s);

} // namespace mlx_ts
