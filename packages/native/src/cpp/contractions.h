// What MLX leaves unchecked in Einstein sums and tensor products: its expansion of an ellipsis runs past the
// letters it has, sizes of joined axes overflow, and products of many operands may need any memory. Parsing
// and computing are MLX's.
#pragma once

#include <string>
#include <vector>

#include "decode.h"

namespace mlx_ts {

/** The operands of an Einstein sum, if MLX can compute it. */
const std::vector<mx::array>& summable(
    const std::string& subscripts,
    const std::vector<mx::array>& operands);

/** The first operand of a tensor product, if the axes to contract are there and fit. */
const mx::array& contractible(
    const mx::array& a,
    const mx::array& b,
    const std::vector<int>& axes_a,
    const std::vector<int>& axes_b);

} // namespace mlx_ts
