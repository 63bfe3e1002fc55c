// See random.h.

#include "random.h"

#include "linalg.h"

namespace mlx_ts {

namespace {

double product(const mx::Shape& shape) {
  double count = 1;
  for (int n : shape) count *= size(n);
  return count;
}

} // namespace

mx::array categorical(
    const mx::array& logits,
    int axis,
    const std::optional<mx::Shape>& shape,
    std::optional<int> count,
    const mx::array& key,
    mx::StreamOrDevice s) {
  if (shape && count) throw bad_value("both shape and numSamples were given, only one may be");
  within(logits, axis);
  // Several rows draw a number for every category of every sample, which the result does not tell.
  bool several = logits.size() != static_cast<size_t>(logits.shape(axis));
  double samples = shape ? product(*shape) : 1.0 * size(count.value_or(1)) * logits.size() / std::max(logits.shape(axis), 1);
  affordable(samples * (several ? 8.0 * logits.shape(axis) : 8.0), "the numbers to draw from need");
  if (shape) return mx::random::categorical(logits, axis, *shape, key, s);
  if (count) return mx::random::categorical(logits, axis, *count, key, s);
  return mx::random::categorical(logits, axis, key, s);
}

mx::array permutation(const mx::array& x, int axis, const mx::array& key, mx::StreamOrDevice s) {
  if (x.ndim() > 0) return mx::random::permutation(x, within(x, axis), key, s);
  if (!mx::issubdtype(x.dtype(), mx::integer)) {
    throw bad_kind("a count was expected, or an array with at least one axis");
  }
  auto count = mx::astype(x, mx::int64, s);
  return mx::random::permutation(size(static_cast<int>(count.item<int64_t>())), key, s);
}

mx::array multivariate_normal(
    const mx::array& mean,
    const mx::array& cov,
    const mx::Shape& shape,
    mx::Dtype dtype,
    const mx::array& key,
    mx::StreamOrDevice s) {
  auto finite = with_full_sides(mx::astype(cov, mx::float32, s), "random.multivariateNormal", s);
  return mx::random::multivariate_normal(mean, finite, sizes(shape), dtype, key, s);
}

} // namespace mlx_ts
