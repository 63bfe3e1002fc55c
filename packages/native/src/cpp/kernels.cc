// Kernels that users write. A kernel is an external value in JavaScript that owns MLX's function; the
// collector frees both. Shapes, extents and names are checked in TypeScript.

#include <cstring>
#include <utility>
#include <variant>

#include "decode.h"

namespace mlx_ts {

namespace {

using Kernel = mx::fast::CustomKernelFunction;

/** Runs a function over all its arguments; an engine without such kernels says so by a code. */
template <class F>
napi_value kernel_call(napi_env env, napi_callback_info raw, F&& body) {
  Napi::CallbackInfo info(env, raw);
  auto* self = static_cast<Function*>(info.Data());
  return guarded(*self->addon, self->name, [&]() -> napi_value {
    Call call{*self->addon, self->name, env};
    try {
      return body(call, info);
    } catch (const std::runtime_error& e) {
      if (std::strstr(e.what(), "back-end")) throw bad_state("UNSUPPORTED", e.what());
      throw;
    }
  });
}

std::string text(napi_value v, napi_env env) {
  return Napi::Value(env, v).As<Napi::String>().Utf8Value();
}

std::vector<std::string> texts(const Napi::Value& value) {
  auto list = value.As<Napi::Array>();
  std::vector<std::string> out;
  for (uint32_t i = 0; i < list.Length(); i++) out.push_back(list.Get(i).As<Napi::String>().Utf8Value());
  return out;
}

Napi::Value external(napi_env env, Kernel&& kernel) {
  return Napi::External<Kernel>::New(
      env, new Kernel(std::move(kernel)), [](Napi::BasicEnv, Kernel* kernel) { delete kernel; });
}

/** What every launch says, in the order of ../kernels.ts. */
struct Launch {
  std::vector<mx::array> inputs;
  std::vector<mx::Shape> shapes;
  std::vector<mx::Dtype> dtypes;
  std::tuple<int, int, int> grid;
  std::tuple<int, int, int> threadgroup;
  std::optional<float> init_value;

  Launch(const Call& call, const Napi::CallbackInfo& info, size_t first)
      : inputs(call.arrays(call.int32(info[first]))) {
    auto [sizes, count] = call.list(call.int32(info[first + 1]));
    for (uint32_t i = 0; i < count; i += sizes[i] + 1) {
      shapes.emplace_back(sizes + i + 1, sizes + i + 1 + sizes[i]);
    }
    auto [codes, outputs] = call.list(call.int32(info[first + 2]));
    for (uint32_t i = 0; i < outputs; i++) dtypes.push_back(dtype_from_code(codes[i]));
    auto [extents, six] = call.list(call.int32(info[first + 3]));
    if (six != 6) throw bad_kind("six extents were expected inside the addon");
    grid = {extents[0], extents[1], extents[2]};
    threadgroup = {extents[3], extents[4], extents[5]};
    if (!info[first + 4].IsNull()) init_value = static_cast<float>(call.number(info[first + 4]));
  }
};

constexpr size_t kLaunchArguments = 5;

/** metalKernel(name, inputNames, outputNames, source, header, contiguous, atomic, mathMode): a kernel. */
napi_value metal_kernel(napi_env env, napi_callback_info raw) {
  return kernel_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    mx::CompileOptions options;
    options.math_mode = static_cast<mx::MathMode>(call.int32(info[7]));
    return external(
        env,
        mx::fast::metal_kernel(
            text(info[0], env),
            texts(info[1]),
            texts(info[2]),
            text(info[3], env),
            text(info[4], env),
            call.boolean(info[5]),
            call.boolean(info[6]),
            options));
  });
}

/** cudaKernel(name, inputNames, outputNames, source, header, contiguous, sharedMemory): a kernel. */
napi_value cuda_kernel(napi_env env, napi_callback_info raw) {
  return kernel_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    return external(
        env,
        mx::fast::cuda_kernel(
            text(info[0], env),
            texts(info[1]),
            texts(info[2]),
            text(info[3], env),
            text(info[4], env),
            call.boolean(info[5]),
            call.int32(info[6])));
  });
}

mx::fast::TemplateArg template_value(int32_t kind, int32_t value) {
  if (kind == 0) return value;
  if (kind == 1) return value != 0;
  return dtype_from_code(value);
}

/** callKernel(kernel, launch..., templateNames, templateValues, verbose, at): the number of outputs. */
napi_value call_kernel(napi_env env, napi_callback_info raw) {
  return kernel_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    const auto& kernel = *info[0].As<Napi::External<Kernel>>().Data();
    Launch launch(call, info, 1);
    size_t next = 1 + kLaunchArguments;
    auto names = texts(info[next]);
    auto [values, count] = call.list(call.int32(info[next + 1]));
    if (count != 2 * names.size()) throw bad_kind("two integers for each template argument were expected inside the addon");
    std::vector<std::pair<std::string, mx::fast::TemplateArg>> arguments;
    for (size_t i = 0; i < names.size(); i++) {
      arguments.emplace_back(names[i], template_value(values[2 * i], values[2 * i + 1]));
    }
    int place = call.int32(info[next + 3]);
    auto outputs = kernel(
        launch.inputs,
        launch.shapes,
        launch.dtypes,
        launch.grid,
        launch.threadgroup,
        arguments,
        launch.init_value,
        call.boolean(info[next + 2]),
        place == 0 ? mx::StreamOrDevice{} : place_from_code(call.addon, place));
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

mx::fast::ScalarArg scalar(const Napi::Value& value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsNumber()) return value.As<Napi::Number>().FloatValue();
  bool lossless;
  return static_cast<int>(value.As<Napi::BigInt>().Int64Value(&lossless));
}

/** precompiledCudaKernel(name, code, launch..., scalars, sharedMemory, contiguous, at): the number of outputs. */
napi_value precompiled_cuda_kernel(napi_env env, napi_callback_info raw) {
  return kernel_call(env, raw, [env](Call& call, Napi::CallbackInfo& info) -> napi_value {
    auto code = info[1].As<Napi::Uint8Array>();
    Launch launch(call, info, 2);
    size_t next = 2 + kLaunchArguments;
    auto given = info[next].As<Napi::Array>();
    std::vector<mx::fast::ScalarArg> scalars;
    for (uint32_t i = 0; i < given.Length(); i++) scalars.push_back(scalar(given.Get(i)));
    int place = call.int32(info[next + 3]);
    auto outputs = mx::fast::precompiled_cuda_kernel(
        text(info[0], env),
        std::string(reinterpret_cast<const char*>(code.Data()), code.ByteLength()),
        launch.inputs,
        launch.shapes,
        launch.dtypes,
        scalars,
        launch.grid,
        launch.threadgroup,
        call.int32(info[next + 1]),
        launch.init_value,
        call.boolean(info[next + 2]),
        place == 0 ? mx::StreamOrDevice{} : place_from_code(call.addon, place));
    return integer(env, static_cast<int32_t>(call.addon.put_results(outputs, call.op)));
  });
}

} // namespace

void register_kernels(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "metalKernel", metal_kernel);
  add_function(exports, addon, "cudaKernel", cuda_kernel);
  add_function(exports, addon, "callKernel", call_kernel);
  add_function(exports, addon, "precompiledCudaKernel", precompiled_cuda_kernel);
}

} // namespace mlx_ts
