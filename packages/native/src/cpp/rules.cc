// See rules.h. Families of ops share a rule; a row of the table names the primitive's class, from whose
// state() its parameters have their types.

#include "rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mlx/fast_primitives.h"
#include "mlx/primitives.h"

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

// Along axes.

mx::Dtype sum_dtype(mx::Dtype t) {
  if (t == mx::bool_ || t == mx::int8 || t == mx::int16) return mx::int32;
  return t == mx::uint8 || t == mx::uint16 ? mx::uint32 : t;
}
bool reduce(const std::pair<mx::Reduce::ReduceType, Axes>& s, const Node& n) {
  auto& [type, axes] = s;
  if (!counts(n, 1) || type < 0 || type > mx::Reduce::Max || !distinct(axes, n.in[0])) return false;
  auto shape = n.in[0].shape;
  for (int axis : axes) shape[axis] = 1;
  auto dtype = n.in[0].dtype;
  if (type == mx::Reduce::And || type == mx::Reduce::Or) dtype = mx::bool_;
  if (type == mx::Reduce::Sum || type == mx::Reduce::Prod) dtype = sum_dtype(dtype);
  bool nothing = (type == mx::Reduce::Min || type == mx::Reduce::Max) && elements(n.in[0].shape) == 0;
  return n.out[0] == Aval{shape, dtype} && !nothing;
}
bool arg_reduce(const std::pair<mx::ArgReduce::ReduceType, int>& s, const Node& n) {
  auto [type, axis] = s;
  return counts(n, 1) && type >= 0 && type <= mx::ArgReduce::ArgMax && in_range(axis, n.in[0]) &&
      n.in[0].shape[axis] > 0 && n.out[0] == Aval{with(n.in[0].shape, axis, 1), mx::uint32};
}
bool sort(int axis, const Node& n) {
  return unary(n) && in_range(axis, n.in[0]);
}
bool arg_sort(int axis, const Node& n) {
  return counts(n, 1) && in_range(axis, n.in[0]) && n.out[0] == Aval{n.in[0].shape, mx::uint32};
}
bool inside(int kth, int axis, const Node& n) {
  return counts(n, 1) && in_range(axis, n.in[0]) && kth >= 0 && kth < n.in[0].shape[axis];
}
bool partition(const std::pair<int, int>& s, const Node& n) {
  return inside(s.first, s.second, n) && unary(n);
}
bool arg_partition(const std::pair<int, int>& s, const Node& n) {
  return inside(s.first, s.second, n) && arg_sort(s.second, n);
}
bool softmax(bool, const Node& n) {
  return unary(n) && rank(n.in[0]) > 0;
}
bool log_sum_exp(const Node& n) {
  return counts(n, 1) && rank(n.in[0]) > 0 &&
      n.out[0] == Aval{with(n.in[0].shape, rank(n.in[0]) - 1, 1), n.in[0].dtype};
}
bool scan(const std::tuple<mx::Scan::ReduceType, int, bool, bool>& s, const Node& n) {
  auto type = std::get<0>(s);
  if (!counts(n, 1) || type < 0 || type > mx::Scan::LogAddExp || !in_range(std::get<1>(s), n.in[0])) return false;
  bool counted = n.in[0].dtype == mx::bool_ && type == mx::Scan::Sum;
  return n.out[0] == Aval{n.in[0].shape, counted ? mx::int32 : n.in[0].dtype};
}
bool fft(const std::tuple<std::vector<size_t>, bool, bool, bool>& s, const Node& n) {
  auto& [axes, inverse, real, odd] = s;
  if (!counts(n, 1) || axes.empty() || elements(n.in[0].shape) == 0) return false;
  if (!distinct(Axes(axes.begin(), axes.end()), n.in[0])) return false;
  int last = static_cast<int>(axes.back());
  int size = n.in[0].shape[last];
  if (!real) return unary(n) && n.in[0].dtype == mx::complex64;
  int back = 2 * (size - 1) + (odd ? 1 : 0);
  return inverse
      ? n.in[0].dtype == mx::complex64 && n.out[0] == Aval{with(n.in[0].shape, last, back), mx::float32} && back > 0
      : n.in[0].dtype == mx::float32 && n.out[0] == Aval{with(n.in[0].shape, last, size / 2 + 1), mx::complex64};
}

// By indices, whose values are kept in range when the function is called.

bool gather(const std::pair<Axes, mx::Shape>& s, const Node& n) {
  auto& [axes, sizes] = s;
  if (n.in.size() != axes.size() + 1 || n.out.size() != 1 || !distinct(axes, n.in[0])) return false;
  if (sizes.size() != n.in[0].shape.size()) return false;
  for (size_t i = 0; i < sizes.size(); i++) {
    bool indexed = std::count(axes.begin(), axes.end(), static_cast<int>(i)) > 0;
    if (sizes[i] < 0 || sizes[i] > n.in[0].shape[i] || (indexed && sizes[i] > 1)) return false;
  }
  mx::Shape index = axes.empty() ? mx::Shape{} : n.in[1].shape;
  for (size_t i = 1; i < n.in.size(); i++) {
    if (n.in[i].shape != index || !is_index(n.in[i].dtype) || n.in[i].dtype != n.in[1].dtype) return false;
  }
  return n.out[0] == Aval{joined(index, sizes), n.in[0].dtype};
}
/** Whether two shapes agree but for one axis. */
bool alike(const mx::Shape& a, const mx::Shape& b, int axis) {
  return a.size() == b.size() && with(a, axis, 0) == with(b, axis, 0);
}
bool gather_axis(int axis, const Node& n) {
  return counts(n, 2) && in_range(axis, n.in[0]) && is_index(n.in[1].dtype) &&
      alike(n.in[0].shape, n.in[1].shape, axis) && n.out[0] == Aval{n.in[1].shape, n.in[0].dtype};
}
bool scatter(const std::pair<mx::Scatter::ReduceType, Axes>& s, const Node& n) {
  auto& [type, axes] = s;
  if (!counts(n, axes.size() + 2) || type < 0 || type > mx::Scatter::None) return false;
  if (!distinct(axes, n.in[0]) || n.in[0] != n.out[0]) return false;
  auto& updates = n.in.back();
  mx::Shape index = axes.empty() ? mx::Shape{} : n.in[1].shape;
  for (size_t i = 1; i + 1 < n.in.size(); i++) {
    if (n.in[i].shape != index || !is_index(n.in[i].dtype) || n.in[i].dtype != n.in[1].dtype) return false;
  }
  if (updates.dtype != n.in[0].dtype || updates.shape.size() != index.size() + n.in[0].shape.size()) return false;
  for (size_t i = 0; i < updates.shape.size(); i++) {
    if (i < index.size() && updates.shape[i] != index[i]) return false;
    if (i < index.size()) continue;
    int axis = static_cast<int>(i - index.size());
    bool indexed = std::count(axes.begin(), axes.end(), axis) > 0;
    if (updates.shape[i] > n.in[0].shape[axis] || (indexed && updates.shape[i] > 1)) return false;
  }
  return true;
}
bool scatter_axis(const std::pair<mx::ScatterAxis::ReduceType, int>& s, const Node& n) {
  auto [type, axis] = s;
  return counts(n, 3) && type >= 0 && type <= mx::ScatterAxis::None && in_range(axis, n.in[0]) &&
      n.in[0] == n.out[0] && is_index(n.in[1].dtype) && alike(n.in[0].shape, n.in[1].shape, axis) &&
      n.in[2] == Aval{n.in[1].shape, n.in[0].dtype};
}
bool start_of(const Axes& axes, const Aval& start, const Aval& a) {
  return distinct(axes, a) && is_index(start.dtype) && start.shape == mx::Shape{static_cast<int>(axes.size())};
}
bool dynamic_slice(const std::pair<Axes, mx::Shape>& s, const Node& n) {
  auto& [axes, sizes] = s;
  if (!counts(n, 2) || !start_of(axes, n.in[1], n.in[0]) || sizes.size() != n.in[0].shape.size()) return false;
  for (size_t i = 0; i < sizes.size(); i++) {
    if (sizes[i] < 0 || sizes[i] > n.in[0].shape[i]) return false;
  }
  return n.out[0] == Aval{sizes, n.in[0].dtype};
}
bool dynamic_slice_update(const Axes& axes, const Node& n) {
  if (!counts(n, 3) || !start_of(axes, n.in[2], n.in[0]) || n.in[0] != n.out[0]) return false;
  if (n.in[1].dtype != n.in[0].dtype || rank(n.in[1]) != rank(n.in[0])) return false;
  for (int i = 0; i < rank(n.in[0]); i++) {
    if (n.in[1].shape[i] > n.in[0].shape[i]) return false;
  }
  return true;
}

// Convolutions and linear algebra.

bool convolution(const std::tuple<Axes, Axes, Axes, Axes, Axes, int, bool>& s, const Node& n) {
  auto& [strides, low, high, dilation, spread, groups, flip] = s;
  if (!counts(n, 2) || groups < 1) return false;
  auto &in = n.in[0], &w = n.in[1], &out = n.out[0];
  int spatial = rank(in) - 2;
  if (spatial < 1 || rank(w) != spatial + 2 || rank(out) != spatial + 2 || in.dtype != w.dtype || in.dtype != out.dtype) {
    return false;
  }
  for (auto* list : {&strides, &low, &high, &dilation, &spread}) {
    if (static_cast<int>(list->size()) != spatial) return false;
  }
  int channels = in.shape.back(), filters = w.shape[0];
  if (channels < 1 || filters < 1 || w.shape.back() < 1) return false;
  if (int64_t{w.shape.back()} * groups != channels || filters % groups != 0) return false;
  if (out.shape[0] != in.shape[0] || out.shape.back() != filters) return false;
  for (int i = 0; i < spatial; i++) {
    int64_t kernel = w.shape[i + 1], size = in.shape[i + 1];
    if (strides[i] < 1 || dilation[i] < 1 || spread[i] < 1 || kernel < 1 || size < 1) return false;
    // Backward passes pad by negative numbers, which cuts.
    int64_t padded = spread[i] * (size - 1) + 1 + low[i] + high[i];
    int64_t reach = dilation[i] * (kernel - 1) + 1;
    if (padded < reach || (padded - reach) / strides[i] + 1 != out.shape[i + 1]) return false;
  }
  return true;
}
bool square(const Aval& a) {
  return rank(a) >= 2 && a.shape[rank(a) - 1] == a.shape[rank(a) - 2] && elements(a.shape) > 0 && is_float(a.dtype);
}
bool square_to_square(const Node& n) {
  return unary(n) && square(n.in[0]);
}
bool qr(const Node& n) {
  if (!counts(n, 1, 2) || rank(n.in[0]) < 2 || elements(n.in[0].shape) == 0) return false;
  auto& in = n.in[0];
  auto batch = leading(in.shape, 2);
  int rows = in.shape[rank(in) - 2], columns = in.shape[rank(in) - 1], k = std::min(rows, columns);
  return n.out[0] == Aval{joined(batch, {rows, k}), in.dtype} && n.out[1] == Aval{joined(batch, {k, columns}), in.dtype};
}
bool svd(bool vectors, const Node& n) {
  if (!counts(n, 1, vectors ? 3 : 1) || rank(n.in[0]) < 2 || elements(n.in[0].shape) == 0) return false;
  auto& in = n.in[0];
  if (in.dtype != mx::float32 && in.dtype != mx::float64) return false;
  auto batch = leading(in.shape, 2);
  int rows = in.shape[rank(in) - 2], columns = in.shape[rank(in) - 1];
  Aval values{joined(batch, {std::min(rows, columns)}), in.dtype};
  if (!vectors) return n.out[0] == values;
  return n.out[0] == Aval{joined(batch, {rows, rows}), in.dtype} && n.out[1] == values &&
      n.out[2] == Aval{joined(batch, {columns, columns}), in.dtype};
}
bool eigen(bool vectors, mx::Dtype values, mx::Dtype columns, const Node& n) {
  if (n.in.size() != 1 || n.out.size() != (vectors ? 2u : 1u) || rank(n.in[0]) < 2) return false;
  auto& shape = n.in[0].shape;
  int r = rank(n.in[0]);
  if (shape[r - 1] != shape[r - 2] || elements(shape) == 0) return false;
  return n.out[0] == Aval{leading(shape, 1), values} && (!vectors || n.out[1] == Aval{shape, columns});
}
bool eigh(const std::pair<std::string, bool>& s, const Node& n) {
  if (n.in.size() != 1 || (s.first != "L" && s.first != "U")) return false;
  auto dtype = n.in[0].dtype;
  auto real = dtype == mx::complex64 ? mx::float32 : dtype;
  return (is_float(dtype) || dtype == mx::complex64) && eigen(s.second, real, dtype, n);
}
bool eig(bool vectors, const Node& n) {
  return n.in.size() == 1 && n.in[0].dtype == mx::float32 && eigen(vectors, mx::complex64, mx::complex64, n);
}

template <class T, class = void>
struct StateOf {
  using type = std::nullptr_t;
};
template <class T>
struct StateOf<T, std::void_t<decltype(std::declval<T>().state())>> {
  using type = std::decay_t<decltype(std::declval<T>().state())>;
};

/** A row: the primitive's class, and a rule (node) or (parameters, node). */
template <class T, class Rule>
PrimitiveRule row(Rule rule) {
  using State = typename StateOf<T>::type;
  if constexpr (std::is_invocable_v<Rule, const Node&>) {
    return {
        [rule](Source& source) {
          source.read<State>();
          return std::function<bool(const Node&)>(rule);
        },
        [rule](const mx::Primitive&, const Node& n) { return rule(n); }};
  } else {
    return {
        [rule](Source& source) {
          return std::function<bool(const Node&)>(
              [rule, state = source.read<State>()](const Node& n) { return rule(state, n); });
        },
        [rule](const mx::Primitive& p, const Node& n) { return rule(static_cast<const T&>(p).state(), n); }};
  }
}

#define ROW(name, rule) {#name, row<mx::name>(rule)}

const std::unordered_map<std::string, PrimitiveRule>& table() {
  static const std::unordered_map<std::string, PrimitiveRule> rules = {
      ROW(Abs, to_real), ROW(Add, binary), ROW(AddMM, addmm), ROW(Arange, arange), ROW(ArcCos, unary),
      ROW(ArcCosh, unary), ROW(ArcSin, unary), ROW(ArcSinh, unary), ROW(ArcTan, unary), ROW(ArcTan2, binary),
      ROW(ArcTanh, unary), ROW(ArgPartition, arg_partition), ROW(ArgReduce, arg_reduce), ROW(ArgSort, arg_sort),
      ROW(AsType, astype), ROW(AsStrided, as_strided), ROW(BitwiseBinary, bitwise), ROW(Broadcast, broadcast),
      ROW(BroadcastAxes, broadcast_axes), ROW(Ceil, unary), ROW(Cholesky, square_to_square),
      ROW(Concatenate, concatenate), ROW(Conjugate, unary), ROW(Convolution, convolution), ROW(Copy, unary),
      ROW(Cos, unary), ROW(Cosh, unary), ROW(Depends, depends), ROW(Divide, binary), ROW(DivMod, divmod),
      ROW(DynamicSlice, dynamic_slice), ROW(DynamicSliceUpdate, dynamic_slice_update), ROW(Eig, eig),
      ROW(Eigh, eigh), ROW(Equal, compare), ROW(Erf, unary), ROW(ErfInv, unary), ROW(Exp, unary),
      ROW(ExpandDims, expand_dims), ROW(Expm1, unary), ROW(FFT, fft), ROW(Flatten, flatten), ROW(Floor, unary),
      ROW(Full, unary), ROW(Gather, gather), ROW(GatherAxis, gather_axis), ROW(Greater, compare),
      ROW(GreaterEqual, compare), ROW(Hadamard, unary), ROW(Imag, to_real), ROW(Inverse, square_to_square),
      ROW(Less, compare), ROW(LessEqual, compare), ROW(Log, logarithm), ROW(Log1p, unary), ROW(LogAddExp, binary),
      ROW(LogSumExp, log_sum_exp), ROW(LogicalAnd, logical), ROW(LogicalNot, logical_not), ROW(LogicalOr, logical),
      ROW(Matmul, matmul), ROW(Maximum, binary), ROW(Minimum, binary), ROW(Multiply, binary), ROW(Negative, unary),
      ROW(NotEqual, compare), ROW(NumberOfElements, number_of_elements), ROW(Pad, pad), ROW(Partition, partition),
      ROW(Power, binary), ROW(QRF, qr), ROW(RandomBits, random_bits), ROW(Real, to_real), ROW(Reduce, reduce),
      ROW(Remainder, binary), ROW(Reshape, reshape), ROW(Round, unary), ROW(SVD, svd), ROW(Scan, scan),
      ROW(Scatter, scatter), ROW(ScatterAxis, scatter_axis), ROW(Select, select), ROW(Sigmoid, unary),
      ROW(Sign, unary), ROW(Sin, unary), ROW(Sinh, unary), ROW(Slice, slice), ROW(SliceUpdate, slice_update),
      ROW(Softmax, softmax), ROW(Sort, sort), ROW(Split, split), ROW(Sqrt, unary), ROW(Square, unary),
      ROW(Squeeze, squeeze), ROW(StopGradient, unary), ROW(Subtract, binary), ROW(Tan, unary), ROW(Tanh, unary),
      ROW(Transpose, transpose), ROW(Unflatten, unflatten), ROW(View, view),
  };
  return rules;
}

#undef ROW

/** Names that graphs have for a class of primitives; files have the class's. */
const std::unordered_map<std::string, std::string>& aliases() {
  static const std::unordered_map<std::string, std::string> names = {
      {"BitwiseAnd", "BitwiseBinary"}, {"BitwiseOr", "BitwiseBinary"}, {"BitwiseXor", "BitwiseBinary"},
      {"LeftShift", "BitwiseBinary"}, {"RightShift", "BitwiseBinary"}, {"NaNEqual", "Equal"}, {"Log2", "Log"},
      {"Log10", "Log"}, {"And", "Reduce"}, {"Or", "Reduce"}, {"Sum", "Reduce"}, {"Prod", "Reduce"},
      {"Min", "Reduce"}, {"Max", "Reduce"}, {"CumSum", "Scan"}, {"CumProd", "Scan"}, {"CumMin", "Scan"},
      {"CumMax", "Scan"}, {"CumLogAddExp", "Scan"}, {"Rsqrt", "Sqrt"},
  };
  return names;
}

} // namespace

const PrimitiveRule* rule_of(const std::string& name) {
  static const PrimitiveRule compiled{{}, [](const mx::Primitive&, const Node& n) { return fused(n); }};
  if (name.rfind("Compiled", 0) == 0) return &compiled;
  auto word = name.substr(0, name.find(' '));
  auto alias = aliases().find(word);
  auto found = table().find(alias == aliases().end() ? word : alias->second);
  return found == table().end() ? nullptr : &found->second;
}

} // namespace mlx_ts
