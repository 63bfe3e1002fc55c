// See convolutions.h.

#include "convolutions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "guards.h"

namespace mlx_ts {

namespace {

constexpr double kMost = std::numeric_limits<int32_t>::max();
/** MLX lists the places of a kernel within one period of stride and dilation, here and in derivatives. */
constexpr int64_t kLongestPeriod = 1 << 24;

void spread(std::vector<int>& list, size_t axes, const char* what) {
  if (list.size() == 1) list.assign(axes, list[0]);
  if (list.size() != axes) {
    throw bad_value(
        std::string(what) + " has " + std::to_string(list.size()) + " integers, it must have one or " +
            std::to_string(axes) + ", one for each axis",
        "SHAPE");
  }
}

/** The spatial axes of an input, channels last. */
size_t spatial(const mx::array& input) {
  return input.ndim() < 2 ? 0 : input.ndim() - 2;
}

} // namespace

const mx::array& convolvable(const mx::array& input, const mx::array& weight, Walk& walk, int groups) {
  positive(groups, "groups");
  size_t axes = spatial(input);
  for (int n : walk.stride) positive(n, "stride");
  for (int n : walk.kernel_dilation) positive(n, "dilation");
  for (int n : walk.input_dilation) positive(n, "inputDilation");
  if (axes < 1 || axes > 3 || weight.ndim() != input.ndim()) return input; // MLX refuses it, with its own words
  spread(walk.stride, axes, "stride");
  spread(walk.low, axes, "padding");
  spread(walk.high, axes, "padding");
  spread(walk.kernel_dilation, axes, "dilation");
  spread(walk.input_dilation, axes, "inputDilation");
  if (weight.size() == 0 || input.shape(-1) == 0) {
    throw bad_value("the weight or the input's channels are empty, they must not be", "SHAPE");
  }
  double padded = 1, windows = 1, taps = 1;
  for (size_t i = 0; i < axes; i++) {
    int64_t apart = walk.input_dilation[i];
    if (std::max(std::lcm(apart, int64_t{walk.stride[i]}), std::lcm(apart, int64_t{walk.kernel_dilation[i]})) >
        kLongestPeriod) {
      throw bad_value(
          "stride and dilations repeat after more than 2^24 elements; use smaller ones");
    }
    // A negative padding cuts off elements before anything else happens.
    double kept = input.shape(i + 1) + std::min<double>(walk.low[i], 0) + std::min<double>(walk.high[i], 0);
    if (kept <= 0 && kept < input.shape(i + 1)) {
      throw bad_value(
          "a negative padding cuts off all of an axis of " + std::to_string(input.shape(i + 1)) + " elements",
          "SHAPE");
    }
    double length = 1 + walk.input_dilation[i] * (kept - 1) + std::max(walk.low[i], 0) +
        static_cast<double>(std::max(walk.high[i], 0));
    double reach = 1 + walk.kernel_dilation[i] * (weight.shape(i + 1) - 1.0);
    if (std::max(length, reach) > kMost) {
      throw bad_value("the padded input or the dilated kernel is longer than 2^31-1");
    }
    if (length < reach) {
      throw bad_value(
          "the kernel reaches over " + digits(reach) + " elements, the padded input has " + digits(length),
          "SHAPE");
    }
    padded *= length;
    taps *= weight.shape(i + 1);
    windows *= std::floor((length - reach) / walk.stride[i]) + 1;
  }
  double channels = input.shape(-1), batch = input.shape(0);
  // MLX computes in float32 at least, and counts rows and columns of the patches with 32 bits.
  double bytes = std::max(padded, taps * windows) * batch * channels * std::max<double>(input.itemsize(), 4);
  if (bytes > memory_size()) {
    throw bad_state(
        "OOM",
        "the padded input and its patches need " + digits(std::ceil(bytes / 1e9)) +
            " GB, this machine has " + digits(std::floor(memory_size() / 1e9)) + " GB");
  }
  if (windows * batch > kMost || taps * channels > kMost) {
    throw bad_value("the convolution has more than 2^31-1 windows, or elements in one; split the batch");
  }
  return input;
}

const mx::array& convolvable(
    const mx::array& input,
    const mx::array& weight,
    const std::vector<int>& stride,
    const std::vector<int>& padding,
    const std::vector<int>& dilation,
    int groups) {
  positive(groups, "groups");
  if (spatial(input) != stride.size()) return input; // MLX refuses it, with its own words
  Walk walk{stride, padding, padding, dilation, {1}};
  return convolvable(input, weight, walk, groups);
}

mx::array transposed(
    const mx::array& input,
    const mx::array& weight,
    const std::vector<int>& stride,
    const std::vector<int>& padding,
    const std::vector<int>& dilation,
    const std::vector<int>& output_padding,
    int groups,
    mx::StreamOrDevice s) {
  size_t axes = stride.size();
  // MLX reads the sizes before it looks at the number of axes.
  if (spatial(input) != axes || weight.ndim() != input.ndim()) {
    throw bad_value(
        "the input has " + std::to_string(input.ndim()) + " axes and the weight " +
            std::to_string(weight.ndim()) + ", both must have " + std::to_string(axes + 2),
        "SHAPE");
  }
  Walk walk{{1}, {}, {}, dilation, stride};
  for (size_t i = 0; i < axes; i++) {
    positive(stride[i], "stride");
    positive(dilation[i], "dilation");
    double low = static_cast<double>(dilation[i]) * (weight.shape(i + 1) - 1.0) - padding[i];
    double high = low + output_padding[i];
    if (std::max(std::abs(low), std::abs(high)) > kMost) {
      throw bad_value("the padding that follows from kernel, dilation and padding is beyond 2^31-1");
    }
    walk.low.push_back(static_cast<int>(low));
    walk.high.push_back(static_cast<int>(high));
  }
  return convolved(input, weight, walk, groups, true, s);
}

namespace {

/** Elements from the first to the last that a kernel's element meets. */
int64_t reach(const Walk& walk, const mx::array& weight, size_t axis) {
  return 1 + int64_t{walk.kernel_dilation[axis]} * (weight.shape(static_cast<int>(axis) + 1) - 1);
}

/**
 * Whether MLX's gradient by the input has a wrong shape: where the input is dilated and some windows lie in
 * the padding as a whole.
 */
bool gradient_fails(const Walk& walk, const mx::array& weight) {
  for (size_t i = 0; i < walk.low.size(); i++) {
    if (walk.input_dilation[i] > 1 && std::max(walk.low[i], walk.high[i]) >= reach(walk, weight, i)) return true;
  }
  return false;
}

/** The same convolution without such windows, whose outcome is 0. */
mx::array convolved_inside(
    const mx::array& input,
    const mx::array& weight,
    const Walk& walk,
    int groups,
    bool flip,
    mx::StreamOrDevice s) {
  mx::Shape first(input.ndim(), 0), last = input.shape(), step(input.ndim(), 1);
  std::vector<int> axes, low, high;
  mx::Shape before, behind;
  for (size_t i = 0; i < walk.low.size(); i++) {
    // A negative padding cuts off elements before anything else happens.
    first[i + 1] = std::max(-walk.low[i], 0);
    last[i + 1] -= std::max(-walk.high[i], 0);
    step[i + 1] = walk.stride[i];
    int most = static_cast<int>(reach(walk, weight, i)) - 1;
    low.push_back(std::clamp(walk.low[i], 0, most));
    high.push_back(std::clamp(walk.high[i], 0, most));
    before.push_back(std::max(walk.low[i], 0) - low[i]);
    behind.push_back(std::max(walk.high[i], 0) - high[i]);
    axes.push_back(static_cast<int>(i) + 1);
  }
  auto out = mx::conv_general(
      mx::slice(input, first, last, s),
      weight,
      {1},
      low,
      high,
      walk.kernel_dilation,
      walk.input_dilation,
      groups,
      flip,
      s);
  auto whole = mx::pad(out, axes, before, behind, mx::array(0), "constant", s);
  return mx::slice(whole, mx::Shape(input.ndim(), 0), whole.shape(), step, s);
}

} // namespace

mx::array convolved(
    const mx::array& input,
    const mx::array& weight,
    Walk walk,
    int groups,
    bool flip,
    mx::StreamOrDevice s) {
  const auto& checked = convolvable(input, weight, walk, groups);
  bool fits = weight.ndim() == input.ndim() && walk.low.size() == spatial(input);
  if (fits && input.is_tracer() && gradient_fails(walk, weight)) {
    return convolved_inside(checked, weight, walk, groups, flip, s);
  }
  return mx::conv_general(
      checked,
      weight,
      walk.stride,
      walk.low,
      walk.high,
      walk.kernel_dilation,
      walk.input_dilation,
      groups,
      flip,
      s);
}

mx::array convolved(
    const mx::array& a,
    const mx::array& v,
    const std::string& mode,
    mx::StreamOrDevice s) {
  if (a.ndim() != 1 || v.ndim() != 1) {
    throw bad_value(
        "arrays of " + std::to_string(a.ndim()) + " and " + std::to_string(v.ndim()) +
            " axes were given, both must be vectors",
        "SHAPE");
  }
  if (a.size() == 0 || v.size() == 0) throw bad_value("a vector is empty, it must not be", "SHAPE");
  const auto& longer = a.size() < v.size() ? v : a;
  const auto& shorter = a.size() < v.size() ? a : v;
  int taps = shorter.shape(0);
  auto input = mx::reshape(longer, {1, -1, 1}, s);
  auto kernel = mx::reshape(mx::slice(shorter, {taps - 1}, {-taps - 1}, {-1}, s), {1, -1, 1}, s);
  int low = mode == "full" ? taps - 1 : mode == "same" ? taps / 2 : 0;
  // Of an even kernel's output, "same" keeps one element fewer at the end.
  int high = mode == "same" ? (taps - 1) / 2 : low;
  return mx::reshape(convolved(input, kernel, {{1}, {low}, {high}, {1}, {1}}, 1, false, s), {-1}, s);
}

} // namespace mlx_ts
