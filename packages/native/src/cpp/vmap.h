// Batching a function of one example.
#pragma once

#include "transforms.h"

namespace mlx_ts {

/** A function's outputs for one example, and the batch axis that each is to have; -1 is none. */
using Example = std::pair<std::vector<mx::array>, std::vector<int>>;

/** The outputs of a function for batched inputs; an axis of -1 is an input that is the same for all. */
std::vector<mx::array> batched(
    const std::function<Example(const std::vector<mx::array>&)>& fun,
    const std::vector<mx::array>& inputs,
    const std::vector<int>& axes);

} // namespace mlx_ts
