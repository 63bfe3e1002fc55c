// See products.h.

#include "products.h"

#include <utility>

#include "guards.h"

namespace mlx_ts {

namespace {

/** MLX says the same, but when it evaluates, and then as a failure of the engine. */
void float32_on_cpu(const mx::array& made, mx::StreamOrDevice s) {
  if (made.dtype() != mx::float32 && on_cpu(s)) {
    throw bad_value("the CPU has this product in float32 only; convert with astype(\"float32\")", "DTYPE");
  }
}

/** The batch axes of both operands, broadcast. */
mx::Shape batch_shape(const mx::array& a, const mx::array& b) {
  auto batch = [](const mx::array& x) {
    return mx::Shape(x.shape().begin(), x.shape().end() - std::min<size_t>(x.ndim(), 2));
  };
  return mx::broadcast_shapes(batch(a), batch(b));
}

/**
 * A copy for each product of the batch. Masking writes into the operand, and MLX's own copy of one that is
 * repeated along the batch is a single matrix, in which the masks of all products would add up.
 */
mx::array spread(const mx::array& a, mx::Shape batch, mx::StreamOrDevice s) {
  if (a.ndim() < 2 || batch.empty()) return a;
  batch.push_back(a.shape(-2));
  batch.push_back(a.shape(-1));
  return mx::contiguous(mx::broadcast_to(a, batch, s), false, s);
}

} // namespace

mx::array gather_mm(
    const mx::array& a,
    const mx::array& b,
    const std::optional<mx::array>& lhs_indices,
    const std::optional<mx::array>& rhs_indices,
    bool sorted_indices,
    mx::StreamOrDevice s) {
  auto picked = [&](const std::optional<mx::array>& indices, const mx::array& from) {
    return indices ? std::optional(clamped_from_zero(*indices, matrix_count(from), s)) : std::nullopt;
  };
  auto made =
      mx::gather_mm(a, b, picked(lhs_indices, a), picked(rhs_indices, b), sorted_indices, s);
  if (lhs_indices || rhs_indices) {
    float32_on_cpu(made, s);
    for (const auto* array : {&a, &b, &std::as_const(made)}) countable_on_cpu(*array, s);
  }
  return made;
}

mx::array block_masked_mm(
    const mx::array& a,
    const mx::array& b,
    int block_size,
    const std::optional<mx::array>& mask_out,
    const std::optional<mx::array>& mask_lhs,
    const std::optional<mx::array>& mask_rhs,
    mx::StreamOrDevice s) {
  if (!mask_out && !mask_lhs && !mask_rhs) return mx::matmul(a, b, s);
  auto made = mx::block_masked_mm(a, b, block_size, mask_out, mask_lhs, mask_rhs, s);
  float32_on_cpu(made, s);
  if (!on_cpu(s) || !(mask_lhs || mask_rhs)) return made;
  auto batch = batch_shape(a, b);
  return mx::block_masked_mm(
      spread(a, batch, s), spread(b, batch, s), block_size, mask_out, mask_lhs, mask_rhs, s);
}

mx::array segmented_mm(
    const mx::array& a,
    const mx::array& b,
    const mx::array& segments,
    mx::StreamOrDevice s) {
  if (a.ndim() == 2 && b.ndim() == 2 && a.shape(1) != b.shape(0)) {
    throw bad_value(
        "the inner sizes of " + shown(a.shape()) + " and " + shown(b.shape()) + " differ, they must not", "SHAPE");
  }
  // The CPU multiplies halves wrongly that lie in order.
  if (on_cpu(s) && a.dtype() == b.dtype() && mx::issubdtype(a.dtype(), mx::floating) && a.dtype().size() == 2) {
    auto wide = mlx_ts::segmented_mm(mx::astype(a, mx::float32, s), mx::astype(b, mx::float32, s), segments, s);
    return mx::astype(wide, a.dtype(), s);
  }
  // Ends may equal the size of the axis.
  int64_t ends = a.ndim() == 2 ? int64_t{a.shape(1)} + 1 : 1;
  auto made = mx::segmented_mm(a, b, clamped_from_zero(segments, ends, s), s);
  countable_on_cpu(made, s);
  bool empty = a.size() == 0 || b.size() == 0 || made.size() == 0;
  return empty ? mx::zeros(made.shape(), made.dtype(), s) : made;
}

} // namespace mlx_ts
