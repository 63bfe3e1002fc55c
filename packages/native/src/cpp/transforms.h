// Calling back into JavaScript from MLX's transforms.
#pragma once

#include <functional>

#include "decode.h"

namespace mlx_ts {

/**
 * Calls a JavaScript function (count) => position: the inputs' handles wait in the results buffer and
 * belong to the callee; the outputs' handles come as a list and belong to us. What it throws stays
 * pending, and JsPending unwinds MLX.
 */
std::vector<mx::array> call_js(const Call& call, napi_value function, const std::vector<mx::array>& inputs);

} // namespace mlx_ts
