// Rules for primitives that work by element, and for those that view or copy parts; see rules.h. Part of
// rules.cc alone.
#pragma once

#include <algorithm>

#include "mlx/primitives.h"
#include "rules.h"

namespace mlx_ts {

namespace {

using Axes = std::vector<int>;

int rank(const Aval& a) {
  return static_cast<int>(a.shape.size());
}
bool in_range(int axis, const Aval& a) {
  return axis >= 0 && axis < rank(a);
}
/** Different axes of an array. */
bool distinct(Axes axes, const Aval& a) {
  std::sort(axes.begin(), axes.end());
  return std::adjacent_find(axes.begin(), axes.end()) == axes.end() &&
      std::all_of(axes.begin(), axes.end(), [&](int axis) { return in_range(axis, a); });
}
double elements(const mx::Shape& shape) {
  double n = 1;
  for (int size : shape) n *= size;
  return n;
}
bool counts(const Node& n, size_t in, size_t out = 1) {
  return n.in.size() == in && n.out.size() == out;
}
bool is_float(mx::Dtype t) {
  return mx::issubdtype(t, mx::floating);
}
bool is_index(mx::Dtype t) {
  return mx::issubdtype(t, mx::integer);
}
/** An axis of a shape with another size. */
mx::Shape with(mx::Shape shape, int axis, int size) {
  shape[axis] = size;
  return shape;
}
mx::Shape leading(const mx::Shape& shape, int drop) {
  return mx::Shape(shape.begin(), shape.end() - drop);
}
mx::Shape joined(mx::Shape a, const mx::Shape& b) {
  for (int size : b) a.push_back(size);
  return a;
}

// Families without parameters.

bool unary(const Node& n) {
  return counts(n, 1) && n.in[0] == n.out[0];
}
bool to_real(const Node& n) {
  bool complex = counts(n, 1) && n.in[0].dtype == mx::complex64;
  return complex ? n.out[0] == Aval{n.in[0].shape, mx::float32} : unary(n);
}
bool binary(const Node& n) {
  return counts(n, 2) && n.in[0] == n.in[1] && n.in[0] == n.out[0];
}
bool compare(const Node& n) {
  return counts(n, 2) && n.in[0] == n.in[1] && n.out[0] == Aval{n.in[0].shape, mx::bool_};
}
bool logical(const Node& n) {
  return binary(n) && n.in[0].dtype == mx::bool_;
}
bool logical_not(const Node& n) {
  return unary(n) && n.in[0].dtype == mx::bool_;
}
bool logarithm(mx::Log::Base base, const Node& n) {
  return base >= 0 && base <= mx::Log::e && unary(n);
}
bool bitwise(mx::BitwiseBinary::Op op, const Node& n) {
  return op >= 0 && op <= mx::BitwiseBinary::RightShift && binary(n);
}
bool select(const Node& n) {
  return counts(n, 3) && n.in[1] == n.in[2] && n.in[1] == n.out[0] &&
      n.in[0] == Aval{n.out[0].shape, mx::bool_};
}
bool divmod(const Node& n) {
  return counts(n, 2, 2) && n.in[0] == n.in[1] && n.in[0] == n.out[0] && n.in[0] == n.out[1];
}
bool depends(const Node& n) {
  return n.out.size() <= n.in.size() && std::equal(n.out.begin(), n.out.end(), n.in.begin());
}

/** Sizes that multiply, or 1 where an operand is a vector. */
bool matmul(const Node& n) {
  if (n.in.size() < 2 || n.out.size() != 1) return false;
  auto &a = n.in[0], &b = n.in[1], &out = n.out[0];
  int r = rank(a);
  if (r < 2 || rank(b) != r || rank(out) != r || a.dtype != b.dtype || a.dtype != out.dtype) return false;
  auto batch = leading(a.shape, 2);
  return leading(b.shape, 2) == batch && leading(out.shape, 2) == batch && a.shape[r - 1] == b.shape[r - 2] &&
      out.shape[r - 2] == a.shape[r - 2] && out.shape[r - 1] == b.shape[r - 1];
}
bool addmm(const Node& n) {
  return n.in.size() == 3 && matmul(n) && n.in[2] == n.out[0];
}

// Views.

bool broadcast(const mx::Shape& shape, const Node& n) {
  if (!counts(n, 1) || n.out[0] != Aval{shape, n.in[0].dtype}) return false;
  int extra = rank(n.out[0]) - rank(n.in[0]);
  for (int i = 0; extra >= 0 && i < rank(n.in[0]); i++) {
    int size = n.in[0].shape[i];
    if (size != 1 && size != shape[i + extra]) return false;
  }
  return extra >= 0;
}
bool broadcast_axes(const Axes& ignored, const Node& n) {
  if (n.in.empty() || n.out.size() != 1 || n.in[0].dtype != n.out[0].dtype) return false;
  int r = rank(n.out[0]);
  int extra = r - rank(n.in[0]);
  if (extra < 0) return false;
  for (int axis : ignored) {
    // Counted from the end of every input.
    for (auto& in : n.in) {
      if (axis >= 0 || axis < -rank(in)) return false;
    }
  }
  for (int i = 0; i < rank(n.in[0]); i++) {
    int size = n.in[0].shape[i];
    bool fixed = std::count(ignored.begin(), ignored.end(), i + extra - r) > 0;
    if (size != n.out[0].shape[i + extra] && (fixed || size != 1)) return false;
  }
  return true;
}
bool transpose(const Axes& axes, const Node& n) {
  if (!counts(n, 1) || static_cast<int>(axes.size()) != rank(n.in[0]) || !distinct(axes, n.in[0])) return false;
  mx::Shape shape;
  for (int axis : axes) shape.push_back(n.in[0].shape[axis]);
  return n.out[0] == Aval{shape, n.in[0].dtype};
}
bool reshape(const mx::Shape& shape, const Node& n) {
  return counts(n, 1) && n.in[0].dtype == n.out[0].dtype && elements(n.in[0].shape) == elements(n.out[0].shape) &&
      shape.size() == n.out[0].shape.size() && std::count(shape.begin(), shape.end(), -1) <= 1 &&
      std::all_of(shape.begin(), shape.end(), [](int size) { return size >= -1; });
}
bool expand_dims(const Axes& axes, const Node& n) {
  if (!counts(n, 1) || !distinct(axes, n.out[0]) || !std::is_sorted(axes.begin(), axes.end())) return false;
  auto shape = n.in[0].shape;
  for (int axis : axes) {
    if (axis > static_cast<int>(shape.size())) return false;
    shape.insert(shape.begin() + axis, 1);
  }
  return n.out[0] == Aval{shape, n.in[0].dtype};
}
bool squeeze(const Axes& axes, const Node& n) {
  if (!counts(n, 1) || !distinct(axes, n.in[0]) || !std::is_sorted(axes.begin(), axes.end())) return false;
  mx::Shape shape;
  for (int i = 0; i < rank(n.in[0]); i++) {
    bool dropped = std::count(axes.begin(), axes.end(), i) > 0;
    if (dropped && n.in[0].shape[i] != 1) return false;
    if (!dropped) shape.push_back(n.in[0].shape[i]);
  }
  return n.out[0] == Aval{shape, n.in[0].dtype};
}
bool flatten(const std::pair<int, int>& range, const Node& n) {
  auto [start, end] = range;
  if (!counts(n, 1) || !in_range(start, n.in[0]) || !in_range(end, n.in[0]) || start > end) return false;
  auto& in = n.in[0].shape;
  double size = elements(mx::Shape(in.begin() + start, in.begin() + end + 1));
  if (size > INT32_MAX) return false;
  mx::Shape shape(in.begin(), in.begin() + start);
  shape.push_back(static_cast<int>(size));
  return n.out[0] == Aval{joined(shape, mx::Shape(in.begin() + end + 1, in.end())), n.in[0].dtype};
}
bool unflatten(const std::pair<int, mx::Shape>& state, const Node& n) {
  auto& [axis, parts] = state;
  if (!counts(n, 1) || !in_range(axis, n.in[0])) return false;
  auto& in = n.in[0].shape;
  auto& out = n.out[0].shape;
  if (out.size() + 1 != in.size() + parts.size() || std::count(parts.begin(), parts.end(), -1) > 1) return false;
  mx::Shape sizes(out.begin() + axis, out.begin() + axis + static_cast<int>(parts.size()));
  for (size_t i = 0; i < parts.size(); i++) {
    if (parts[i] != -1 && parts[i] != sizes[i]) return false;
  }
  mx::Shape shape(in.begin(), in.begin() + axis);
  shape = joined(joined(shape, sizes), mx::Shape(in.begin() + axis + 1, in.end()));
  return elements(sizes) == in[axis] && n.out[0] == Aval{shape, n.in[0].dtype};
}
/** The sizes of a slice that stays inside; empty if it does not. */
std::optional<mx::Shape> sliced(const mx::Shape& from, const mx::Shape& start, const mx::Shape& end, const mx::Shape& step) {
  if (start.size() != from.size() || end.size() != from.size() || step.size() != from.size()) return {};
  mx::Shape out;
  for (size_t i = 0; i < from.size(); i++) {
    int64_t a = start[i], b = end[i], s = step[i];
    if (s == 0) return {};
    // MLX leaves ends that lie far outside as they are.
    b = s > 0 ? std::min<int64_t>(b, from[i]) : std::max<int64_t>(b, -1);
    int64_t count = s > 0 ? (b - a + s - 1) / s : (b - a + s + 1) / s;
    count = std::max<int64_t>(count, 0);
    int64_t last = a + (count - 1) * s;
    if (count > 0 && (a < 0 || a >= from[i] || last < 0 || last >= from[i])) return {};
    out.push_back(static_cast<int>(count));
  }
  return out;
}
bool slice(const std::tuple<mx::Shape, mx::Shape, mx::Shape>& s, const Node& n) {
  if (!counts(n, 1)) return false;
  auto shape = sliced(n.in[0].shape, std::get<0>(s), std::get<1>(s), std::get<2>(s));
  return shape && n.out[0] == Aval{*shape, n.in[0].dtype};
}
bool as_strided(const std::tuple<mx::Shape, mx::Strides, size_t>& s, const Node& n) {
  auto& [shape, strides, offset] = s;
  if (!counts(n, 1) || strides.size() != shape.size() || n.out[0] != Aval{shape, n.in[0].dtype}) return false;
  double size = elements(n.in[0].shape);
  double low = static_cast<double>(offset), high = low;
  for (size_t i = 0; i < shape.size(); i++) {
    double reach = static_cast<double>(strides[i]) * (shape[i] - 1.0);
    (reach < 0 ? low : high) += reach;
  }
  return elements(shape) == 0 || (low >= 0 && high < size);
}
bool split(const std::pair<mx::Shape, int>& s, const Node& n) {
  auto& [indices, axis] = s;
  if (n.in.size() != 1 || n.out.size() != indices.size() + 1 || !in_range(axis, n.in[0])) return false;
  int from = 0, size = n.in[0].shape[axis];
  for (size_t i = 0; i < n.out.size(); i++) {
    int to = i < indices.size() ? indices[i] : size;
    if (to < from || to > size) return false;
    if (n.out[i] != Aval{with(n.in[0].shape, axis, to - from), n.in[0].dtype}) return false;
    from = to;
  }
  return true;
}
bool view(mx::Dtype dtype, const Node& n) {
  if (!counts(n, 1) || n.out[0].dtype != dtype || rank(n.in[0]) != rank(n.out[0])) return false;
  auto &in = n.in[0], &out = n.out[0];
  if (rank(in) == 0) return in.dtype.size() == dtype.size();
  return leading(in.shape, 1) == leading(out.shape, 1) &&
      int64_t{in.shape.back()} * in.dtype.size() == int64_t{out.shape.back()} * dtype.size();
}

/** Ops that compile fused: every operand is spread over the result. */
bool fused(const Node& n) {
  if (n.out.empty()) return false;
  for (auto& in : n.in) {
    if (!broadcast(n.out[0].shape, {{in}, {{n.out[0].shape, in.dtype}}})) return false;
  }
  return true;
}

// Copies.

bool astype(mx::Dtype dtype, const Node& n) {
  return counts(n, 1) && n.out[0] == Aval{n.in[0].shape, dtype};
}
bool slice_update(const std::tuple<mx::SliceUpdate::ReduceType, mx::Shape, mx::Shape, mx::Shape>& s, const Node& n) {
  auto& [type, start, end, step] = s;
  if (!counts(n, 2) || type < 0 || type > mx::SliceUpdate::None || n.in[0] != n.out[0]) return false;
  auto shape = sliced(n.in[0].shape, start, end, step);
  return shape && n.in[1] == Aval{*shape, n.in[0].dtype};
}
bool pad(const std::tuple<Axes, mx::Shape, mx::Shape>& s, const Node& n) {
  auto& [axes, low, high] = s;
  if (!counts(n, 2) || axes.size() != low.size() || axes.size() != high.size()) return false;
  if (!distinct(axes, n.in[0]) || n.in[1] != Aval{{}, n.in[0].dtype}) return false;
  auto shape = n.in[0].shape;
  for (size_t i = 0; i < axes.size(); i++) {
    int64_t size = int64_t{shape[axes[i]]} + low[i] + high[i];
    if (low[i] < 0 || high[i] < 0 || size > INT32_MAX) return false;
    shape[axes[i]] = static_cast<int>(size);
  }
  return n.out[0] == Aval{shape, n.in[0].dtype};
}
bool concatenate(int axis, const Node& n) {
  if (n.in.empty() || n.out.size() != 1 || !in_range(axis, n.out[0])) return false;
  int64_t size = 0;
  for (auto& in : n.in) {
    if (rank(in) != rank(n.out[0])) return false;
    size += in.shape[axis];
    if (in != Aval{with(n.out[0].shape, axis, in.shape[axis]), n.out[0].dtype}) return false;
  }
  return size == n.out[0].shape[axis];
}
bool arange(const std::tuple<double, double, double>&, const Node& n) {
  return counts(n, 0) && rank(n.out[0]) == 1;
}
bool random_bits(const std::pair<mx::Shape, int>& s, const Node& n) {
  auto& [shape, width] = s;
  if (!counts(n, 1) || n.in[0].dtype != mx::uint32 || rank(n.in[0]) < 1 || n.in[0].shape.back() != 2) return false;
  auto dtype = width == 4 ? mx::uint32 : width == 2 ? mx::uint16 : mx::uint8;
  return (width == 1 || width == 2 || width == 4) &&
      n.out[0] == Aval{joined(leading(n.in[0].shape, 1), shape), dtype};
}
bool number_of_elements(const std::tuple<Axes, bool, mx::Dtype>& s, const Node& n) {
  auto& axes = std::get<0>(s);
  return counts(n, 1) && n.out[0] == Aval{{}, std::get<2>(s)} &&
      std::all_of(axes.begin(), axes.end(), [&](int axis) { return in_range(axis, n.in[0]); });
}

} // namespace

} // namespace mlx_ts
