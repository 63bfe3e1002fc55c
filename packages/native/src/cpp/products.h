// Special matrix products: MLX's functions behind checks of indices, sizes and dtypes, which its kernels
// take on trust.
#pragma once

#include <optional>

#include "decode.h"

namespace mlx_ts {

mx::array gather_mm(
    const mx::array& a,
    const mx::array& b,
    const std::optional<mx::array>& lhs_indices,
    const std::optional<mx::array>& rhs_indices,
    bool sorted_indices,
    mx::StreamOrDevice s);

mx::array block_masked_mm(
    const mx::array& a,
    const mx::array& b,
    int block_size,
    const std::optional<mx::array>& mask_out,
    const std::optional<mx::array>& mask_lhs,
    const std::optional<mx::array>& mask_rhs,
    mx::StreamOrDevice s);

mx::array segmented_mm(
    const mx::array& a,
    const mx::array& b,
    const mx::array& segments,
    mx::StreamOrDevice s);

} // namespace mlx_ts
