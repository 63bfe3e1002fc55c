// Elements in and out of arrays, and what an array says of itself.

#include <cstring>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "decode.h"

namespace mlx_ts {

namespace {

struct HostView {
  void* data;
  size_t bytes;
};

HostView host_view(napi_env env, napi_value v) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, v, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    throw bad_kind("a typed array was expected inside the addon");
  }
  size_t width = 1;
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array:
      width = 2;
      break;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array:
      width = 4;
      break;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      width = 8;
      break;
    default:
      break;
  }
  return {data, length * width};
}

/**
 * Copies into fresh memory. Linux gives large memory page by page when it is first written, which costs far more
 * than the copy; a hint makes these pages 2 MB large.
 */
void copy_elements(void* to, const void* from, size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr uintptr_t kLarge = uintptr_t{1} << 21;
  auto place = reinterpret_cast<uintptr_t>(to);
  auto begin = (place + kLarge - 1) & ~(kLarge - 1);
  auto end = (place + bytes) & ~(kLarge - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  if (bytes > 0) std::memcpy(to, from, bytes);
}

/** fromHost(typedArray, shape, dtype): a new array with a copy of the elements. */
napi_value from_host(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto [data, bytes] = host_view(env, argv[0]);
    auto [items, ndim] = call.list(call.int32(argv[1]));
    auto dtype = dtype_from_code(call.int32(argv[2]));
    mx::Shape shape(items, items + ndim);
    double needed = dtype.size();
    for (int n : shape) {
      if (n < 0) throw bad_value("a negative size was given", "SHAPE");
      needed *= n;
    }
    if (needed != static_cast<double>(bytes)) {
      throw bad_value("the elements do not fill the shape", "SHAPE");
    }
    auto elements = mx::allocator::malloc(bytes);
    copy_elements(elements.buffer().raw_ptr(), data, bytes);
    mx::array out(std::move(elements), std::move(shape), dtype);
    call.addon.report_memory();
    return integer(env, call.addon.put(std::move(out), call.op));
  });
}

/** aval(handle): writes the shape to the results, returns ndim | dtype << 8. */
napi_value aval(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto& a = call.array(call.int32(argv[0]));
    auto ndim = static_cast<uint32_t>(a.ndim());
    call.addon.reserve_results(ndim);
    for (uint32_t i = 0; i < ndim; i++) call.addon.scratch.results[i] = a.shape()[i];
    return integer(env, static_cast<int32_t>(ndim) | dtype_code(a.dtype()) << 8);
  });
}

/** read(handle, typedArray): copies the evaluated elements out, row-major. */
napi_value read(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    Handle h = call.int32(argv[0]);
    auto& a = call.array(h);
    auto [data, bytes] = host_view(env, argv[1]);
    auto rows = a;
    if (a.status() == mx::array::Status::unscheduled || !a.flags().row_contiguous) {
      rows = mx::contiguous(a);
    }
    call.addon.computing({h}, [&] { call.addon.evaluate({rows}); });
    if (rows.nbytes() != bytes) throw bad_value("the buffer does not fit the array", "SHAPE");
    copy_elements(data, rows.data<char>(), bytes);
    call.addon.drain_known();
    return nullptr;
  });
}

napi_value wide(napi_env env, int64_t value) {
  constexpr int64_t kSafe = (int64_t{1} << 53) - 1;
  napi_value out;
  if (value >= -kSafe && value <= kSafe) return number(env, static_cast<double>(value));
  napi_create_bigint_int64(env, value, &out);
  return out;
}

/** item(handle): the value of an array of one element; undefined for complex64, which core reads. */
napi_value item(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    Handle h = call.int32(argv[0]);
    auto a = call.array(h);
    if (a.size() != 1) {
      throw bad_value(
          "the array has " + std::to_string(a.size()) + " elements, it must have one", "SHAPE");
    }
    call.addon.computing({h}, [&] { call.addon.evaluate({a}); });
    call.addon.drain_known();
    call.addon.report_memory();
    napi_value out;
    switch (a.dtype()) {
      case mx::bool_:
        napi_get_boolean(env, *a.data<bool>(), &out);
        return out;
      case mx::uint8:
        return number(env, *a.data<uint8_t>());
      case mx::uint16:
        return number(env, *a.data<uint16_t>());
      case mx::uint32:
        return number(env, *a.data<uint32_t>());
      case mx::uint64: {
        uint64_t value = *a.data<uint64_t>();
        if (value <= INT64_MAX) return wide(env, static_cast<int64_t>(value));
        napi_create_bigint_uint64(env, value, &out);
        return out;
      }
      case mx::int8:
        return number(env, *a.data<int8_t>());
      case mx::int16:
        return number(env, *a.data<int16_t>());
      case mx::int32:
        return number(env, *a.data<int32_t>());
      case mx::int64:
        return wide(env, *a.data<int64_t>());
      case mx::float16:
        return number(env, static_cast<float>(*a.data<mx::float16_t>()));
      case mx::float32:
        return number(env, *a.data<float>());
      case mx::float64:
        return number(env, *a.data<double>());
      case mx::bfloat16:
        return number(env, static_cast<float>(*a.data<mx::bfloat16_t>()));
      case mx::complex64:
        return nullptr;
    }
    return nullptr;
  });
}

} // namespace

void register_host(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "fromHost", from_host);
  add_function(exports, addon, "aval", aval);
  add_function(exports, addon, "read", read);
  add_function(exports, addon, "item", item);
}

} // namespace mlx_ts
