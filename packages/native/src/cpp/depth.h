// Walking MLX's graphs without recursion. MLX's own transforms recurse, which would overflow the stack
// where very many ops hang on one another: such graphs are refused before.
#pragma once

#include <functional>

#include "decode.h"

namespace mlx_ts {

/** Calls `visit` for every array from `outputs` down to `ends`, inputs first; siblings count as one. */
void walk(
    const std::vector<mx::array>& outputs,
    const std::vector<mx::array>& ends,
    const std::function<void(const mx::array&)>& visit);

/** Throws if the graph from `outputs` down to `ends` nests too deep for what is left of this thread's stack. */
void refuse_deep(const std::vector<mx::array>& outputs, const std::vector<mx::array>& ends);

} // namespace mlx_ts
