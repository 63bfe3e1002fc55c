// Fused layers: MLX's functions behind checks of head counts, class numbers and shapes that they take on
// trust.
#pragma once

#include <optional>
#include <vector>

#include "decode.h"

namespace mlx_ts {

mx::array attention(
    const mx::array& q,
    const mx::array& k,
    const mx::array& v,
    double scale,
    const std::optional<mx::array>& mask,
    bool causal,
    const std::optional<mx::array>& sinks,
    bool force_fused,
    mx::StreamOrDevice s);

mx::array cross_entropy(const mx::array& logits, const mx::array& targets, mx::StreamOrDevice s);

std::vector<mx::array> gated_delta_update(
    const mx::array& q,
    const mx::array& k,
    const mx::array& v,
    const mx::array& gamma,
    const mx::array& beta,
    const std::optional<mx::array>& initial_state,
    const std::optional<mx::array>& mask,
    mx::StreamOrDevice s);

} // namespace mlx_ts
