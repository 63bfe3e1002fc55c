// See fft.h.

#include "fft.h"

#include <cmath>
#include <cstdint>
#include <numeric>

namespace mlx_ts {

namespace {

using Norm = mx::fft::FFTNorm;

Norm norm_of(const std::string& word) {
  if (word == "ortho") return Norm::Ortho;
  return word == "forward" ? Norm::Forward : Norm::Backward;
}

/** A complex number. */
constexpr double kElement = 8;
/** What a plan and its work space take for each element of an axis, where its size is a large prime. */
constexpr double kPlan = 6 * kElement;

/** Refuses a transform whose operand, filled up, is more than memory holds. */
void fits(Transform kind, const mx::array& a, const mx::Shape& sizes, const std::vector<int>& axes) {
  mx::Shape shape = a.shape();
  double longest = 0;
  for (size_t i = 0; i < axes.size() && i < sizes.size(); i++) {
    int axis = axes[i] < 0 ? axes[i] + static_cast<int>(a.ndim()) : axes[i];
    shape[axis] = std::max(sizes[i], 0); // MLX refuses the others, with its own words
    longest = std::max<double>(longest, shape[axis]);
  }
  double elements = 1;
  for (int n : shape) elements *= n;
  // Filled up, converted, and the result; the last two are of half the size for real numbers.
  double each = a.itemsize() + (kind.real ? 1 : 2) * kElement;
  affordable(elements * each + longest * kPlan, "the transform needs");
}

mx::array transformed(
    Transform kind,
    const mx::array& a,
    const mx::Shape& sizes,
    const std::vector<int>& axes,
    const std::string& word,
    mx::StreamOrDevice s) {
  fits(kind, a, sizes, axes);
  auto norm = norm_of(word);
  if (kind.real) {
    return kind.inverse ? mx::fft::irfftn(a, sizes, axes, norm, s) : mx::fft::rfftn(a, sizes, axes, norm, s);
  }
  return kind.inverse ? mx::fft::ifftn(a, sizes, axes, norm, s) : mx::fft::fftn(a, sizes, axes, norm, s);
}

/** The sizes of axes that are transformed whole. */
mx::Shape whole(Transform kind, const mx::array& a, const std::vector<int>& axes) {
  mx::Shape sizes;
  for (int axis : axes) sizes.push_back(a.shape(axis));
  // Half a spectrum has one element more than half of the numbers.
  if (kind.real && kind.inverse && !sizes.empty()) {
    sizes.back() = static_cast<int>(std::min<int64_t>(2 * (int64_t{sizes.back()} - 1), INT32_MAX));
  }
  return sizes;
}

/** Frames of a signal. MLX adds up their lengths in 32 bits. */
struct Frames {
  double size, hop;

  /** How many frames hold one sample: MLX lays them over each other one by one. */
  double overlap() const {
    return std::ceil(size / hop);
  }
};

/** MLX makes some nodes of its graph for each; more than this take minutes, and nobody means them. */
constexpr double kMost = 1 << 12;

void few(double steps, const char* what) {
  if (steps <= kMost) return;
  throw bad_value(std::string(what) + " " + digits(steps) + " times, at most 4096 are done");
}

} // namespace

mx::array fourier(
    Transform kind,
    const mx::array& a,
    std::optional<int> n,
    int axis,
    const std::string& norm,
    mx::StreamOrDevice s) {
  std::vector<int> axes{within(a, axis)};
  return transformed(kind, a, n ? mx::Shape{*n} : whole(kind, a, axes), axes, norm, s);
}

mx::array fourier(
    Transform kind,
    const mx::array& a,
    const std::optional<mx::Shape>& sizes,
    const std::optional<std::vector<int>>& axes,
    const std::string& norm,
    mx::StreamOrDevice s) {
  if (sizes && !axes) throw bad_value("s was given and axes is null; give the axes of these sizes", "SHAPE");
  std::vector<int> over(a.ndim());
  if (axes) over = *axes;
  else std::iota(over.begin(), over.end(), 0);
  for (int axis : over) within(a, axis);
  return transformed(kind, a, sizes ? *sizes : whole(kind, a, over), over, norm, s);
}

int frequencies(int n) {
  // MLX adds 1 to it.
  if (n == INT32_MAX) throw bad_value("n is 2^31 - 1, it must be less");
  affordable(4.0 * sizeof(float) * n, "the frequencies need");
  return n;
}

mx::array stft(
    const mx::array& x,
    int n_fft,
    std::optional<int> hop_length,
    std::optional<int> win_length,
    const std::optional<mx::array>& window,
    bool center,
    const std::string& pad_mode,
    const std::string& norm,
    std::optional<bool> onesided,
    mx::StreamOrDevice s) {
  if (win_length) size(*win_length);
  Frames frames{double(n_fft), double(hop_length.value_or(n_fft / 4))};
  // What is left out here MLX refuses, with its own words.
  if (x.ndim() > 0 && frames.size > 0 && frames.hop > 0) {
    double samples = x.shape(-1), padding = center ? n_fft / 2 : 0;
    if (samples == 0) throw bad_value("the signal has no samples, it needs some", "SHAPE");
    if (pad_mode == "reflect") few(padding / std::max(samples - 1, 1.0), "the signal would be reflected");
    double time = samples + 2 * padding;
    double count = std::max(0.0, std::floor((time - frames.size) / frames.hop) + 1);
    affordable(
        x.size() / samples * kElement * (2 * time + 3 * count * frames.size) + frames.size * kPlan,
        "the frames need");
  }
  // It cuts the frames by strides, which only elements in a row allow.
  return mx::fft::stft(
      mx::contiguous(x, false, s), n_fft, hop_length, win_length, window, center, pad_mode, norm_of(norm), onesided, s);
}

mx::array istft(
    const mx::array& stft_matrix,
    std::optional<int> n_fft,
    std::optional<int> hop_length,
    std::optional<int> win_length,
    const std::optional<mx::array>& window,
    bool center,
    const std::string& norm,
    std::optional<bool> onesided,
    std::optional<int> length,
    mx::StreamOrDevice s) {
  if (win_length) size(*win_length);
  if (length) size(*length);
  if (stft_matrix.ndim() >= 2) {
    if (stft_matrix.shape(-1) == 0 || stft_matrix.shape(-2) == 0) {
      throw bad_value("the matrix has no frequencies or no frames, it needs both", "SHAPE");
    }
    double rows = stft_matrix.shape(-2), count = stft_matrix.shape(-1);
    double taken = onesided.value_or(true) ? 2 * (rows - 1) : rows;
    Frames frames{n_fft ? double(*n_fft) : taken, 0};
    frames.hop = hop_length ? *hop_length : std::floor(frames.size / 4);
    if (frames.size > 0 && frames.hop > 0) {
      few(frames.overlap(), "frames overlap");
      double laid_out = (count + frames.overlap()) * frames.overlap() * frames.hop;
      if (laid_out > INT32_MAX) {
        throw bad_value("the frames have " + digits(laid_out) + " samples together, at most 2^31 - 1 can be computed with");
      }
      double signals = stft_matrix.size() / (rows * count);
      affordable(
          signals * kElement * (4 * laid_out + length.value_or(0)) + frames.size * kPlan, "the frames need");
    }
  }
  return mx::fft::istft(
      stft_matrix, n_fft, hop_length, win_length, window, center, norm_of(norm), onesided, length, s);
}

} // namespace mlx_ts
