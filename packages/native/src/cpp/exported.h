// Exported functions (.mlxfn files): whether a file is what MLX would write, since MLX believes it.
#pragma once

#include "rules.h"

namespace mlx_ts {

/** Throws Damaged unless every primitive in the file fits its place and every reference is to something. */
void check_exported(const std::string& path, double memory_size);

/**
 * Checks a graph whose shapes MLX has only computed, down to its inputs, and keeps indices inside their
 * arrays, as the ops do.
 *
 * @param only_known whether ops that cannot be checked are refused
 */
void check_graph(
    const std::vector<mx::array>& outputs,
    const std::vector<mx::array>& inputs,
    bool only_known);

} // namespace mlx_ts
