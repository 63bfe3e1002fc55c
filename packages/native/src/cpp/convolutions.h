// What MLX leaves unchecked in convolutions: zero divisors, lengths beyond 32 bits, and the memory that the
// padded input and its patches take. The convolutions themselves are MLX's.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "decode.h"

namespace mlx_ts {

/** How a kernel walks: one integer for each axis, or one for all. */
struct Walk {
  std::vector<int> stride;
  std::vector<int> low;
  std::vector<int> high;
  std::vector<int> kernel_dilation;
  std::vector<int> input_dilation;
};

/** The input of a convolution, channels last, if MLX can walk through it. `walk` gets a value for each axis. */
const mx::array& convolvable(const mx::array& input, const mx::array& weight, Walk& walk, int groups);

/** The same for a convolution over that many axes; a negative padding cuts off. */
const mx::array& convolvable(
    const mx::array& input,
    const mx::array& weight,
    const std::vector<int>& stride,
    const std::vector<int>& padding,
    const std::vector<int>& dilation,
    int groups);

/** A transposed convolution: the kernel's stride becomes the input's dilation. */
mx::array transposed(
    const mx::array& input,
    const mx::array& weight,
    const std::vector<int>& stride,
    const std::vector<int>& padding,
    const std::vector<int>& dilation,
    const std::vector<int>& output_padding,
    int groups,
    mx::StreamOrDevice s);

/** `conv_general` with lists of one item or one for each axis. */
mx::array convolved(
    const mx::array& input,
    const mx::array& weight,
    Walk walk,
    int groups,
    bool flip,
    mx::StreamOrDevice s);

/** `convolve` of two vectors, as numpy defines it. */
mx::array convolved(
    const mx::array& a,
    const mx::array& v,
    const std::string& mode,
    mx::StreamOrDevice s);

inline std::vector<int> listed(std::pair<int, int> p) {
  return {p.first, p.second};
}
inline std::vector<int> listed(std::tuple<int, int, int> t) {
  return {std::get<0>(t), std::get<1>(t), std::get<2>(t)};
}

} // namespace mlx_ts
