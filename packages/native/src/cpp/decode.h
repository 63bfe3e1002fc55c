// Reading one argument of a native call. Lists and scalars are positions in the scratch buffers, which
// src/wire.ts writes; null is a marker value.
#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "addon.h"
#include "errors.h"

namespace mlx_ts {

/** Stands for null where an integer is expected. */
constexpr int32_t kNull = std::numeric_limits<int32_t>::min();

/** Dtypes in the order of backend-api/src/dtype.ts. */
mx::Dtype dtype_from_code(int32_t code);
int32_t dtype_code(mx::Dtype dtype);

/** A number as messages show it. */
std::string digits(double value);

/** Where an op runs: 0 is the default, else 1 | index << 2 (cpu), 2 | index << 2 (gpu), 3 | stream << 2. */
mx::StreamOrDevice place_from_code(Addon& addon, int32_t code);
/** The device of a code that names one; one that the engine lacks is refused. */
mx::Device device_from_code(int32_t code);

/** A place, so that the binder can tell it from other arguments. */
struct Place {
  mx::StreamOrDevice where;
  operator mx::StreamOrDevice() const {
    return where;
  }
};

/** One native call: decodes its arguments. */
struct Call {
  Addon& addon;
  const char* op;
  napi_env env;

  int32_t int32(napi_value v) const {
    int32_t out;
    if (napi_get_value_int32(env, v, &out) != napi_ok) {
      throw bad_kind("an integer was expected inside the addon");
    }
    return out;
  }
  double number(napi_value v) const {
    double out;
    if (napi_get_value_double(env, v, &out) != napi_ok) {
      throw bad_kind("a number was expected inside the addon");
    }
    return out;
  }
  bool boolean(napi_value v) const {
    bool out;
    if (napi_get_value_bool(env, v, &out) != napi_ok) {
      throw bad_kind("a boolean was expected inside the addon");
    }
    return out;
  }

  std::string text(napi_value v) const {
    // Room for what is usual; a second call is needed for more.
    char buffer[256];
    size_t size;
    if (napi_get_value_string_utf8(env, v, buffer, sizeof buffer, &size) != napi_ok) {
      throw bad_kind("a string was expected inside the addon");
    }
    if (size < sizeof buffer - 4) return std::string(buffer, size);
    napi_get_value_string_utf8(env, v, nullptr, 0, &size);
    std::string out(size, '\0');
    napi_get_value_string_utf8(env, v, out.data(), size + 1, &size);
    return out;
  }

  /** The array of a handle; a stale or poisoned one is refused. */
  mx::array& array(Handle h) const {
    if (auto* a = addon.slots.find(h)) return *a;
    return unusual(h);
  }

  /** A list in the scratch buffer: its count, then its items. */
  std::pair<const int32_t*, uint32_t> list(int32_t position) const {
    auto& s = addon.scratch;
    if (position < 0 || static_cast<uint32_t>(position) >= s.int_count ||
        static_cast<uint32_t>(s.ints[position]) > s.int_count - position - 1) {
      throw bad_kind("a list was expected inside the addon");
    }
    return {s.ints + position + 1, static_cast<uint32_t>(s.ints[position])};
  }

  std::vector<mx::array> arrays(int32_t position) const {
    auto [items, count] = list(position);
    std::vector<mx::array> out;
    out.reserve(count);
    for (uint32_t i = 0; i < count; i++) out.push_back(array(items[i]));
    return out;
  }

  /** What `find` does not give: a huge view, or an error that says why there is nothing. */
  mx::array& unusual(Handle h) const;
};

inline napi_value integer(napi_env env, int32_t value) {
  napi_value out;
  napi_create_int32(env, value, &out);
  return out;
}
inline napi_value number(napi_env env, double value) {
  napi_value out;
  napi_create_double(env, value, &out);
  return out;
}

/** Runs the body of a native function of at most four arguments: body(call, argv). */
template <class F>
napi_value native_call(napi_env env, napi_callback_info info, F&& body) {
  size_t argc = 4;
  napi_value argv[4];
  void* data;
  napi_get_cb_info(env, info, &argc, argv, nullptr, &data);
  auto* self = static_cast<Function*>(data);
  return guarded(*self->addon, self->name, [&]() -> napi_value {
    Call call{*self->addon, self->name, env};
    return body(call, argv);
  });
}

/** A weak scalar: takes the dtype of the arrays beside it where it can. */
mx::array weak_scalar(const Call& call, Handle code, std::optional<mx::Dtype> beside);

} // namespace mlx_ts
