// Turning C++ exceptions into JavaScript ones: TypeError for kinds, RangeError for values, MLXError for
// the engine, each with MLX's own text and a `code`.
#pragma once

#include <stdexcept>
#include <string>

#include "addon.h"

namespace mlx_ts {

/** A JavaScript exception is pending: unwind, leave it as it is. */
struct JsPending {};

/** An error with the class and code that JavaScript shall see. */
struct Refusal : std::exception {
  enum class Kind { type, range, engine };
  Kind kind;
  const char* code;
  std::string message;

  Refusal(Kind kind, const char* code, std::string message)
      : kind(kind), code(code), message(std::move(message)) {}
  const char* what() const noexcept override {
    return message.c_str();
  }
};

inline Refusal bad_kind(std::string message) {
  return {Refusal::Kind::type, "KIND", std::move(message)};
}
inline Refusal bad_value(std::string message, const char* code = "VALUE") {
  return {Refusal::Kind::range, code, std::move(message)};
}
inline Refusal bad_state(const char* code, std::string message) {
  return {Refusal::Kind::engine, code, std::move(message)};
}

/** Throws the JavaScript error for the C++ exception in flight; call it in a catch block. */
void throw_to_js(Addon& addon, const char* op) noexcept;

/** The JavaScript error for an exception, not thrown: for promises. */
Napi::Value to_js_error(Addon& addon, const char* op, std::exception_ptr error);

/** Runs `body`, which returns a napi_value, and turns what it throws into a JavaScript exception. */
template <class F>
napi_value guarded(Addon& addon, const char* op, F&& body) noexcept {
  try {
    return body();
  } catch (...) {
    throw_to_js(addon, op);
    return nullptr;
  }
}

} // namespace mlx_ts
