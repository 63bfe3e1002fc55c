// JavaScript functions that MLX's graphs hold. A graph may be freed on any thread, and after the end of
// the environment whose function it holds; references may be deleted on the environment's thread only.
#pragma once

#include <mutex>
#include <thread>

#include "transforms.h"

namespace mlx_ts {

/** References that graphs let go of, until the JavaScript thread deletes them. */
class References {
 public:
  explicit References(Addon& addon) : addon_(&addon) {}

  /** On any thread. */
  void drop(napi_ref reference) {
    std::lock_guard lock(mutex_);
    if (!addon_) return;
    dropped_.push_back(reference);
    waiting = true;
  }
  /** On the JavaScript thread. */
  void drain();
  /** The environment ends, and deletes its references itself. */
  void close() {
    std::lock_guard lock(mutex_);
    addon_ = nullptr;
  }
  /** The environment, for calls on its own thread. */
  Addon& addon() const;

  /** Whether there is something to delete. */
  std::atomic<bool> waiting{false};

 private:
  Addon* addon_;
  std::thread::id thread_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::vector<napi_ref> dropped_;
};

/** A JavaScript function held from C++, of lists of arrays. */
class HeldFunction {
 public:
  HeldFunction(const Call& call, napi_value function);
  ~HeldFunction() {
    references_->drop(reference_);
  }
  HeldFunction(const HeldFunction&) = delete;
  HeldFunction& operator=(const HeldFunction&) = delete;

  /** Runs body(call, function) as part of the native call that MLX was called from. */
  template <class F>
  auto with(F&& body) const {
    Call call{references_->addon(), op_, env_};
    Napi::HandleScope scope(env_);
    napi_value function;
    napi_get_reference_value(env_, reference_, &function);
    return body(call, function);
  }

 private:
  std::shared_ptr<References> references_;
  napi_env env_;
  const char* op_;
  napi_ref reference_;
};

} // namespace mlx_ts
