// Communication between processes: groups and what their members exchange. MLX's ring talks only to
// neighbours, waits for ever where a member is gone, and is not made for several threads; what is known
// of that beforehand is refused here.

#include <cstring>
#include <mutex>
#include <thread>
#include <typeinfo>

#include "bind.h"
#include "guards.h"
#include "mlx/distributed/distributed_impl.h"

namespace mlx_ts {

namespace dist = mx::distributed;

namespace {

/** A group among an op's arguments. */
struct Members {
  dist::Group group;

  int size() const {
    return group.size();
  }
  bool is_ring() const {
    auto& impl = *group.raw_group();
    return std::strstr(typeid(impl).name(), "RingGroup") != nullptr;
  }

  /** Another member's rank, which this one can reach. */
  int other(int rank) const {
    int n = size(), own = group.rank();
    if (n == 1) return rank; // MLX says what there is to say
    if (rank < 0 || rank >= n) {
      throw bad_value(
          "the rank " + std::to_string(rank) + " was given, the group has the ranks 0 to " +
          std::to_string(n - 1));
    }
    if (rank == own) {
      throw bad_value("the rank " + std::to_string(rank) + " is this process itself, which cannot take part twice");
    }
    bool beside = (own + 1) % n == rank || (rank + 1) % n == own;
    if (is_ring() && !beside) {
      throw bad_value(
          "the rank " + std::to_string(rank) + " is no neighbour of " + std::to_string(own) +
          " in the ring, which can reach only those; pass it on from member to member");
    }
    return rank;
  }
};

} // namespace

template <>
struct Argument<Members> {
  using stored = Members;
  static stored read(const Call& call, napi_value v) {
    auto& groups = call.addon.groups;
    auto index = static_cast<size_t>(call.int32(v));
    if (index >= groups.size()) throw bad_kind("a group was expected inside the addon");
    Members members{groups[index]};
    if (call.addon.lost_member && members.size() > 1) {
      throw bad_state(
          "ENGINE",
          "the connection to another process of the group was lost earlier; end this process and launch all anew");
    }
    return members;
  }
};

bool tells_lost_member(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return std::strstr(e.what(), "connection to a peer was lost") != nullptr;
  } catch (...) {
    return false;
  }
}

namespace {

/**
 * Groups of several processes belong to one environment: MLX keeps them in a table without a lock, and two
 * threads that communicate at once would mix up their messages.
 */
std::mutex owner_mutex;
Addon* owner = nullptr;

void forget_groups(void* addon) {
  std::lock_guard lock(owner_mutex);
  if (owner == addon) owner = nullptr;
}

napi_value described(const Call& call, const dist::Group& group) {
  auto& groups = call.addon.groups;
  size_t id = 0;
  while (id < groups.size() && groups[id].raw_group() != group.raw_group()) id++;
  if (id == groups.size()) {
    groups.push_back(group);
    // Never destroyed: work in flight points to it, also at the process's end.
    static auto* kept = new std::vector<dist::Group>;
    kept->push_back(group);
  }
  auto out = Napi::Object::New(call.env);
  out.Set("id", static_cast<double>(id));
  out.Set("rank", static_cast<double>(group.rank()));
  out.Set("size", static_cast<double>(group.size()));
  return out;
}

/**
 * A user's exchange of bytes, which jaccl connects its members by. The environment owns it: the group lives
 * longer than any JavaScript function may.
 */
struct Exchange {
  napi_env env;
  std::thread::id thread = std::this_thread::get_id();
  Napi::FunctionReference make;
  Napi::FunctionReference gather;

  /** Calls one of the two; an exception that it throws is left pending. */
  template <class... Args>
  Napi::Value call(Napi::FunctionReference& fn, Args... args) {
    if (std::this_thread::get_id() != thread) {
      throw std::runtime_error("[init] allGatherFactory's function was needed on another thread");
    }
    napi_value list[] = {args...};
    napi_value undefined, result;
    napi_get_undefined(env, &undefined);
    if (napi_call_function(env, undefined, fn.Value(), sizeof...(args), list, &result) != napi_ok) {
      throw JsPending{};
    }
    return {env, result};
  }
};

dist::AllGatherFactory factory_of(Addon& addon, Napi::Function make) {
  auto exchange = std::make_shared<Exchange>();
  exchange->env = addon.env;
  exchange->make = Napi::Persistent(make);
  addon.exchange = exchange;
  std::weak_ptr<Exchange> weak = exchange;
  auto alive = [weak] {
    auto strong = weak.lock();
    if (!strong) throw std::runtime_error("[init] the thread of allGatherFactory has ended");
    return strong;
  };
  return [alive](int rank, int size) -> dist::AllGatherFn {
    auto exchange = alive();
    Napi::Env env = exchange->env;
    auto made = exchange->call(
        exchange->make, Napi::Number::New(env, rank), Napi::Number::New(env, size));
    if (!made.IsFunction()) throw bad_kind("allGatherFactory must return a function");
    exchange->gather = Napi::Persistent(made.As<Napi::Function>());
    return [alive, size](const char* src, char* dst, size_t count) {
      auto exchange = alive();
      Napi::Env env = exchange->env;
      auto bytes = Napi::Uint8Array::New(env, count);
      std::memcpy(bytes.Data(), src, count);
      auto all = exchange->call(
          exchange->gather, bytes, Napi::Number::New(env, static_cast<double>(count)));
      bool fits = all.IsTypedArray() && all.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array &&
          all.As<Napi::TypedArray>().ByteLength() == count * size;
      if (!fits) {
        throw bad_kind(
            "allGatherFactory's function must return a Uint8Array of " + std::to_string(count * size) + " bytes");
      }
      std::memcpy(dst, all.As<Napi::Uint8Array>().Data(), count * size);
    };
  };
}

/** distributedAvailable(backend) */
napi_value available(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value* argv) {
    return integer(env, dist::is_available(Napi::Value(env, argv[0]).As<Napi::String>()) ? 1 : 0);
  });
}

/** initGroup(strict, backend, factory or undefined): { id, rank, size } */
napi_value init(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call& call, napi_value* argv) {
    bool strict = call.boolean(argv[0]);
    std::string backend = Napi::Value(env, argv[1]).As<Napi::String>();
    Napi::Value factory(env, argv[2]);
    std::lock_guard lock(owner_mutex);
    auto group = factory.IsFunction()
        ? dist::init(strict, backend, factory_of(call.addon, factory.As<Napi::Function>()))
        : dist::init(strict, backend);
    if (group.size() > 1) {
      if (owner != nullptr && owner != &call.addon) {
        throw bad_value("another thread of this process uses the group already, only one may");
      }
      owner = &call.addon;
      call.addon.connected = true;
    }
    return described(call, group);
  });
}

/** splitGroup(group, color, key): { id, rank, size } */
napi_value split(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) {
    auto members = Argument<Members>::read(call, argv[0]);
    return described(call, members.group.split(call.int32(argv[1]), call.int32(argv[2])));
  });
}

/** ringEnvironment(): what MLX's ring will read; JavaScript's copy may differ, for example in Workers. */
napi_value ring_environment(napi_env env, napi_callback_info info) {
  return native_call(env, info, [env](Call&, napi_value*) -> napi_value {
    auto out = Napi::Object::New(env);
    if (const char* file = std::getenv("MLX_HOSTFILE")) out.Set("hostfile", file);
    if (const char* rank = std::getenv("MLX_RANK")) out.Set("rank", rank);
    return out;
  });
}

/** endWaits(): whoever waits in the background gives up, since the process ends. */
napi_value end_waits(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value*) -> napi_value {
    call.addon.ending = true;
    return nullptr;
  });
}

void register_exchanges(Registry& ops) {
  ops.add("allSum", [](const mx::array& x, const Members& m, Place s) {
    return dist::all_sum(x, m.group, s);
  });
  ops.add("allMax", [](const mx::array& x, const Members& m, Place s) {
    return dist::all_max(x, m.group, s);
  });
  ops.add("allMin", [](const mx::array& x, const Members& m, Place s) {
    return dist::all_min(x, m.group, s);
  });
  ops.add("allGather", [](const mx::array& x, const Members& m, Place s) {
    int64_t rows = x.ndim() == 0 ? 1 : x.shape(0);
    if (rows * m.size() > std::numeric_limits<int>::max()) {
      throw bad_value("the result would have " + std::to_string(rows * m.size()) + " rows, beyond 2^31 - 1", "SHAPE");
    }
    return dist::all_gather(x, m.group, s);
  });
  ops.add("sumScatter", [](const mx::array& x, const Members& m, Place s) {
    if (m.size() > 1 && m.is_ring()) {
      throw bad_state(
          "UNSUPPORTED", "the ring backend cannot do this; use allSum and take this process's part");
    }
    return dist::sum_scatter(x, m.group, s);
  });
  ops.add("send", [](const mx::array& x, int to, const Members& m, Place s) {
    return dist::send(x, m.other(to), m.group, s);
  });
  ops.add("recv", [](const mx::Shape& shape, mx::Dtype dtype, int from, const Members& m, Place s) {
    return dist::recv(sizes(shape), dtype, m.other(from), m.group, s);
  });
}

} // namespace

void register_distributed(Napi::Object exports, Addon& addon) {
  napi_add_env_cleanup_hook(addon.env, forget_groups, &addon);
  add_function(exports, addon, "distributedAvailable", available);
  add_function(exports, addon, "initGroup", init);
  add_function(exports, addon, "splitGroup", split);
  add_function(exports, addon, "ringEnvironment", ring_environment);
  add_function(exports, addon, "endWaits", end_waits);
  Registry ops(exports, addon);
  register_exchanges(ops);
}

} // namespace mlx_ts
