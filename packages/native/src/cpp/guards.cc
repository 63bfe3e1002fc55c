// See guards.h.

#include "guards.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlx_ts {

namespace {

template <class T>
bool all_inside(const mx::array& indices, int64_t first, int64_t n) {
  const T* data = indices.data<T>();
  // Reading all and judging once lets the compiler use vector instructions.
  T low = 0, high = 0;
  for (size_t i = 0; i < indices.size(); i++) {
    low = std::min(low, data[i]);
    high = std::max(high, data[i]);
  }
  return static_cast<int64_t>(low) >= first && static_cast<int64_t>(high) < n;
}

/**
 * Whether indices that are already in memory all lie inside the axis. Looking costs less than an op:
 * labels and token ids that came from JavaScript take this way.
 */
bool known_inside(const mx::array& indices, int first, int n) {
  constexpr size_t kMost = 1 << 16;
  if (indices.is_tracer() || indices.status() != mx::array::Status::available ||
      indices.size() > kMost || !indices.flags().row_contiguous ||
      mx::default_device() == mx::Device::gpu) {
    return false;
  }
  switch (indices.dtype()) {
    case mx::int32:
      return all_inside<int32_t>(indices, first, n);
    case mx::uint32:
      return all_inside<uint32_t>(indices, first, n);
    case mx::uint8:
      return all_inside<uint8_t>(indices, first, n);
    case mx::int64:
      return all_inside<int64_t>(indices, first, n);
    default:
      return false;
  }
}

/** Keeps indices from `first`, which is -n or 0, to n - 1. */
mx::array clamped_to(const mx::array& indices, int first, int n, mx::StreamOrDevice s) {
  if (n == 0) {
    if (indices.size() == 0) return indices;
    throw bad_value("indices were given for an axis of size 0", "INDEX");
  }
  if (known_inside(indices, first, n)) return indices;
  auto dtype = indices.dtype();
  bool is_signed = mx::issubdtype(dtype, mx::signedinteger);
  // A dtype too narrow for the bound cannot hold an index beyond it either.
  uint64_t largest = (uint64_t{1} << (8 * dtype.size() - (is_signed ? 1 : 0) - (dtype.size() == 8 && !is_signed ? 1 : 0))) - 1;
  std::optional<mx::array> low, high;
  if (is_signed && static_cast<uint64_t>(-static_cast<int64_t>(first)) <= largest + 1) {
    low = mx::array(first, dtype);
  }
  if (static_cast<uint64_t>(n - 1) <= largest) high = mx::array(n - 1, dtype);
  return low || high ? mx::clip(indices, low, high, s) : indices;
}

thread_local bool clamp = true;

double most_bytes = std::numeric_limits<double>::infinity();

} // namespace

std::string shown(const mx::Shape& shape) {
  std::string text;
  for (int n : shape) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "[" + text + "]";
}

void set_memory_size(double bytes) {
  most_bytes = bytes;
}

double memory_size() {
  return most_bytes;
}

void affordable(double bytes, const char* what) {
  if (bytes <= most_bytes) return;
  throw bad_state(
      "OOM",
      std::string(what) + " " + digits(std::ceil(bytes / 1e9)) + " GB, this machine has " +
          digits(std::floor(most_bytes / 1e9)) + " GB");
}

bool& clamp_indices() {
  return clamp;
}

void set_clamp_indices(bool on) {
  clamp = on;
}

bool clamping() {
  return clamp;
}

const mx::array& integral(const mx::array& indices) {
  if (mx::issubdtype(indices.dtype(), mx::integer)) return indices;
  if (indices.dtype() == mx::bool_) {
    throw bad_kind(
        "a mask of booleans is no index here; read with mx.where(mask, a, other), and write with "
        "a.at(mask).assign(value)");
  }
  throw bad_kind("indices must be integers; convert them with astype(\"int32\")");
}

mx::array clamped(const mx::array& indices, const mx::array& a, int axis, mx::StreamOrDevice s) {
  integral(indices);
  if (!clamp) return indices;
  int ndim = static_cast<int>(a.ndim());
  if (axis < -ndim || axis >= ndim) return indices; // MLX refuses it, with its own words
  return clamped_to(indices, -a.shape(axis), a.shape(axis), s);
}

mx::array clamped(const mx::array& indices, const mx::array& a, mx::StreamOrDevice s) {
  integral(indices);
  if (!clamp || a.size() > INT32_MAX) return indices;
  int n = static_cast<int>(a.size());
  return clamped_to(indices, -n, n, s);
}

mx::array clamped_from_zero(const mx::array& indices, int64_t n, mx::StreamOrDevice s) {
  integral(indices);
  if (!clamp || n > INT32_MAX) return indices;
  return clamped_to(indices, 0, static_cast<int>(n), s);
}

namespace {

/** Whether a divisor is one number that is known now and is not -1, the usual case. */
bool never_minus_one(const mx::array& b) {
  if (b.size() != 1 || b.is_tracer() || b.status() != mx::array::Status::available) return false;
  if (b.dtype() == mx::int32) return *b.data<int32_t>() != -1;
  return b.dtype() == mx::int64 && *b.data<int64_t>() != -1;
}

/** Runs an op on dividend and divisor, with 1 in the place of a divisor -1. */
template <class Op>
mx::array without_overflow(
    const mx::array& a,
    const mx::array& b,
    bool negate,
    mx::StreamOrDevice s,
    Op op) {
  auto dtype = mx::promote_types(a.dtype(), b.dtype());
  if ((dtype != mx::int32 && dtype != mx::int64) || never_minus_one(b)) return op(a, b, s);
  auto dividend = mx::astype(a, dtype, s);
  auto divisor = mx::astype(b, dtype, s);
  auto found = mx::equal(divisor, mx::array(-1, dtype), s);
  if (negate) dividend = mx::where(found, mx::negative(dividend, s), dividend, s);
  return op(dividend, mx::where(found, mx::array(1, dtype), divisor, s), s);
}

} // namespace

mx::array whole_quotient(const mx::array& a, const mx::array& b, mx::StreamOrDevice s) {
  return without_overflow(a, b, true, s, mx::floor_divide);
}

mx::array whole_remainder(const mx::array& a, const mx::array& b, mx::StreamOrDevice s) {
  return without_overflow(a, b, false, s, mx::remainder);
}

std::vector<mx::array> quotient_and_remainder(const mx::array& a, const mx::array& b, mx::StreamOrDevice s) {
  auto dtype = mx::promote_types(a.dtype(), b.dtype());
  if (dtype == mx::complex64) throw bad_kind("complex numbers have no remainder");
  if (mx::issubdtype(dtype, mx::floating)) return mx::divmod(a, b, s);
  // MLX's divmod, unlike its two halves, ends the process at an integer divisor of 0.
  return {whole_quotient(a, b, s), whole_remainder(a, b, s)};
}

mx::array rolled(
    const mx::array& a,
    const mx::Shape& shift,
    const std::vector<int>& axes,
    mx::StreamOrDevice s) {
  if (shift.size() == 1) return mx::roll(a, shift[0], axes, s);
  if (axes.size() == 1) return mx::roll(a, shift, axes[0], s);
  return mx::roll(a, shift, axes, s);
}

mx::array running_extreme(
    const mx::array& a,
    std::optional<int> axis,
    bool reverse,
    bool inclusive,
    bool largest,
    mx::StreamOrDevice s) {
  auto scan = [&](const mx::array& x) {
    if (largest) return axis ? mx::cummax(x, *axis, reverse, inclusive, s) : mx::cummax(x, reverse, inclusive, s);
    return axis ? mx::cummin(x, *axis, reverse, inclusive, s) : mx::cummin(x, reverse, inclusive, s);
  };
  if (!a.is_tracer() || !mx::issubdtype(a.dtype(), mx::inexact)) return scan(a);
  float least = std::numeric_limits<float>::infinity() * (largest ? -1 : 1);
  auto known = scan(mx::where(mx::isnan(a, s), mx::astype(mx::array(least), a.dtype(), s), a, s));
  // The values are MLX's; the gradient goes where no NaN is.
  auto values = scan(mx::stop_gradient(a, s));
  return mx::where(mx::equal(known, values, s), known, values, s);
}

} // namespace mlx_ts
