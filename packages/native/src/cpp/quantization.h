// Packed matrices: MLX's functions behind checks of what its kernels take for granted. They divide by
// group size and bits, read as many scales as the packed matrix needs whatever there are, and take every
// index on trust.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decode.h"

namespace mlx_ts {

using MaybeArray = std::optional<mx::array>;

std::vector<mx::array> quantize(
    const mx::array& w,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    mx::StreamOrDevice s);

mx::array dequantize(
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    std::optional<mx::Dtype> dtype,
    mx::StreamOrDevice s);

mx::array quantized_matmul(
    const mx::array& x,
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    bool transpose,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    mx::StreamOrDevice s);

mx::array gather_qmm(
    const mx::array& x,
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    const MaybeArray& lhs_indices,
    const MaybeArray& rhs_indices,
    bool transpose,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    bool sorted_indices,
    mx::StreamOrDevice s);

mx::array qqmm(
    const mx::array& x,
    const mx::array& w,
    const MaybeArray& scales,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale_x,
    const MaybeArray& global_scale_w,
    mx::StreamOrDevice s);

mx::array gather_qqmm(
    const mx::array& x,
    const mx::array& w,
    const MaybeArray& scales,
    const MaybeArray& lhs_indices,
    const MaybeArray& rhs_indices,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale_x,
    const MaybeArray& global_scale_w,
    bool sorted_indices,
    mx::StreamOrDevice s);

} // namespace mlx_ts
