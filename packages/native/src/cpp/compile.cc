// Compiled functions: MLX traces a JavaScript function once and replays the graph.

#include <algorithm>
#include <atomic>
#include <memory>
#include <unordered_map>
#include <utility>

#include "mlx/compile_impl.h"
#include "transforms.h"

namespace mlx_ts {

namespace {

/** MLX keys its cache by this, so every wrapper takes a fresh one. */
std::atomic<std::uintptr_t> next_id{1};

struct Compiled {
  std::uintptr_t id = next_id++;
  bool shapeless;
  uint32_t traces = 0;
  mx::detail::CompileCacheWeakPtr cache = mx::detail::compile_cache();

  ~Compiled() {
    mx::detail::compile_erase(cache, id);
  }
};

using Table = std::unordered_map<int32_t, std::unique_ptr<Compiled>>;

Table& table_of(Addon& addon) {
  if (!addon.compiled) addon.compiled = std::make_shared<Table>();
  return *static_cast<Table*>(addon.compiled.get());
}

/** compile(shapeless): an id. */
napi_value compile(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto compiled = std::make_unique<Compiled>();
    compiled->shapeless = call.boolean(argv[0]);
    auto id = static_cast<int32_t>(compiled->id);
    table_of(call.addon).emplace(id, std::move(compiled));
    return integer(env, id);
  });
}

/**
 * callCompiled(id, inputs, key, fn): results are the number of the trace, then the outputs. The function
 * comes with each call: a reference from here would keep it, and what it refers to, alive for good.
 */
napi_value call_compiled(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto& table = table_of(call.addon);
    auto found = table.find(call.int32(argv[0]));
    if (found == table.end()) throw bad_state("RELEASED", "the compiled function was disposed");
    auto& compiled = *found->second;
    auto inputs = call.arrays(call.int32(argv[1]));
    auto key = static_cast<uint64_t>(call.int32(argv[2]));
    // Some kernels divide by the sizes of their operands: a call with an empty array gets a trace of its own
    // shapes, where ops see that it is empty.
    bool empty = std::any_of(inputs.begin(), inputs.end(), [](auto& a) { return a.size() == 0; });
    bool shapeless = compiled.shapeless && !empty;
    mx::detail::ArrayFnWithExtra traced = [&](const std::vector<mx::array>& tracers) {
      auto outputs = call_js(call, argv[3], tracers);
      return mx::detail::ArraysAndExtra{
          std::move(outputs), std::make_shared<uint32_t>(compiled.traces++)};
    };
    auto [outputs, extra] =
        mx::detail::compile(traced, compiled.id, shapeless, {key})(inputs);
    call.addon.reserve_results(1);
    uint32_t count = call.addon.put_results(outputs, call.op, 1);
    call.addon.scratch.results[0] = static_cast<int32_t>(*static_cast<uint32_t*>(extra.get()));
    return integer(env, static_cast<int32_t>(count));
  });
}

/** disposeCompiled(id): forgets its traces; an unknown id is ignored. */
napi_value dispose_compiled(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    table_of(call.addon).erase(call.int32(argv[0]));
    return nullptr;
  });
}

} // namespace

void register_compile(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "compile", compile);
  add_function(exports, addon, "callCompiled", call_compiled);
  add_function(exports, addon, "disposeCompiled", dispose_compiled);
}

} // namespace mlx_ts
