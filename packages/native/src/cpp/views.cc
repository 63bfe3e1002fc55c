// See views.h.

#include "views.h"

#include <algorithm>
#include <limits>

#include "guards.h"

namespace mlx_ts {

namespace {

constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
/** The longest graph that one call may build, and the most arrays it may give. */
constexpr int kMostSteps = 4096;
/** Axes of a grid; indexing and printing walk through each. */
constexpr size_t kMostAxes = 64;

/** An axis counted from the front; one out of bounds stays, for MLX to refuse. */
std::optional<int> size_of_axis(const mx::array& a, int axis) {
  int ndim = static_cast<int>(a.ndim());
  if (axis < -ndim || axis >= ndim) return std::nullopt;
  return a.shape(axis);
}

} // namespace

mx::array strided(
    const mx::array& a,
    const std::optional<mx::Shape>& shape,
    const std::optional<std::vector<int>>& strides,
    int offset,
    mx::StreamOrDevice s) {
  const auto& sizes = shape ? *shape : a.shape();
  mx::Strides steps(sizes.size(), 1);
  if (strides) {
    if (strides->size() != sizes.size()) {
      throw bad_value(
          std::to_string(strides->size()) + " strides were given for a shape of " +
              std::to_string(sizes.size()) + " axes, it needs one for each",
          "SHAPE");
    }
    std::copy(strides->begin(), strides->end(), steps.begin());
  } else {
    double step = 1;
    for (size_t i = sizes.size(); i-- > 1;) {
      step *= sizes[i];
      if (step > 0x1p62) throw bad_value("the shape has more elements than can be counted", "SHAPE");
      steps[i - 1] = static_cast<int64_t>(step);
    }
  }
  // Doubles: sums of products of two 32-bit numbers do not fit 64 bits, and near a buffer's end they are exact.
  double first = offset, last = offset, count = 1;
  for (size_t i = 0; i < sizes.size(); i++) {
    if (sizes[i] < 0) throw bad_value("a size of " + std::to_string(sizes[i]) + " was given, it must not be negative");
    double way = static_cast<double>(steps[i]) * (sizes[i] - 1.0);
    (way < 0 ? first : last) += way;
    count *= sizes[i];
  }
  double available = static_cast<double>(a.size());
  if (count == 0) {
    first = 0;
    last = -1;
  }
  if (offset < 0 || offset > available || first < 0 || last >= available) {
    throw bad_value(
        "shape, strides and offset reach from element " + digits(first) + " to " + digits(last) +
            ", the array has " + digits(available),
        "INDEX");
  }
  // A view repeated by a stride of 0 stays one when MLX flattens it, and is refused when it is computed.
  return mx::as_strided(mx::contiguous(a, false, s), sizes, steps, offset, s);
}

mx::array traced(
    const mx::array& a,
    int offset,
    int axis1,
    int axis2,
    std::optional<mx::Dtype> dtype,
    mx::StreamOrDevice s) {
  auto sum = mx::trace(a, offset, axis1, axis2, dtype.value_or(a.dtype()), s);
  double rows = a.shape(axis1), columns = a.shape(axis2);
  bool outside = std::min(rows + std::min(offset, 0), columns - std::max(offset, 0)) <= 0;
  return sum_of(outside, std::move(sum), s);
}

std::vector<mx::array> distinct(
    const mx::array& a,
    int size,
    bool index,
    bool inverse,
    bool counts,
    const std::optional<mx::array>& fill,
    mx::StreamOrDevice s) {
  auto parts = mx::unique(a, size, index, inverse, counts, fill, s);
  if (a.size() > 0 || !fill) return parts;
  for (auto& part : parts) part = sum_of(true, std::move(part), s);
  parts[0] = mx::full({size}, *fill, a.dtype(), s);
  return parts;
}

const mx::array& viewable(const mx::array& a, mx::Dtype dtype) {
  size_t from = a.itemsize(), to = dtype.size();
  if (a.ndim() > 0 && from > to && a.shape(-1) > kMost / static_cast<int64_t>(from / to)) {
    throw bad_value(
        "the last axis would have " + digits(static_cast<double>(a.shape(-1)) * (from / to)) +
            " elements, more than 2^31-1",
        "SHAPE");
  }
  return a;
}

mx::array padded(
    const mx::array& a,
    const std::vector<int>& width,
    const std::string& mode,
    const mx::array& value,
    mx::StreamOrDevice s) {
  size_t ndim = a.ndim();
  std::vector<std::pair<int, int>> ends;
  if (width.size() == 1) ends.assign(ndim, {width[0], width[0]});
  else if (width.size() == 2) ends.assign(ndim, {width[0], width[1]});
  else if (width.size() == 2 * ndim) {
    for (size_t i = 0; i < ndim; i++) ends.emplace_back(width[2 * i], width[2 * i + 1]);
  } else {
    throw bad_value(
        std::to_string(width.size()) + " widths were given for an array of " + std::to_string(ndim) +
            " axes, it needs one, two, or a pair for each axis",
        "SHAPE");
  }
  if (value.size() != 1) {
    throw bad_value("constantValues has " + std::to_string(value.size()) + " elements, it must have one", "SHAPE");
  }
  bool reflects = mode == "reflect" || mode == "symmetric";
  int64_t chunks = 0;
  for (size_t i = 0; i < ndim; i++) {
    auto [low, high] = ends[i];
    if (low < 0 || high < 0) {
      throw bad_value(
          "a width of " + std::to_string(std::min(low, high)) + " was given for axis " + std::to_string(i) +
          ", it must not be negative");
    }
    int64_t n = a.shape(static_cast<int>(i));
    if (n == 0 && low + static_cast<int64_t>(high) > 0 && mode != "constant") {
      throw bad_value("axis " + std::to_string(i) + " is empty, mode \"" + mode + "\" has nothing to repeat", "SHAPE");
    }
    if (!reflects || n == 0) continue;
    // One copy of the axis at a time.
    int64_t tile = mode == "reflect" && n > 1 ? n - 1 : n;
    chunks += (low + tile - 1) / tile + (high + tile - 1) / tile;
  }
  if (chunks > kMostSteps) {
    throw bad_value(
        "the widths repeat the array " + std::to_string(chunks) + " times, at most " +
        std::to_string(kMostSteps) + " are built; use a smaller width");
  }
  if (mode == "constant" && value.is_tracer()) {
    // MLX's derivatives of padding know one argument, and crash when the value is differentiated too.
    auto inside = mx::pad(mx::ones(a.shape(), mx::bool_, s), ends, mx::array(false), mode, s);
    auto around = mx::pad(a, ends, mx::array(0), mode, s);
    return mx::where(inside, around, mx::astype(mx::reshape(value, {}, s), a.dtype(), s), s);
  }
  return mx::pad(a, ends, value, mode, s);
}

namespace {

void check_pieces(size_t count) {
  if (count > kMostSteps) {
    throw bad_value(
        std::to_string(count) + " pieces were asked for, at most " + std::to_string(kMostSteps) +
        " are given at once; index the array instead");
  }
}

} // namespace

const mx::Shape& separable(const mx::Shape& cuts) {
  check_pieces(cuts.size());
  return cuts;
}

const mx::array& unstackable(const mx::array& a, int axis) {
  if (auto size = size_of_axis(a, axis)) check_pieces(*size);
  return a;
}

int order(const mx::array& a, int n, int axis) {
  auto size = size_of_axis(a, axis);
  // Once the axis is empty it stays so.
  int needed = size ? std::min(n, std::max(*size, 1)) : n;
  if (size && needed > kMostSteps) {
    throw bad_value("n is " + std::to_string(n) + ", it must be at most " + std::to_string(kMostSteps));
  }
  return needed;
}

const mx::array& hadamard_input(const mx::array& a) {
  if (a.dtype() == mx::float64 || a.dtype() == mx::complex64) {
    throw bad_kind("the transform takes float32, float16 and bfloat16; convert with astype first");
  }
  int n = a.ndim() > 0 ? a.shape(-1) : 1;
  if (n < 1) return a; // MLX refuses it, with its own words
  int odd = n;
  while (odd % 2 == 0) odd /= 2;
  // 12, 20 and 28 bring two factors of 2 with them.
  bool known = odd == 1 || (n % 4 == 0 && (odd == 3 || odd == 5 || odd == 7));
  if (!known || n / odd > (1 << 26)) {
    throw bad_value(
        "the last axis has " + std::to_string(n) + " elements, it must have m * 2^k with m of 1, 12, 20, 28",
        "SHAPE");
  }
  return a;
}

const std::vector<mx::array>& griddable(const std::vector<mx::array>& arrays) {
  if (arrays.size() > kMostAxes) {
    throw bad_value(
        std::to_string(arrays.size()) + " arrays were given, a grid has at most " +
            std::to_string(kMostAxes) + " axes",
        "SHAPE");
  }
  return arrays;
}

} // namespace mlx_ts
