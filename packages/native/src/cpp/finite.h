// A primitive of the addon's own: passes matrices on if all their elements are finite, and fails where not.
// LAPACK loops, writes beyond its arrays or ends the process over NaN and infinity in eigenvalues and
// singular values, and MLX does not look. The check runs where LAPACK does, when the values are there.
#pragma once

#include "mlx/mlx.h"

namespace mlx_ts {

namespace mx = mlx::core;

/** The elements that are read, and so are checked. */
enum class Part { whole, lower, upper };

/** The same matrices, checked when they are evaluated; `op` names the failure. */
mx::array finite(const mx::array& a, Part part, const char* op, mx::StreamOrDevice s);

} // namespace mlx_ts
