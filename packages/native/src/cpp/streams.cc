// Devices and streams. MLX numbers streams for the whole process, but each belongs to the thread that
// made it; JavaScript sees its own environment's numbers only.

#include <algorithm>
#include <future>
#include <mutex>

#include "decode.h"
#include "watch.h"

namespace mlx_ts {

using namespace std::chrono_literals;

namespace {

/** The place code of a device; see decode.h. */
int32_t device_code(const mx::Device& d) {
  return (d.type == mx::Device::cpu ? 1 : 2) | d.index << 2;
}

/** The place code of a stream, which is listed once. */
int32_t stream_code(Addon& addon, const mx::Stream& s, bool shared = false) {
  auto& streams = addon.streams;
  for (size_t i = 0; i < streams.size(); i++) {
    if (streams[i].stream == s) return 3 | static_cast<int32_t>(i) << 2;
  }
  streams.push_back({s, shared, false});
  return 3 | static_cast<int32_t>(streams.size() - 1) << 2;
}

mx::Stream stream_of(Call& call, napi_value place) {
  return mx::to_stream(place_from_code(call.addon, call.int32(place)));
}
mx::Device device_of(Call& call, napi_value place) {
  return device_from_code(call.int32(place));
}

/** deviceCount(type): 0 cpu, 1 gpu. */
napi_value device_count(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    return integer(env, mx::device_count(call.int32(argv[0]) == 0 ? mx::Device::cpu : mx::Device::gpu));
  });
}

napi_value default_device(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value*) {
    return integer(env, device_code(mx::default_device()));
  });
}

napi_value set_default_device(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    mx::set_default_device(device_of(call, argv[0]));
    return nullptr;
  });
}

/** defaultStream(device): its place code, which does not tell the device. */
napi_value default_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    return integer(env, stream_code(call.addon, mx::default_stream(device_of(call, argv[0]))));
  });
}

napi_value set_default_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    mx::set_default_stream(stream_of(call, argv[0]));
    return nullptr;
  });
}

napi_value new_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    return integer(env, stream_code(call.addon, mx::new_stream(device_of(call, argv[0]))));
  });
}

/**
 * MLX lists the streams of all threads in a table without a lock, so one environment at a time may make
 * and use them.
 */
std::mutex shared_streams;
Addon* shared_streams_owner = nullptr;

napi_value new_thread_unsafe_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    auto device = device_of(call, argv[0]);
    std::lock_guard lock(shared_streams);
    if (shared_streams_owner != nullptr && shared_streams_owner != &call.addon) {
      throw bad_value(
          "another thread has made streams of this kind, which only one may use; use mx.newStream()");
    }
    shared_streams_owner = &call.addon;
    return integer(env, stream_code(call.addon, mx::new_thread_unsafe_stream(device), true));
  });
}

void forget_shared_streams(void* addon) {
  std::lock_guard lock(shared_streams);
  if (shared_streams_owner == addon) shared_streams_owner = nullptr;
}

/** newThreadLocalStream(device): its number among those of the process. */
napi_value new_thread_local_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    return integer(env, mx::new_thread_local_stream(device_of(call, argv[0])).index);
  });
}

/** threadLocalStream(device, number): the place code of this thread's own stream. */
napi_value thread_local_stream(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    mx::ThreadLocalStream stream(call.int32(argv[1]), device_of(call, argv[0]));
    return integer(env, stream_code(call.addon, mx::stream_from_thread_local_stream(stream)));
  });
}

/** Waits for streams; what fails there is what background work failed with. */
void wait_for(Addon& addon, const std::vector<mx::Stream>& streams) {
  addon.computing({}, [&] {
    for (const mx::Stream& s : streams) {
      if (addon.connected && s.device == mx::Device::cpu) {
        auto done = std::make_shared<std::promise<void>>();
        auto reached = done->get_future();
        mx::scheduler::enqueue(s, [done] { done->set_value(); });
        watch(
            s,
            [&] { return reached.wait_for(0s) == std::future_status::ready; },
            [&] { addon.check_while_waiting({s}); });
      }
      mx::synchronize(s);
    }
  });
}

/** This environment's own streams that are in use. */
std::vector<mx::Stream> own_streams(const Addon& addon) {
  std::vector<mx::Stream> out;
  for (auto& own : addon.streams) {
    if (!own.shared && !own.cleared) out.push_back(own.stream);
  }
  return out;
}

/** The default streams that clearing would destroy. */
std::vector<mx::Stream> own_defaults(const Addon& addon) {
  std::vector<mx::Stream> out;
  for (auto type : {mx::Device::cpu, mx::Device::gpu}) {
    for (int i = 0; i < mx::device_count(type); i++) {
      auto s = mx::peek_default_stream(mx::Device(type, i));
      bool shared = s && std::any_of(addon.streams.begin(), addon.streams.end(), [&](auto& own) {
        return own.shared && own.stream == *s;
      });
      if (s && !shared) out.push_back(*s);
    }
  }
  return out;
}

/**
 * Destroys this environment's streams. Default streams are made anew: MLX would leave the destroyed ones
 * in their place, and every later op would fail.
 */
void destroy_streams(Addon& addon) {
  auto defaults = own_defaults(addon);
  mx::clear_streams();
  for (auto& own : addon.streams) own.cleared = own.cleared || !own.shared;
  for (auto& s : defaults) mx::set_default_stream(mx::new_stream(s.device));
}

/** clearStreams(): finishes and destroys this environment's streams. */
napi_value clear_streams(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value*) -> napi_value {
    // It also empties the cache of compiled functions, which a trace is being written to.
    if (call.addon.tracing > 0) {
      throw bad_value("called inside a transform, streams can be cleared outside only");
    }
    wait_for(call.addon, own_defaults(call.addon));
    wait_for(call.addon, own_streams(call.addon));
    destroy_streams(call.addon);
    return nullptr;
  });
}

napi_value synchronize(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    wait_for(call.addon, {stream_of(call, argv[0])});
    return nullptr;
  });
}

napi_value device_info(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) -> napi_value {
    auto out = Napi::Object::New(env);
    for (auto& [name, value] : mx::device_info(device_of(call, argv[0]))) {
      if (auto* text = std::get_if<std::string>(&value)) {
        out.Set(name, *text);
      } else {
        out.Set(name, static_cast<double>(std::get<size_t>(value)));
      }
    }
    return out;
  });
}

} // namespace

std::vector<mx::Stream> Addon::cpu_streams() const {
  std::vector<mx::Stream> out;
  if (auto s = mx::peek_default_stream(mx::Device::cpu)) out.push_back(*s);
  for (auto& own : streams) {
    if (!own.cleared && own.stream.device == mx::Device::cpu) out.push_back(own.stream);
  }
  return out;
}

void Addon::lose_member() {
  if (lost_member.exchange(true) || tracing > 0) return;
  destroy_streams(*this);
}

void register_streams(Napi::Object exports, Addon& addon) {
  napi_add_env_cleanup_hook(addon.env, forget_shared_streams, &addon);
  add_function(exports, addon, "deviceCount", device_count);
  add_function(exports, addon, "defaultDevice", default_device);
  add_function(exports, addon, "setDefaultDevice", set_default_device);
  add_function(exports, addon, "defaultStream", default_stream);
  add_function(exports, addon, "setDefaultStream", set_default_stream);
  add_function(exports, addon, "newStream", new_stream);
  add_function(exports, addon, "newThreadUnsafeStream", new_thread_unsafe_stream);
  add_function(exports, addon, "newThreadLocalStream", new_thread_local_stream);
  add_function(exports, addon, "threadLocalStream", thread_local_stream);
  add_function(exports, addon, "clearStreams", clear_streams);
  add_function(exports, addon, "synchronize", synchronize);
  add_function(exports, addon, "deviceInfo", device_info);
}

} // namespace mlx_ts
