// See quantization.h.

#include "quantization.h"

#include <algorithm>
#include <initializer_list>
#include <type_traits>

#include "guards.h"

namespace mlx_ts {

// Every patch of MLX may move these: a library of another version would be called with shifted arguments.
static_assert(std::is_same_v<
              decltype(mx::gather_qmm),
              mx::array(
                  const mx::array&,
                  const mx::array&,
                  const mx::array&,
                  const MaybeArray&,
                  MaybeArray,
                  MaybeArray,
                  bool,
                  std::optional<int>,
                  std::optional<int>,
                  const std::string&,
                  const MaybeArray&,
                  bool,
                  mx::StreamOrDevice)>);
static_assert(std::is_same_v<
              decltype(mx::quantized_matmul),
              mx::array(
                  const mx::array&,
                  const mx::array&,
                  const mx::array&,
                  const MaybeArray&,
                  bool,
                  std::optional<int>,
                  std::optional<int>,
                  const std::string&,
                  mx::StreamOrDevice)>);

namespace {

/** How elements are packed. */
struct Packing {
  int group_size;
  int bits;
};

int one_of(int given, std::initializer_list<int> sizes, const char* what, const std::string& mode) {
  if (std::find(sizes.begin(), sizes.end(), given) != sizes.end()) return given;
  std::string text;
  for (int size : sizes) text += (text.empty() ? "" : ", ") + std::to_string(size);
  throw bad_value(std::string(what) + " is " + std::to_string(given) + ", " + mode + " takes " + text);
}

/** The sizes of a mode, of which MLX checks only some, in some ops. */
Packing packing(std::optional<int> group_size, std::optional<int> bits, const std::string& mode) {
  if (mode == "affine") {
    return {
        one_of(group_size.value_or(64), {32, 64, 128}, "groupSize", mode),
        one_of(bits.value_or(4), {1, 2, 3, 4, 5, 6, 8}, "bits", mode)};
  }
  int group = mode == "nvfp4" ? 16 : 32;
  int width = mode == "mxfp8" ? 8 : 4;
  return {
      one_of(group_size.value_or(group), {group}, "groupSize", mode),
      one_of(bits.value_or(width), {width}, "bits", mode)};
}

/** There are kernels of 32-bit and shorter floats only. */
void narrow_float(const mx::array& a, const char* what) {
  if (mx::issubdtype(a.dtype(), mx::floating) && a.dtype() != mx::float64) return;
  throw bad_value(
      std::string(what) + " has a dtype without kernels; float32, float16 and bfloat16 have them", "DTYPE");
}

void matrices(const mx::array& a, const char* what) {
  if (a.ndim() >= 2) return;
  throw bad_value(
      std::string(what) + " has the shape " + shown(a.shape()) + ", it needs at least 2 axes", "SHAPE");
}

/** A row of more words would overflow MLX's count of its bits. */
void countable(const mx::array& w) {
  if (w.shape(-1) > INT32_MAX / 32) throw bad_value("the rows of w are longer than 2^31 bits", "SHAPE");
}

/** The scales of a packed matrix: a group of each row has one. MLX compares the groups but not the rows. */
void scaled(const mx::array& w, const mx::array& scales, const std::string& mode) {
  matrices(w, "w");
  countable(w);
  if (scales.ndim() != w.ndim() || scales.shape(-2) != w.shape(-2)) {
    throw bad_value(
        "scales have the shape " + shown(scales.shape()) + " beside w of " + shown(w.shape()) +
            ", they need the same rows",
        "SHAPE");
  }
  if (mode == "affine") {
    narrow_float(scales, "the scales");
  } else if (scales.dtype() != mx::uint8) {
    throw bad_value("the scales of " + mode + " must be uint8, as quantize gives them", "DTYPE");
  }
}

/** A product of nothing is empty or 0; the kernels would divide by its sizes. */
mx::array product(mx::array&& made, std::initializer_list<const mx::array*> operands, mx::StreamOrDevice s) {
  bool empty = made.size() == 0;
  for (auto* a : operands) empty = empty || a->size() == 0;
  return empty ? mx::zeros(made.shape(), made.dtype(), s) : std::move(made);
}

MaybeArray picked(const MaybeArray& indices, const mx::array& from, mx::StreamOrDevice s) {
  return indices ? MaybeArray(clamped_from_zero(*indices, matrix_count(from), s)) : std::nullopt;
}

/** What both products of two packed sides take. */
void both_packed(
    const mx::array& x,
    const mx::array& w,
    const MaybeArray& scales,
    const std::string& mode,
    int group_size) {
  if (mode == "affine") throw bad_value("mode is affine, whose biases have no place here; take mxfp8 or nvfp4");
  narrow_float(x, "x");
  if (x.ndim() == 0) throw bad_value("x is a scalar, it needs at least 1 axis", "SHAPE");
  matrices(w, "w");
  if (w.dtype() != mx::uint32) return;
  if (!scales) throw bad_value("w is packed but scales is null; give the scales that quantize returned");
  scaled(w, *scales, mode);
  if (x.shape(-1) % group_size != 0) {
    throw bad_value(
        "the rows of x have " + std::to_string(x.shape(-1)) + " elements, which do not divide into groups of " +
            std::to_string(group_size),
        "SHAPE");
  }
}

} // namespace

std::vector<mx::array> quantize(
    const mx::array& w,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  narrow_float(w, "w");
  matrices(w, "w");
  if (w.shape(-1) > INT32_MAX / sizes.bits) throw bad_value("the rows of w take more than 2^31 bits", "SHAPE");
  return mx::quantize(w, sizes.group_size, sizes.bits, mode, global_scale, s);
}

mx::array dequantize(
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    std::optional<mx::Dtype> dtype,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  scaled(w, scales, mode);
  return mx::dequantize(w, scales, biases, sizes.group_size, sizes.bits, mode, global_scale, dtype, s);
}

mx::array quantized_matmul(
    const mx::array& x,
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    bool transpose,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  scaled(w, scales, mode);
  if (biases) narrow_float(*biases, "the biases");
  if (x.ndim() == 0) throw bad_value("x is a scalar, it needs at least 1 axis", "SHAPE");
  if (x.dtype() == mx::float64) narrow_float(x, "x");
  countable_on_cpu(x, s);
  countable_on_cpu(w, s);
  return product(
      mx::quantized_matmul(x, w, scales, biases, transpose, sizes.group_size, sizes.bits, mode, s), {&x, &w}, s);
}

mx::array gather_qmm(
    const mx::array& x,
    const mx::array& w,
    const mx::array& scales,
    const MaybeArray& biases,
    const MaybeArray& lhs_indices,
    const MaybeArray& rhs_indices,
    bool transpose,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale,
    bool sorted_indices,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  scaled(w, scales, mode);
  if (biases) narrow_float(*biases, "the biases");
  if (x.ndim() == 0) throw bad_value("x is a scalar, it needs at least 1 axis", "SHAPE");
  if (x.dtype() == mx::float64) narrow_float(x, "x");
  countable_on_cpu(x, s);
  countable_on_cpu(w, s);
  return product(
      mx::gather_qmm(
          x,
          w,
          scales,
          biases,
          picked(lhs_indices, x, s),
          picked(rhs_indices, w, s),
          transpose,
          sizes.group_size,
          sizes.bits,
          mode,
          global_scale,
          sorted_indices,
          s),
      {&x, &w},
      s);
}

mx::array qqmm(
    const mx::array& x,
    const mx::array& w,
    const MaybeArray& scales,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale_x,
    const MaybeArray& global_scale_w,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  both_packed(x, w, scales, mode, sizes.group_size);
  auto made = mx::qqmm(x, w, scales, sizes.group_size, sizes.bits, mode, global_scale_x, global_scale_w, s);
  bool one_row = x.ndim() == 1 || x.size() == static_cast<size_t>(x.shape(-1));
  if (on_cpu(s) && !(w.dtype() == mx::uint32 && one_row)) {
    throw bad_state(
        "UNSUPPORTED",
        "the CPU multiplies one row with a packed w; use quantizedMatmul, or a GPU that has these products");
  }
  return product(std::move(made), {&x, &w}, s);
}

mx::array gather_qqmm(
    const mx::array& x,
    const mx::array& w,
    const MaybeArray& scales,
    const MaybeArray& lhs_indices,
    const MaybeArray& rhs_indices,
    std::optional<int> group_size,
    std::optional<int> bits,
    const std::string& mode,
    const MaybeArray& global_scale_x,
    const MaybeArray& global_scale_w,
    bool sorted_indices,
    mx::StreamOrDevice s) {
  auto sizes = packing(group_size, bits, mode);
  both_packed(x, w, scales, mode, sizes.group_size);
  auto made = mx::gather_qqmm(
      x,
      w,
      scales,
      picked(lhs_indices, x, s),
      picked(rhs_indices, w, s),
      sizes.group_size,
      sizes.bits,
      mode,
      global_scale_x,
      global_scale_w,
      sorted_indices,
      s);
  if (on_cpu(s)) {
    throw bad_state("UNSUPPORTED", "the CPU has no such product; use gatherQmm, or a GPU that has it");
  }
  return product(std::move(made), {&x, &w}, s);
}

} // namespace mlx_ts
