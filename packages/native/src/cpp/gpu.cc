// What is Metal's or CUDA's alone: whether they are there, and captures of a Mac's GPU.

#include "decode.h"

namespace mlx_ts {

namespace {

napi_value metal_available(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value*) {
    return integer(env, mx::metal::is_available() ? 1 : 0);
  });
}

napi_value cuda_available(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value*) {
    return integer(env, mx::cu::is_available() ? 1 : 0);
  });
}

/** startCapture(path): records the GPU's work to a file. */
napi_value start_capture(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value* argv) -> napi_value {
    mx::metal::start_capture(Napi::Value(env, argv[0]).As<Napi::String>().Utf8Value());
    return nullptr;
  });
}

napi_value stop_capture(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call&, napi_value*) -> napi_value {
    mx::metal::stop_capture();
    return nullptr;
  });
}

} // namespace

void register_gpu(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "metalAvailable", metal_available);
  add_function(exports, addon, "cudaAvailable", cuda_available);
  add_function(exports, addon, "startCapture", start_capture);
  add_function(exports, addon, "stopCapture", stop_capture);
}

} // namespace mlx_ts
