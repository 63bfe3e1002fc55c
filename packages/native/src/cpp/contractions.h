// What MLX leaves unchecked in Einstein sums and tensor products: its expansion of an ellipsis runs past the
// letters it has, sizes of joined axes overflow, and products of many operands may need any memory. Parsing
// and computing are MLX's.
#pragma once

#include <string>
#include <vector>

#include "decode.h"

namespace mlx_ts {

/** `einsum`, where MLX can compute it. */
mx::array einstein_sum(
    const std::string& subscripts,
    const std::vector<mx::array>& operands,
    mx::StreamOrDevice s);

/** `tensordot` over axes that are there and fit. */
mx::array tensor_product(
    const mx::array& a,
    const mx::array& b,
    const std::vector<int>& axes_a,
    const std::vector<int>& axes_b,
    mx::StreamOrDevice s);

} // namespace mlx_ts
