// See decode.h.

#include "decode.h"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace mlx_ts {

namespace {

const mx::Dtype kDtypes[] = {
    mx::bool_,
    mx::uint8,
    mx::uint16,
    mx::uint32,
    mx::uint64,
    mx::int8,
    mx::int16,
    mx::int32,
    mx::int64,
    mx::float16,
    mx::float32,
    mx::float64,
    mx::bfloat16,
    mx::complex64,
};

enum class ScalarKind { boolean, number, bigint };

mx::Dtype weak_dtype(ScalarKind kind, bool integral, std::optional<mx::Dtype> beside) {
  if (!beside) {
    if (kind == ScalarKind::boolean) return mx::bool_;
    return kind == ScalarKind::bigint ? mx::int64 : mx::float32;
  }
  if (kind == ScalarKind::boolean || *beside == mx::float32 || mx::issubdtype(*beside, mx::inexact)) {
    return *beside;
  }
  if (!integral) return mx::float32;
  return *beside == mx::bool_ ? mx::int32 : *beside;
}

/** Whether an integer dtype holds a number; outside it MLX would wrap, which Python refuses. */
bool fits(double v, mx::Dtype dtype) {
  double bits = 8.0 * dtype.size();
  if (mx::issubdtype(dtype, mx::unsignedinteger)) return v >= 0 && v < std::pow(2.0, bits);
  return v >= -std::pow(2.0, bits - 1) && v < std::pow(2.0, bits - 1);
}

Refusal too_wide(const std::string& value) {
  return bad_value(
      "the number " + value +
      " does not fit the array's integer dtype; convert the array with astype first");
}

/** Ops that read the shape of a view alone, or a part that their result shows. */
bool reads_little(const char* op) {
  for (const char* name : {"aval", "retain", "item", "eval", "slice", "broadcastTo", "transpose", "swapaxes", "moveaxis",
                           "squeeze", "expandDims", "reshape"}) {
    if (std::strcmp(op, name) == 0) return true;
  }
  return false;
}

} // namespace

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

mx::Dtype dtype_from_code(int32_t code) {
  if (code < 0 || code >= static_cast<int32_t>(std::size(kDtypes))) {
    throw bad_kind("a dtype was expected inside the addon");
  }
  return kDtypes[code];
}

int32_t dtype_code(mx::Dtype dtype) {
  for (size_t i = 0; i < std::size(kDtypes); i++) {
    if (kDtypes[i] == dtype) return static_cast<int32_t>(i);
  }
  throw bad_kind("unknown dtype");
}

mx::Device device_from_code(int32_t code) {
  mx::Device device((code & 3) == 1 ? mx::Device::cpu : mx::Device::gpu, code >> 2);
  if (mx::is_available(device)) return device;
  throw bad_value(
      std::string("this engine has no ") + (device == mx::Device::cpu ? "cpu " : "gpu ") +
      std::to_string(device.index) + "; use mx.cpu");
}

mx::StreamOrDevice place_from_code(Addon& addon, int32_t code) {
  int32_t index = code >> 2;
  switch (code & 3) {
    case 0:
      return {};
    case 1:
    case 2:
      return device_from_code(code);
    default:
      if (index < 0 || static_cast<size_t>(index) >= addon.streams.size()) {
        throw bad_value(
            "stream " + std::to_string(index) +
            " does not exist on this thread; make one with mx.newStream()");
      }
      if (addon.streams[index].cleared) {
        throw bad_value(
            "stream " + std::to_string(index) +
            " was destroyed by mx.clearStreams(); make one with mx.newStream()");
      }
      return addon.streams[index].stream;
  }
}

mx::array& Call::unusual(Handle h) const {
  if (auto* huge = addon.slots.find_huge(h)) {
    if (reads_little(op)) return *huge;
    throw bad_state(
        "OOM",
        "an operand is a view of " + digits(static_cast<double>(huge->size())) +
            " elements, more than this machine could hold; index the part that is needed first");
  }
  if (addon.slots.is_poisoned(h)) {
    throw bad_state(
        "POISONED",
        "an evaluation that this array took part in failed earlier, so it has no value; compute it anew");
  }
  throw bad_state("RELEASED", "an array was used after its release");
}

mx::array weak_scalar(const Call& call, Handle code, std::optional<mx::Dtype> beside) {
  // ~code = position << 2 | kind, in the buffer of doubles.
  uint32_t bits = ~static_cast<uint32_t>(code);
  auto kind = static_cast<ScalarKind>(bits & 3);
  uint32_t position = bits >> 2;
  if (position >= call.addon.scratch.double_count) {
    throw bad_kind("a scalar was expected inside the addon");
  }
  double value = call.addon.scratch.doubles[position];
  if (kind == ScalarKind::bigint) {
    int64_t wide;
    std::memcpy(&wide, &value, sizeof wide);
    auto dtype = weak_dtype(kind, true, beside);
    if (mx::issubdtype(dtype, mx::integer) && !fits(static_cast<double>(wide), dtype)) {
      throw too_wide(std::to_string(wide));
    }
    return mx::array(wide, dtype);
  }
  auto dtype = weak_dtype(kind, std::isfinite(value) && std::trunc(value) == value, beside);
  if (dtype == mx::float32) return mx::array(static_cast<float>(value), dtype);
  if (dtype == mx::float64) return mx::array(value, mx::float64);
  if (!mx::issubdtype(dtype, mx::integer)) return mx::array(static_cast<float>(value), dtype);
  if (!fits(value, dtype)) throw too_wide(digits(value));
  return dtype == mx::uint64 ? mx::array(static_cast<uint64_t>(value), dtype)
                             : mx::array(static_cast<int64_t>(value), dtype);
}

} // namespace mlx_ts
