// Handles' lives, memory figures and limits, and the process-wide switches. Devices are in streams.cc.

#include "bind.h"
#include "guards.h"

#ifdef MLX_TS_OPENBLAS
extern "C" void scipy_openblas_set_num_threads(int);
#endif

namespace mlx_ts {

namespace {

/** release(list): gives handles back, stale ones are ignored. */
napi_value release(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    auto [items, count] = call.list(call.int32(argv[0]));
    for (uint32_t i = 0; i < count; i++) call.addon.slots.release(items[i]);
    return nullptr;
  });
}

/** retain(handle): a second handle to the same array. */
napi_value retain(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    return integer(env, call.addon.put(mx::array(call.array(call.int32(argv[0]))), call.op));
  });
}

/** exchange(into, from): `into` holds what `from` held, and `from` is gone. */
napi_value exchange(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    call.addon.slots.move(call.int32(argv[0]), call.int32(argv[1]));
    return nullptr;
  });
}

/** Runs inside the garbage collector: it may only note the handle. */
void on_collected(node_api_basic_env, void* data, void* hint) {
  auto bits = reinterpret_cast<uintptr_t>(data);
  auto& addon = *static_cast<Addon*>(hint);
  addon.collected.push_back({static_cast<Handle>(bits & UINT32_MAX), static_cast<uint32_t>(bits >> 32), addon.puts});
}

/** track(object, handle): releases the handle some time after the object is collected. */
napi_value track(napi_env env, napi_callback_info info) {
  static_assert(sizeof(void*) == 8, "a finalizer's data holds a handle and a serial");
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    Handle h = call.int32(argv[1]);
    auto bits = static_cast<uintptr_t>(call.addon.slots.serial_of(h)) << 32 | static_cast<uint32_t>(h);
    napi_add_finalizer(
        env, argv[0], reinterpret_cast<void*>(bits), on_collected, &call.addon, nullptr);
    return nullptr;
  });
}

napi_value live_handles(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value*) {
    call.addon.drain();
    return number(env, static_cast<double>(call.addon.slots.live()));
  });
}

/** memory(what): 0 active, 1 peak, 2 cached bytes, 3 memory limit. */
napi_value memory(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    switch (call.int32(argv[0])) {
      case 0:
        call.addon.drain();
        return number(env, static_cast<double>(mx::get_active_memory()));
      case 1:
        return number(env, static_cast<double>(mx::get_peak_memory()));
      case 2:
        return number(env, static_cast<double>(mx::get_cache_memory()));
      default:
        return number(env, static_cast<double>(mx::get_memory_limit()));
    }
  });
}

/** setMemory(what, bytes): 0 resets the peak, 1 clears the cache, 2-4 set a limit and return the old one. */
napi_value set_memory(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto bytes = static_cast<size_t>(call.number(argv[1]));
    switch (call.int32(argv[0])) {
      case 0:
        call.addon.drain();
        mx::reset_peak_memory();
        return number(env, 0);
      case 1:
        call.addon.drain();
        mx::clear_cache();
        return number(env, 0);
      case 2:
        return number(env, static_cast<double>(mx::set_memory_limit(bytes)));
      case 3:
        return number(env, static_cast<double>(mx::set_cache_limit(bytes)));
      default:
        return number(env, static_cast<double>(mx::set_wired_limit(bytes)));
    }
  });
}

/** bufferSize(list): bytes of the distinct buffers under computed arrays. */
napi_value buffer_size(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto arrays = call.arrays(call.int32(argv[0]));
    return number(env, static_cast<double>(mx::get_array_buffer_size(arrays)));
  });
}

/** setBlasThreads(count): does nothing where MLX's own BLAS is used; see ../blas-threads.ts. */
napi_value set_blas_threads(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    [[maybe_unused]] int count = call.int32(argv[0]);
#ifdef MLX_TS_OPENBLAS
    scipy_openblas_set_num_threads(count);
#endif
    return nullptr;
  });
}

napi_value clamp_switch(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    set_clamp_indices(call.boolean(argv[0]));
    return nullptr;
  });
}

} // namespace

void register_runtime(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "release", release);
  add_function(exports, addon, "retain", retain);
  add_function(exports, addon, "exchange", exchange);
  add_function(exports, addon, "track", track);
  add_function(exports, addon, "liveHandles", live_handles);
  add_function(exports, addon, "memory", memory);
  add_function(exports, addon, "setMemory", set_memory);
  add_function(exports, addon, "bufferSize", buffer_size);
  add_function(exports, addon, "clampIndices", clamp_switch);
  add_function(exports, addon, "setBlasThreads", set_blas_threads);
}

} // namespace mlx_ts
