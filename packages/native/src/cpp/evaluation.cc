// Computing arrays, now or in the background, and what becomes of arrays whose computation failed.

#include <memory>

#include "decode.h"
#include "in_place.h"
#include "mlx/primitives.h"
#include "mlx/scheduler.h"
#include "watch.h"

namespace mlx_ts {

/**
 * MLX counts a task before it puts it in line, and tells of an earlier failure between the two: then the
 * task is never done, and beyond ten of them every evaluation waits for ever. With nothing left in line the
 * count must be zero. Where another thread computes it may fall below for a while, which does no harm.
 */
void Addon::recount_tasks() noexcept {
  for (auto& stream : cpu_streams()) {
    // Waiting tells of a failure that nobody was told of yet, and then has not waited. Where a member of a
    // group is gone, its streams were left behind: there is nothing to wait for.
    for (int attempt = 0; attempt < 3 && !lost_member; attempt++) {
      try {
        mx::synchronize(stream);
        break;
      } catch (...) {
      }
    }
    while (mx::scheduler::n_active_tasks() > 0) mx::scheduler::notify_task_completion(stream);
  }
}

void Addon::check(const std::vector<mx::Stream>& streams) {
  std::lock_guard lock(checking);
  try {
    for (auto& s : streams) mx::scheduler::check_error(s);
  } catch (...) {
    count_failure(std::current_exception());
    throw;
  }
}

void Addon::check_while_waiting(const std::vector<mx::Stream>& streams) {
  check(streams);
  if (loss_told && !lost_member) throw std::runtime_error("the connection to a peer was lost");
}

namespace {

/** An array that is computed when others are. */
mx::array sentinel_of(const std::vector<mx::array>& arrays) {
  return mx::depends({mx::array(0)}, arrays)[0];
}

/** The first of them that is still to be computed: an evaluation ends on its stream. */
const mx::array* first_to_compute(const std::vector<mx::array>& arrays) {
  for (auto& a : arrays) {
    if (a.status() == mx::array::Status::unscheduled && a.has_primitive()) return &a;
  }
  return nullptr;
}

} // namespace

void Addon::evaluate(std::vector<mx::array> arrays) {
  auto* first = first_to_compute(arrays);
  // Inside a transform nothing may be computed in the background.
  if (first == nullptr || tracing > 0) return mx::eval(std::move(arrays));
  if (!connected) {
    InPlace in_place(first->primitive().stream());
    mx::eval(std::move(arrays));
    return in_place.ended();
  }
  auto sentinel = sentinel_of(arrays);
  auto last = sentinel.primitive().stream();
  arrays.push_back(sentinel);
  mx::async_eval(std::move(arrays));
  auto streams = cpu_streams();
  watch(last, [&] { return sentinel.is_available(); }, [&] { check_while_waiting(streams); });
  sentinel.wait();
}

namespace {

/** eval(list): computes arrays; a failure poisons them. */
napi_value eval(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    auto& addon = call.addon;
    int32_t position = call.int32(argv[0]);
    auto [items, count] = call.list(position);
    std::vector<Handle> handles(items, items + count);
    auto arrays = call.arrays(position);
    addon.computing(handles, [&] { addon.evaluate(std::move(arrays)); });
    addon.drain_known();
    addon.report_memory();
    return nullptr;
  });
}

/**
 * Waits on a libuv worker for arrays that are being computed. The worker touches one private sentinel
 * that depends on them: MLX's array state has no locks, so nothing else may leave the JS thread. Plain
 * N-API: a thread that is being terminated runs no JavaScript any more, which must not throw here.
 */
struct Waiter {
  Addon& addon;
  std::vector<Handle> handles;
  mx::array sentinel;
  /** Where it is computed. */
  mx::Stream last;
  /**
   * Rung when the CPU is done. MLX's own wait would take the error of the stream away from the JS thread,
   * which could read garbage before it hears of the failure.
   */
  std::shared_ptr<Bell> bell;
  /** Where other processes may have a part in what it depends on. */
  std::vector<mx::Stream> streams = addon.connected ? addon.cpu_streams() : std::vector<mx::Stream>{};
  /** The failures known at the start: one more may have been this one's. */
  uint32_t failures = addon.failures;
  std::exception_ptr error = nullptr;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;

  /** Starts the wait; the waiter deletes itself at its end. */
  static napi_value start(std::unique_ptr<Waiter> waiter) {
    napi_env env = waiter->addon.env;
    napi_value promise, name;
    auto* self = waiter.get();
    if (napi_create_promise(env, &self->deferred, &promise) != napi_ok ||
        napi_create_string_utf8(env, "mlx", NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_create_async_work(env, nullptr, name, execute, complete, self, &self->work) != napi_ok ||
        napi_queue_async_work(env, self->work) != napi_ok) {
      throw bad_state("ENGINE", "this thread is ending, nothing can be awaited any more");
    }
    waiter.release()->addon.waiting++;
    return promise;
  }

  /**
   * Node joins its workers when it ends: one that waits for another process gives up then, and when
   * somebody else has found that process gone.
   */
  void wait_for_others() {
    bool ready = false;
    auto done = [&] {
      ready = sentinel.is_available();
      return ready || addon.ending || addon.lost_member;
    };
    watch(last, done, [&] { addon.check(streams); });
    if (ready) return sentinel.wait();
    throw std::runtime_error("the connection to another process of the group was lost");
  }

  static void execute(napi_env, void* data) {
    auto* self = static_cast<Waiter*>(data);
    try {
      if (!self->streams.empty()) self->wait_for_others();
      else if (self->bell) self->bell->wait();
      else self->sentinel.wait();
    } catch (...) {
      self->error = std::current_exception();
      self->addon.count_failure(self->error);
    }
  }

  static void complete(napi_env env, napi_status status, void* data) {
    std::unique_ptr<Waiter> self(static_cast<Waiter*>(data));
    napi_delete_async_work(env, self->work);
    self->addon.waiting--;
    if (status == napi_cancelled) return;
    try {
      self->settle(env);
    } catch (...) {
      // The thread is being terminated: nobody is left to tell.
    }
  }

  /** What the CPU failed with, while nobody else was told of it. */
  std::exception_ptr untold() {
    try {
      addon.check(addon.cpu_streams());
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void settle(napi_env env) {
    addon.report_memory();
    if (!error) error = untold();
    // Whoever looked first was told of it, and it may have been this one's.
    if (!error && addon.failures != failures) error = addon.last_failure;
    if (!error && addon.failures != failures) {
      error = std::make_exception_ptr(
          std::runtime_error("an evaluation failed while this one was in flight; compute it anew"));
    }
    if (!error) {
      addon.settle();
      napi_value undefined;
      napi_get_undefined(env, &undefined);
      napi_resolve_deferred(env, deferred, undefined);
      return;
    }
    addon.failed(handles, error);
    napi_reject_deferred(env, deferred, to_js_error(addon, "evalAsync", error));
  }
};

/** A promise that is rejected with the exception in flight. */
napi_value rejected(Addon& addon) {
  auto deferred = Napi::Promise::Deferred::New(addon.env);
  deferred.Reject(to_js_error(addon, "evalAsync", std::current_exception()));
  return deferred.Promise();
}

/** evalAsync(list): starts computing arrays, returns a promise; throws only what is refused up front. */
napi_value eval_async(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    auto& addon = call.addon;
    int32_t position = call.int32(argv[0]);
    auto [items, count] = call.list(position);
    std::vector<Handle> handles(items, items + count);
    auto arrays = call.arrays(position);
    auto sentinel = sentinel_of(arrays);
    auto last = sentinel.primitive().stream();
    arrays.push_back(sentinel);
    std::shared_ptr<Bell> bell;
    try {
      mx::async_eval(std::move(arrays));
      if (last.device == mx::Device::cpu) bell = bell_on(last);
    } catch (const std::invalid_argument&) {
      throw;
    } catch (...) {
      addon.failed(handles, std::current_exception());
      return rejected(addon);
    }
    addon.drain_known();
    return Waiter::start(std::make_unique<Waiter>(
        Waiter{addon, std::move(handles), std::move(sentinel), last, std::move(bell)}));
  });
}

} // namespace

void register_evaluation(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "eval", eval);
  add_function(exports, addon, "evalAsync", eval_async);
}

} // namespace mlx_ts
