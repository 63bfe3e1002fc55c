// See finite.h.

#include "finite.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <stdexcept>

#include "mlx/backend/cpu/encoder.h"
#include "mlx/primitives.h"

namespace mlx_ts {

namespace {

bool is_finite(float x) {
  return std::isfinite(x);
}
bool is_finite(double x) {
  return std::isfinite(x);
}
bool is_finite(const mx::complex64_t& x) {
  return std::isfinite(x.real()) && std::isfinite(x.imag());
}

/** Whether one part of row-major square matrices, or all of any matrices, is finite. */
template <class T>
bool all_finite(const T* from, size_t count, size_t n, Part part) {
  auto finite = [](const T& x) { return is_finite(x); };
  if (part == Part::whole) return std::all_of(from, from + count, finite);
  for (size_t start = 0; start < count; start += n) {
    size_t row = start / n % n;
    auto begin = from + start + (part == Part::upper ? row : 0);
    if (!std::all_of(begin, from + start + (part == Part::upper ? n : row + 1), finite)) return false;
  }
  return true;
}

template <class T>
void copy_finite(const mx::array& in, mx::array& out, Part part, const char* op, mx::Stream stream) {
  auto& encoder = mx::cpu::get_command_encoder(stream);
  encoder.set_input_array(in);
  encoder.set_output_array(out);
  size_t columns = in.shape(-1);
  encoder.dispatch([from = in.data<T>(), to = out.data<T>(), count = in.size(), columns, part, op] {
    if (all_finite(from, count, columns, part)) {
      std::copy(from, from + count, to);
      return;
    }
    // What is in line behind this task runs all the same: zeros do no harm to it.
    std::fill(to, to + count, T(0));
    throw std::runtime_error(
        "[" + std::string(op) + "] the matrices hold NaN or infinity, all elements must be finite");
  });
}

class Finite : public mx::UnaryPrimitive {
 public:
  Finite(mx::Stream stream, Part part, const char* op) : UnaryPrimitive(stream), part_(part), op_(op) {}

  using UnaryPrimitive::eval_cpu;
  using UnaryPrimitive::eval_gpu;

  void eval_cpu(const std::vector<mx::array>& inputs, mx::array& out) override {
    const auto& in = inputs[0];
    out.set_data(mx::allocator::malloc(out.nbytes()));
    switch (in.dtype()) {
      case mx::float32:
        return copy_finite<float>(in, out, part_, op_, stream());
      case mx::float64:
        return copy_finite<double>(in, out, part_, op_, stream());
      case mx::complex64:
        return copy_finite<mx::complex64_t>(in, out, part_, op_, stream());
      default:
        throw std::runtime_error("[" + std::string(op_) + "] matrices of this dtype cannot be checked");
    }
  }
  void eval_gpu(const std::vector<mx::array>&, mx::array&) override {
    throw std::runtime_error("[" + std::string(op_) + "] matrices are checked on the CPU");
  }

  std::vector<mx::array> jvp(
      const std::vector<mx::array>&,
      const std::vector<mx::array>& tangents,
      const std::vector<int>&) override {
    return tangents;
  }
  std::vector<mx::array> vjp(
      const std::vector<mx::array>&,
      const std::vector<mx::array>& cotangents,
      const std::vector<int>&,
      const std::vector<mx::array>&) override {
    return cotangents;
  }
  std::pair<std::vector<mx::array>, std::vector<int>> vmap(
      const std::vector<mx::array>& inputs,
      const std::vector<int>& axes) override {
    // Matrices stay in the last two axes.
    auto in = axes[0] > 0 ? mx::moveaxis(inputs[0], axes[0], 0, stream()) : inputs[0];
    return {{finite(in, part_, op_, stream())}, {std::min(axes[0], 0)}};
  }

  const char* name() const override {
    return "Finite";
  }
  bool is_equivalent(const mx::Primitive& other) const override {
    auto& same = static_cast<const Finite&>(other);
    return op_ == same.op_ && part_ == same.part_;
  }
  std::vector<mx::Shape> output_shapes(const std::vector<mx::array>& inputs) override {
    return {inputs[0].shape()};
  }

 private:
  Part part_;
  /** A literal: names last as long as the program. */
  const char* op_;
};

} // namespace

mx::array finite(const mx::array& a, Part part, const char* op, mx::StreamOrDevice s) {
  bool decomposed = a.dtype() == mx::float32 || a.dtype() == mx::float64 || a.dtype() == mx::complex64;
  bool fits = a.ndim() >= 2 && (part == Part::whole || a.shape(-1) == a.shape(-2));
  if (!decomposed || !fits || a.size() == 0) return a; // MLX refuses the others, with its own words
  auto stream = mx::to_stream(s);
  return mx::array(
      a.shape(), a.dtype(), std::make_shared<Finite>(stream, part, op), {mx::contiguous(a, false, stream)});
}

} // namespace mlx_ts
