// Entry of the addon: makes the environment's state and registers every function. What a function
// does is in the file of its topic.

#include "addon.h"

#include <cmath>
#include <cstring>
#include <thread>

#include "bind.h"
#include "errors.h"
#include "guards.h"
#include "in_place.h"
#include "memory.h"
#include "mlx/primitives.h"
#include "mlx/scheduler.h"
#include "references.h"

namespace mlx_ts {

namespace {

/** Ops whose results share their operand's memory, so that their own size says nothing. */
bool is_view(const mx::array& a) {
  if (!a.has_primitive()) return false;
  for (const char* view : {"Broadcast", "BroadcastAxes", "Transpose", "ExpandDims", "Squeeze", "Slice"}) {
    if (std::strcmp(a.primitive().name(), view) == 0) return true;
  }
  return false;
}

[[noreturn]] void too_large(const mx::array& a, double bytes, const char* op, uint64_t limit) {
  std::string shape;
  for (int n : a.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(n);
  throw bad_state(
      "OOM",
      "[" + std::string(op) + "] an array of shape [" + shape + "] needs " +
          digits(std::ceil(bytes / 1e9)) + " GB, this machine has " + std::to_string(limit / 1000000000) + " GB");
}

} // namespace

Addon::Addon(Napi::Env env) : env(env), references(std::make_shared<References>(*this)) {}

Addon::~Addon() {
  references->close();
}

void Addon::release_oldest() {
  slots.release(collected.front().handle, collected.front().serial);
  collected.pop_front();
  has_released = true;
  if (known > 0) known--;
}

void Addon::drain() {
  while (!collected.empty()) release_oldest();
  references->drain();
}

void Addon::drain_known() {
  while (known > 0) release_oldest();
  known = collected.size();
  references->drain();
}

void Addon::drain_old() {
  constexpr uint64_t kOnTheirWay = 4096;
  while (!collected.empty() && puts - collected.front().puts > kOnTheirWay) release_oldest();
}

Handle Addon::put(mx::array&& a, const char* op) {
  puts++;
  if (!collected.empty()) drain_old();
  if (references->waiting) references->drain();
  // A shape's length travels in 8 bits, and no loop of MLX was made for that many.
  if (a.ndim() > 255) {
    throw bad_value("the result has " + std::to_string(a.ndim()) + " axes, an array has 255 at most", "SHAPE");
  }
  double bytes = static_cast<double>(a.itemsize());
  for (int n : a.shape()) bytes *= n;
  // MLX's loops over an empty array rely on strides that its views do not have: they crash or never end.
  // A shapeless trace keeps the view, since later calls may fill it.
  if (bytes == 0 && a.has_primitive() && !shapeless_trace) {
    return slots.put(mx::array(mx::allocator::malloc(0), a.shape(), a.dtype()));
  }
  if (bytes <= static_cast<double>(memory_size)) return slots.put(std::move(a));
  // Beyond 2^62 bytes MLX's own arithmetic on sizes overflows.
  if (bytes > 0x1p62 || !is_view(a)) too_large(a, bytes, op, memory_size);
  Handle h = slots.put(std::move(a));
  slots.mark_huge(h);
  return h;
}

void Addon::reserve_results(uint32_t count) {
  if (count <= scratch.result_count) return;
  uint32_t grown = std::max(count, scratch.result_count * 2);
  auto buffer = Napi::Int32Array::New(env, grown);
  std::memcpy(buffer.Data(), scratch.results, scratch.result_count * sizeof(int32_t));
  results_ref = Napi::Persistent(buffer);
  scratch.results = buffer.Data();
  scratch.result_count = grown;
}

uint32_t Addon::put_results(const std::vector<mx::array>& arrays, const char* op, uint32_t offset) {
  auto count = static_cast<uint32_t>(arrays.size());
  reserve_results(offset + count);
  for (uint32_t i = 0; i < count; i++) {
    try {
      scratch.results[offset + i] = put(mx::array(arrays[i]), op);
    } catch (...) {
      // Nobody will hear of the handles before this one.
      for (uint32_t j = 0; j < i; j++) slots.release(scratch.results[offset + j]);
      throw;
    }
  }
  return offset + count;
}

void Addon::report_memory() {
  constexpr int64_t kStep = 1 << 20;
  // V8 begins to mark at 64 MB more than were left by its last collection, and a loop goes on meanwhile.
  constexpr int64_t kTwice = 32 << 20;
  auto bytes = static_cast<int64_t>(mx::get_active_memory());
  if (has_released || bytes < bytes_left) bytes_left = bytes;
  has_released = false;
  auto told = bytes + std::min(bytes - bytes_left, kTwice);
  auto change = told - reported_bytes;
  if (change > -kStep && change < kStep) return;
  int64_t total;
  napi_adjust_external_memory(env, change, &total);
  reported_bytes = told;
}

void add_function(
    Napi::Object exports,
    Addon& addon,
    const char* name,
    napi_callback callback,
    const char* op) {
  addon.functions.push_back({&addon, op ? op : name});
  napi_value function;
  napi_create_function(addon.env, name, NAPI_AUTO_LENGTH, callback, &addon.functions.back(), &function);
  napi_set_named_property(addon.env, exports, name, function);
}

void register_ops_on(Napi::Object exports, Addon& addon) {
  Registry registry(exports, addon);
  register_ops(registry);
}

namespace {

/** setup(ints, doubles, MLXError, memorySize): what JavaScript lends to the addon. */
napi_value setup(napi_env env, napi_callback_info raw) {
  Napi::CallbackInfo info(env, raw);
  auto& addon = *static_cast<Function*>(info.Data())->addon;
  return guarded(addon, "setup", [&]() -> napi_value {
    auto ints = info[0].As<Napi::Int32Array>();
    auto doubles = info[1].As<Napi::Float64Array>();
    addon.ints_ref = Napi::Persistent(ints);
    addon.doubles_ref = Napi::Persistent(doubles);
    addon.scratch.ints = ints.Data();
    addon.scratch.int_count = static_cast<uint32_t>(ints.ElementLength());
    addon.scratch.doubles = doubles.Data();
    addon.scratch.double_count = static_cast<uint32_t>(doubles.ElementLength());
    addon.mlx_error = Napi::Persistent(info[2].As<Napi::Function>());
    double memory = info[3].As<Napi::Number>().DoubleValue();
    addon.memory_size = static_cast<uint64_t>(memory);
    set_memory_size(memory);
    return nullptr;
  });
}

/** resultBuffer(): where lists of results are written; it changes when it grows. */
napi_value result_buffer(napi_env env, napi_callback_info raw) {
  Napi::CallbackInfo info(env, raw);
  return static_cast<Function*>(info.Data())->addon->results_ref.Value();
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  keep_blocks_at_hand();
  bind_tasks();
  // In the thread that calls the scheduler first, MLX tells of a failure in the middle of a later evaluation,
  // which then waits for work that may never end. No thread of ours is that one; but where there is a GPU, it
  // is the one that clears the GPU's streams at the end.
  if (mx::is_available(mx::Device::gpu)) mx::scheduler::scheduler();
  else std::thread([] { mx::scheduler::scheduler(); }).join();
  // Made at first use, the default stream would differ from the one that a first compilation noted.
  mx::default_stream(mx::default_device());
  auto* addon = new Addon(env);
  env.SetInstanceData(addon);
  // Streams belong to this thread: clear them before it ends, while the engine is whole.
  env.AddCleanupHook([] {
    try {
      mx::clear_streams();
    } catch (...) {
      // Work that failed after its last use has nobody left to tell.
    }
  });
  addon->reserve_results(1024);
  exports.Set("engineVersion", MLX_TS_ENGINE_VERSION);
  exports.Set("runtimeVersion", mx::version());
  add_function(exports, *addon, "setup", setup);
  add_function(exports, *addon, "resultBuffer", result_buffer);
  register_ops_on(exports, *addon);
  register_host(exports, *addon);
  register_runtime(exports, *addon);
  register_streams(exports, *addon);
  register_gpu(exports, *addon);
  register_distributed(exports, *addon);
  register_evaluation(exports, *addon);
  register_transforms(exports, *addon);
  register_vmap(exports, *addon);
  register_custom(exports, *addon);
  register_compile(exports, *addon);
  register_export(exports, *addon);
  register_contractions(exports, *addon);
  register_kernels(exports, *addon);
  register_io(exports, *addon);
  return exports;
}

} // namespace

} // namespace mlx_ts

static Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return mlx_ts::init(env, exports);
}

NODE_API_MODULE(mlx_ts, InitAddon)
