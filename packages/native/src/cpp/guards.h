// What MLX leaves unchecked and would crash on: sizes, steps, and indices out of bounds. Each guard
// refuses with a message, or keeps index arrays inside the axis.
#pragma once

#include <algorithm>
#include <string>

#include "contractions.h"
#include "convolutions.h"
#include "decode.h"
#include "views.h"

namespace mlx_ts {

/** A size or a count: not negative. */
inline int size(int n) {
  if (n < 0) throw bad_value("a size of " + std::to_string(n) + " was given, it must not be negative");
  return n;
}
inline const mx::Shape& sizes(const mx::Shape& shape) {
  for (int n : shape) size(n);
  return shape;
}

/** New sizes of an axis, of which one may be -1: MLX would divide by the product of the others. */
inline const mx::Shape& inferable(const mx::Shape& shape) {
  auto has = [&](int n) { return std::find(shape.begin(), shape.end(), n) != shape.end(); };
  if (has(-1) && has(0)) {
    throw bad_value("a size of -1 cannot be computed beside a size of 0; give it", "SHAPE");
  }
  return shape;
}

/** A matrix without elements: MLX would count its rows or columns all the same, in gigabytes. */
inline bool empty_matrix(const mx::array& a) {
  return a.ndim() >= 2 && a.size() == 0;
}
template <class F>
mx::array matrix(
    int rows,
    std::optional<int> columns,
    std::optional<mx::Dtype> given,
    mx::StreamOrDevice s,
    F&& make) {
  int m = size(rows), n = size(columns.value_or(rows));
  auto dtype = given.value_or(mx::float32);
  return m == 0 || n == 0 ? mx::zeros({m, n}, dtype, s) : make(m, n, dtype);
}

/**
 * The sum over nothing, which is 0: MLX's folds rely on strides that views without elements do not have, and
 * crash or never end. The graph that was built tells shape and dtype.
 */
inline mx::array sum_of(bool nothing, mx::array&& result, mx::StreamOrDevice s) {
  return nothing && result.size() > 0 ? mx::zeros(result.shape(), result.dtype(), s) : std::move(result);
}

inline int positive(int n, const char* what) {
  if (n < 1) throw bad_value(std::string(what) + " is " + std::to_string(n) + ", it must be at least 1");
  return n;
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

/**
 * Slice steps: one for each axis and none 0 (MLX would divide by it); an empty list means 1. A step beyond
 * the axis takes one element whatever it is: MLX's sums with it would overflow, so it is cut off.
 */
inline mx::Shape steps(const mx::array& a, const mx::Shape& strides) {
  if (strides.empty()) return mx::Shape(a.ndim(), 1);
  per_axis(a, strides);
  mx::Shape out(strides);
  for (size_t i = 0; i < out.size(); i++) {
    if (out[i] == 0) throw bad_value("a slice step is 0, it must not be");
    int limit = std::max(a.shape(static_cast<int>(i)), 1);
    out[i] = std::clamp(out[i], -limit, limit);
  }
  return out;
}

/** An axis that the array has. */
inline int within(const mx::array& a, int axis) {
  int ndim = static_cast<int>(a.ndim());
  if (axis < -ndim || axis >= ndim) {
    throw bad_value(
        "axis " + std::to_string(axis) + " is out of bounds for an array of " + std::to_string(ndim) + " dimensions",
        "SHAPE");
  }
  return axis;
}

/** The most bytes that one array may claim, in this process. */
void set_memory_size(double bytes);
double memory_size();

/** Refuses work that needs more memory than this machine has; `what` ends in "needs" or "need". */
void affordable(double bytes, const char* what);


/** Whether this thread clamps index arrays; without it, an index out of bounds reads anything. */
bool& clamp_indices();
void set_clamp_indices(bool on);
bool clamping();

/** Indices: integers, and no booleans, which MLX refuses in ways that a process may not survive. */
const mx::array& integral(const mx::array& indices);

/** Index arrays with every index inside the axis; negative ones stay negative. */
mx::array clamped(const mx::array& indices, const mx::array& a, int axis, mx::StreamOrDevice s);
mx::array clamped(const mx::array& indices, const mx::array& a, mx::StreamOrDevice s);
/** Index arrays with every index from 0 to n - 1, for ops that do not count from the end. */
mx::array clamped_from_zero(const mx::array& indices, int64_t n, mx::StreamOrDevice s);

/** Whether an op runs on the CPU, which lacks some kernels. */
inline bool on_cpu(mx::StreamOrDevice s) {
  return mx::to_stream(s).device == mx::Device::cpu;
}
/** Integers as float32: where MLX takes the largest from them first, small ones wrap round. */
inline mx::array in_floats(const mx::array& a, mx::StreamOrDevice s) {
  return mx::issubdtype(a.dtype(), mx::inexact) ? a : mx::astype(a, mx::float32, s);
}
/** Some of the CPU's kernels count elements in 32 bits. */
inline void countable_on_cpu(const mx::array& a, mx::StreamOrDevice s) {
  if (a.size() > INT32_MAX && on_cpu(s)) {
    throw bad_value("an array has more than 2^31 elements, further the CPU does not count here");
  }
}
/** How many matrices an array holds; a vector counts as one. */
inline int64_t matrix_count(const mx::array& a) {
  int64_t count = 1;
  for (size_t i = 0; i + 2 < a.ndim(); i++) count *= a.shape(static_cast<int>(i));
  return count;
}
/** The shape of an array, for messages. */
std::string shown(const mx::Shape& shape);

/**
 * Division of integers. The smallest integer by -1 overflows, which the CPU answers by ending the process:
 * there the quotient wraps round, and the remainder is 0.
 */
mx::array whole_quotient(const mx::array& a, const mx::array& b, mx::StreamOrDevice s);
mx::array whole_remainder(const mx::array& a, const mx::array& b, mx::StreamOrDevice s);

/** Both at once. */
std::vector<mx::array> quotient_and_remainder(const mx::array& a, const mx::array& b, mx::StreamOrDevice s);

/**
 * `cummax`, or `cummin`. The gradient finds the element that each result came from by comparing them; NaN
 * equals nothing, and MLX would write far outside the array. So NaN gets no part in the gradient.
 */
mx::array running_extreme(
    const mx::array& a,
    std::optional<int> axis,
    bool reverse,
    bool inclusive,
    bool largest,
    mx::StreamOrDevice s);

/** `roll` along axes: one shift serves all axes, several shifts of one axis add up. */
mx::array rolled(
    const mx::array& a,
    const mx::Shape& shift,
    const std::vector<int>& axes,
    mx::StreamOrDevice s);

} // namespace mlx_ts
