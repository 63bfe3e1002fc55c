// Computing arrays, now or in the background, and what becomes of arrays whose computation failed.

#include "decode.h"

namespace mlx_ts {

namespace {

/** eval(list): computes arrays; a failure poisons them. */
napi_value eval(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    auto& addon = call.addon;
    int32_t position = call.int32(argv[0]);
    auto [items, count] = call.list(position);
    std::vector<Handle> handles(items, items + count);
    auto arrays = call.arrays(position);
    try {
      mx::eval(std::move(arrays));
    } catch (const std::invalid_argument&) {
      throw; // refused before anything ran, for example inside a transform
    } catch (...) {
      addon.slots.poison_unsettled();
      for (Handle h : handles) addon.slots.poison(h);
      throw;
    }
    addon.slots.settle();
    addon.drain();
    addon.report_memory();
    return nullptr;
  });
}

/**
 * Waits on a libuv worker for arrays that are being computed. The worker touches one private sentinel
 * that depends on them: MLX's array state has no locks, so nothing else may leave the JS thread.
 */
class Waiter : public Napi::AsyncWorker {
 public:
  Waiter(Addon& addon, std::vector<Handle> handles, mx::array sentinel)
      : Napi::AsyncWorker(addon.env),
        addon_(addon),
        handles_(std::move(handles)),
        sentinel_(std::move(sentinel)),
        deferred_(addon.env) {}

  Napi::Promise promise() {
    return deferred_.Promise();
  }

  void Execute() override {
    try {
      sentinel_.wait();
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  void OnOK() override {
    addon_.report_memory();
    if (!error_) {
      addon_.slots.settle();
      deferred_.Resolve(addon_.env.Undefined());
      return;
    }
    for (Handle h : handles_) addon_.slots.poison(h);
    deferred_.Reject(to_js_error(addon_, "evalAsync", error_));
  }

 private:
  Addon& addon_;
  std::vector<Handle> handles_;
  mx::array sentinel_;
  Napi::Promise::Deferred deferred_;
  std::exception_ptr error_;
};

/** evalAsync(list): starts computing arrays, returns a promise. */
napi_value eval_async(napi_env env, napi_callback_info info) {
  return native_call(env, info, [](Call& call, napi_value* argv) -> napi_value {
    auto& addon = call.addon;
    int32_t position = call.int32(argv[0]);
    auto [items, count] = call.list(position);
    std::vector<Handle> handles(items, items + count);
    auto arrays = call.arrays(position);
    auto sentinel = mx::depends({mx::array(0)}, arrays)[0];
    arrays.push_back(sentinel);
    mx::async_eval(std::move(arrays));
    addon.drain();
    auto* waiter = new Waiter(addon, std::move(handles), std::move(sentinel));
    auto promise = waiter->promise();
    waiter->Queue();
    return promise;
  });
}

} // namespace

void register_evaluation(Napi::Object exports, Addon& addon) {
  add_function(exports, addon, "eval", eval);
  add_function(exports, addon, "evalAsync", eval_async);
}

} // namespace mlx_ts
