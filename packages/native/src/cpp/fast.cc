// See fast.h.

#include "fast.h"

#include "guards.h"

namespace mlx_ts {

namespace {

void has_shape(const mx::array& a, const mx::Shape& wanted, const char* what) {
  if (a.shape() == wanted) return;
  throw bad_value(
      std::string(what) + " has the shape " + shown(a.shape()) + ", here it must be " + shown(wanted), "SHAPE");
}

void has_axes(const mx::array& a, size_t axes, const char* what) {
  if (a.ndim() == axes) return;
  throw bad_value(
      std::string(what) + " has the shape " + shown(a.shape()) + ", it needs " + std::to_string(axes) + " axes",
      "SHAPE");
}

void is_real_float(const mx::array& a, const char* what) {
  if (!mx::issubdtype(a.dtype(), mx::floating)) throw bad_value(std::string(what) + " must be real floats", "DTYPE");
}

/** Without a fused kernel, MLX builds a graph of every step. */
constexpr int kMostSteps = 1 << 16;

} // namespace

mx::array attention(
    const mx::array& q,
    const mx::array& k,
    const mx::array& v,
    double scale,
    const std::optional<mx::array>& mask,
    bool causal,
    const std::optional<mx::array>& sinks,
    bool force_fused,
    mx::StreamOrDevice s) {
  if (k.ndim() == 4 && k.shape(1) == 0) throw bad_value("k has no heads, it needs at least one", "SHAPE");
  return mx::fast::scaled_dot_product_attention(
      q, k, v, static_cast<float>(scale), causal ? "causal" : "", mask, sinks, force_fused, s);
}

mx::array cross_entropy(const mx::array& logits, const mx::array& targets, mx::StreamOrDevice s) {
  if (logits.ndim() == 0) return mx::fast::cross_entropy(logits, targets, s); // refused there
  return mx::fast::cross_entropy(logits, clamped_from_zero(targets, logits.shape(-1), s), s);
}

std::vector<mx::array> gated_delta_update(
    const mx::array& q,
    const mx::array& k,
    const mx::array& v,
    const mx::array& gamma,
    const mx::array& beta,
    const std::optional<mx::array>& initial_state,
    const std::optional<mx::array>& mask,
    mx::StreamOrDevice s) {
  has_axes(q, 4, "q");
  has_axes(v, 4, "v");
  int batch = q.shape(0), steps = q.shape(1), heads = q.shape(2), width = q.shape(3);
  int value_heads = v.shape(2), value_width = v.shape(3);
  has_shape(k, q.shape(), "k");
  has_shape(v, {batch, steps, value_heads, value_width}, "v");
  has_shape(gamma, {batch, steps, value_heads}, "gamma");
  has_shape(beta, {batch, steps, value_heads}, "beta");
  if (initial_state) has_shape(*initial_state, {batch, value_heads, value_width, width}, "initialState");
  if (mask) has_shape(*mask, {batch, steps}, "mask");
  is_real_float(q, "q");
  is_real_float(k, "k");
  is_real_float(v, "v");
  is_real_float(gamma, "gamma");
  is_real_float(beta, "beta");
  if (heads == 0 || value_heads % heads != 0) {
    throw bad_value(
        "v has " + std::to_string(value_heads) + " heads, which must be a multiple of those of q, " +
            std::to_string(heads),
        "SHAPE");
  }
  if (steps == 0) throw bad_value("there are no steps, the second axis of q is empty", "SHAPE");
  if (steps > kMostSteps && on_cpu(s)) {
    throw bad_value("q has " + std::to_string(steps) + " steps, the CPU takes at most 65536 at once");
  }
  auto flags = mask ? std::optional(mx::astype(*mask, mx::bool_, s)) : std::nullopt;
  return mx::fast::gated_delta_update(q, k, v, gamma, beta, initial_state, flags, s);
}

} // namespace mlx_ts
