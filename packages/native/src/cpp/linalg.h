// Linear algebra: what MLX leaves unchecked in it, and the choice among its overloads. MLX hands matrices to
// LAPACK on the CPU, divides by their number of elements, and counts those in 32 bits.
#pragma once

#include "guards.h"

namespace mlx_ts {

/** Matrices to decompose: to be run on the CPU, with no more elements than 32 bits count. */
const mx::array& on_cpu(const mx::array& a, mx::StreamOrDevice s);

/** ... of which LAPACK finds eigenvalues or singular values: of finite elements alone, see finite.h. */
mx::array spectral(const mx::array& a, const char* op, mx::StreamOrDevice s);
/** ... or of the triangle alone that is read of symmetric ones. */
mx::array spectral(const mx::array& a, const std::string& uplo, const char* op, mx::StreamOrDevice s);

/** ... and with factors that are as large as each of their sides squared. */
mx::array with_full_sides(const mx::array& a, const char* op, mx::StreamOrDevice s);

/** A norm by its order or its name, or, with neither, the 2-norm. */
mx::array norm(
    const mx::array& a,
    std::optional<double> ord,
    const std::optional<std::string>& name,
    const std::optional<std::vector<int>>& axes,
    bool keepdims,
    mx::StreamOrDevice s);

std::vector<mx::array> svd(const mx::array& a, bool compute_uv, mx::StreamOrDevice s);

/** Rows, lower and upper factor; also of matrices without columns, which MLX ends the process on. */
std::vector<mx::array> lu(const mx::array& a, mx::StreamOrDevice s);

} // namespace mlx_ts
