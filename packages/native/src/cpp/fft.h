// Fourier transforms: the choice among MLX's overloads, and what MLX leaves unchecked: axes, lengths that
// are added up in 32 bits, and the memory that padding, frames and plans take.
#pragma once

#include "guards.h"

namespace mlx_ts {

/** Of real numbers or of complex ones, there or back. */
struct Transform {
  bool real;
  bool inverse;
};
constexpr Transform kTransform{false, false};
constexpr Transform kInverse{false, true};
constexpr Transform kRealTransform{true, false};
constexpr Transform kRealInverse{true, true};

/** A transform along one axis, of a size or of the axis's own. */
mx::array fourier(
    Transform kind,
    const mx::array& a,
    std::optional<int> n,
    int axis,
    const std::string& norm,
    mx::StreamOrDevice s);

/** A transform over some axes, or all, of sizes or of the axes' own. */
mx::array fourier(
    Transform kind,
    const mx::array& a,
    const std::optional<mx::Shape>& sizes,
    const std::optional<std::vector<int>>& axes,
    const std::string& norm,
    mx::StreamOrDevice s);

/** The size of a transform whose frequencies are asked for. */
int frequencies(int n);

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
    mx::StreamOrDevice s);

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
    mx::StreamOrDevice s);

} // namespace mlx_ts
