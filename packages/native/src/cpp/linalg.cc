// See linalg.h.

#include "linalg.h"

#include <cstdint>

#include "finite.h"

namespace mlx_ts {

namespace {

void countable(double elements) {
  if (elements <= INT32_MAX) return;
  throw bad_value(
      "the matrices or their factors have " + digits(elements) + " elements, at most 2^31 - 1 can be computed with",
      "SHAPE");
}

} // namespace

const mx::array& on_cpu(const mx::array& a, mx::StreamOrDevice s) {
  if (mx::to_stream(s).device == mx::Device::gpu) {
    throw bad_state(
        "UNSUPPORTED", "This op is not yet supported on the GPU; pass { stream: mx.cpu } to run it on the CPU");
  }
  countable(static_cast<double>(a.size()));
  return a;
}

mx::array spectral(const mx::array& a, const char* op, mx::StreamOrDevice s) {
  return finite(on_cpu(a, s), Part::whole, op, s);
}

mx::array spectral(const mx::array& a, const std::string& uplo, const char* op, mx::StreamOrDevice s) {
  return finite(on_cpu(a, s), uplo == "L" ? Part::lower : Part::upper, op, s);
}

mx::array with_full_sides(const mx::array& a, const char* op, mx::StreamOrDevice s) {
  if (a.ndim() < 2) return on_cpu(a, s); // MLX refuses it, with its own words
  double side = std::max(a.shape(-1), a.shape(-2)), count = 1;
  for (size_t i = 0; i + 2 < a.ndim(); i++) count *= a.shape(static_cast<int>(i));
  countable(count * side * side);
  return spectral(a, op, s);
}

mx::array norm(
    const mx::array& a,
    std::optional<double> ord,
    const std::optional<std::string>& name,
    const std::optional<std::vector<int>>& axes,
    bool keepdims,
    mx::StreamOrDevice s) {
  // MLX adds the rank to a negative axis once more, so that some beyond the bounds name an axis again.
  if (axes) {
    for (int axis : *axes) within(a, axis);
  }
  bool of_matrices = (axes ? axes->size() : a.ndim()) == 2;
  bool singular_values = name == "nuc" || (of_matrices && (ord == 2.0 || ord == -2.0));
  auto of = singular_values ? spectral(a, "linalg.norm", s) : a;
  if (name) return mx::linalg::norm(of, *name, axes, keepdims, s);
  return ord ? mx::linalg::norm(of, *ord, axes, keepdims, s) : mx::linalg::norm(of, axes, keepdims, s);
}

std::vector<mx::array> svd(const mx::array& a, bool compute_uv, mx::StreamOrDevice s) {
  constexpr const char* op = "linalg.svd";
  return mx::linalg::svd(compute_uv ? with_full_sides(a, op, s) : spectral(a, op, s), compute_uv, s);
}

std::vector<mx::array> lu(const mx::array& a, mx::StreamOrDevice s) {
  auto parts = mx::linalg::lu(on_cpu(a, s), s);
  // Results without elements are never computed (see Addon::put); the order of the rows has some.
  if (a.size() == 0) {
    auto order = parts[0].shape();
    parts[0] = mx::broadcast_to(mx::arange(0, a.shape(-2), mx::uint32, s), order, s);
  }
  return parts;
}

} // namespace mlx_ts
