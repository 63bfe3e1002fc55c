// Computing arrays, now or in the background, and what becomes of arrays whose computation failed.

#include <memory>

#include "decode.h"
#include "mlx/scheduler.h"

namespace mlx_ts {

/**
 * MLX counts a task before it puts it in line, and tells of an earlier failure between the two: then the
 * task is never done, and beyond ten of them every evaluation waits for ever. With nothing left in line the
 * count must be zero. Where another thread computes it may fall below for a while, which does no harm.
 */
void Addon::recount_tasks() noexcept {
  auto own = streams;
  own.push_back(mx::default_stream(mx::Device::cpu));
  for (auto& stream : own) {
    if (stream.device != mx::Device::cpu) continue;
    // Waiting tells of a failure that nobody was told of yet, and then has not waited.
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        mx::synchronize(stream);
        break;
      } catch (...) {
      }
    }
    while (mx::scheduler::n_active_tasks() > 0) mx::scheduler::notify_task_completion(stream);
  }
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
    addon.computing(handles, [&] { mx::eval(std::move(arrays)); });
    addon.drain();
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

  static void execute(napi_env, void* data) {
    auto* self = static_cast<Waiter*>(data);
    try {
      self->sentinel.wait();
    } catch (...) {
      self->error = std::current_exception();
      self->addon.failures++;
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

  void settle(napi_env env) {
    addon.report_memory();
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
    addon.failed(handles);
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
    auto sentinel = mx::depends({mx::array(0)}, arrays)[0];
    arrays.push_back(sentinel);
    try {
      mx::async_eval(std::move(arrays));
    } catch (const std::invalid_argument&) {
      throw;
    } catch (...) {
      addon.failed(handles);
      return rejected(addon);
    }
    addon.drain();
    return Waiter::start(std::make_unique<Waiter>(
        Waiter{addon, std::move(handles), std::move(sentinel)}));
  });
}

} // namespace

void register_evaluation(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "eval", eval);
  add_function(exports, addon, "evalAsync", eval_async);
}

} // namespace mlx_ts
