// See errors.h.

#include "errors.h"

#include <cstring>
#include <new>

namespace mlx_ts {

namespace {

struct Described {
  Refusal::Kind kind;
  const char* code;
  std::string message;
};

/** MLX opens most messages with `[op]`; the others get it here. */
std::string with_op(const char* op, const char* text) {
  return text[0] == '[' ? std::string(text) : "[" + std::string(op) + "] " + text;
}

const char* value_code(const char* text) {
  auto says = [text](const char* word) { return std::strstr(text, word) != nullptr; };
  if (says("axis") || says("axes") || says("shape") || says("broadcast")) return "SHAPE";
  if (says("type")) return "DTYPE";
  return "VALUE";
}

Described describe(const char* op, std::exception_ptr error) {
  using Kind = Refusal::Kind;
  try {
    std::rethrow_exception(error);
  } catch (const Refusal& e) {
    return {e.kind, e.code, with_op(op, e.what())};
  } catch (const std::bad_alloc&) {
    return {Kind::engine, "OOM", with_op(op, "not enough memory")};
  } catch (const std::out_of_range& e) {
    return {Kind::range, "INDEX", with_op(op, e.what())};
  } catch (const std::logic_error& e) { // invalid_argument, domain_error, length_error
    return {Kind::range, value_code(e.what()), with_op(op, e.what())};
  } catch (const std::overflow_error& e) {
    return {Kind::range, "VALUE", with_op(op, e.what())};
  } catch (const std::exception& e) {
    // Two checks of operands' dtypes in MLX say runtime_error where all others say invalid_argument.
    bool dtype = std::strstr(e.what(), "Only allowed on") || std::strstr(e.what(), "Unsupported type");
    if (dtype) return {Kind::range, "DTYPE", with_op(op, e.what())};
    // What reading a file said on MLX's threads comes back as its text alone; see io_file.cc.
    if (std::strncmp(e.what(), "[load] ", 7) == 0) return {Kind::engine, "FILE", e.what()};
    bool memory = std::strstr(e.what(), "[malloc") || std::strstr(e.what(), "allocate");
    return {Kind::engine, memory ? "OOM" : "ENGINE", with_op(op, e.what())};
  } catch (...) {
    return {Kind::engine, "ENGINE", with_op(op, "unknown failure in the engine")};
  }
}

Napi::Value build(Addon& addon, const Described& d) {
  Napi::Env env = addon.env;
  if (d.kind == Refusal::Kind::engine) {
    return addon.mlx_error.New({Napi::String::New(env, d.message), Napi::String::New(env, d.code)});
  }
  napi_value code, message, error;
  napi_create_string_utf8(env, d.code, NAPI_AUTO_LENGTH, &code);
  napi_create_string_utf8(env, d.message.c_str(), d.message.size(), &message);
  if (d.kind == Refusal::Kind::type) {
    napi_create_type_error(env, nullptr, message, &error);
  } else {
    napi_create_range_error(env, nullptr, message, &error);
  }
  napi_set_named_property(env, error, "code", code);
  return Napi::Value(env, error);
}

} // namespace

void throw_to_js(Addon& addon, const char* op) noexcept {
  try {
    throw;
  } catch (const JsPending&) {
    return;
  } catch (const Napi::Error& e) {
    e.ThrowAsJavaScriptException();
    return;
  } catch (...) {
    try {
      napi_throw(addon.env, build(addon, describe(op, std::current_exception())));
    } catch (...) {
      napi_throw_error(addon.env, "ENGINE", "[mlx] an error could not be reported");
    }
  }
}

Napi::Value to_js_error(Addon& addon, const char* op, std::exception_ptr error) {
  return build(addon, describe(op, error));
}

} // namespace mlx_ts
