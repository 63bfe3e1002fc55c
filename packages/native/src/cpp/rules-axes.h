// Rules for primitives that fold, sort, index, convolve and solve; see rules.h. Part of rules.cc alone.
#pragma once

#include "rules-views.h"

namespace mlx_ts {

namespace {

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

} // namespace

} // namespace mlx_ts
