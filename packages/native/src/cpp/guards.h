// What MLX leaves unchecked and would crash on: sizes, steps, and indices out of bounds. Each guard
// refuses with a message, or keeps index arrays inside the axis.
#pragma once

#include <string>

#include "decode.h"

namespace mlx_ts {

/** A size or a count: not negative. */
inline int size(int n) {
  if (n < 0) throw bad_value("a size of " + std::to_string(n) + " was given, it must not be negative");
  return n;
}
inline std::pair<int, int> sizes(std::pair<int, int> p) {
  return {size(p.first), size(p.second)};
}
inline const mx::Shape& sizes(const mx::Shape& shape) {
  for (int n : shape) size(n);
  return shape;
}

inline int positive(int n, const char* what) {
  if (n < 1) throw bad_value(std::string(what) + " is " + std::to_string(n) + ", it must be at least 1");
  return n;
}
inline std::pair<int, int> positive(std::pair<int, int> p, const char* what) {
  return {positive(p.first, what), positive(p.second, what)};
}

inline double nonzero(double step) {
  if (step == 0) throw bad_value("the step is 0, it must not be");
  return step;
}

/** A list with one integer for each axis. */
inline const mx::Shape& per_axis(const mx::array& a, const mx::Shape& list) {
  if (list.size() != a.ndim()) {
    throw bad_value(
        "a list of " + std::to_string(list.size()) + " integers was given for an array of " +
            std::to_string(a.ndim()) + " axes, it needs one for each axis",
        "SHAPE");
  }
  return list;
}

/** Slice steps: one for each axis and none 0 (MLX would divide by it); an empty list means 1. */
inline mx::Shape steps(const mx::array& a, const mx::Shape& strides) {
  if (strides.empty()) return mx::Shape(a.ndim(), 1);
  for (int step : per_axis(a, strides)) {
    // The most negative integer has no negation.
    if (step == 0 || step == kNull) throw bad_value("a slice step is 0 or too small, it must not be");
  }
  return strides;
}

/** Whether this thread clamps index arrays; without it, an index out of bounds reads anything. */
void set_clamp_indices(bool on);

/** Index arrays with every index inside the axis; negative ones stay negative. */
mx::array clamped(const mx::array& indices, const mx::array& a, int axis, mx::StreamOrDevice s);
mx::array clamped(const mx::array& indices, const mx::array& a, mx::StreamOrDevice s);

/** `random.categorical` takes one of shape and count, or neither. */
mx::array categorical(
    const mx::array& logits,
    int axis,
    const std::optional<mx::Shape>& shape,
    std::optional<int> count,
    const mx::array& key,
    mx::StreamOrDevice s);

/** `random.permutation` of an array, or of the integers below a scalar. */
mx::array permutation(const mx::array& x, int axis, const mx::array& key, mx::StreamOrDevice s);

} // namespace mlx_ts
