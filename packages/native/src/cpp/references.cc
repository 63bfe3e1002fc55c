// See references.h.

#include "references.h"

namespace mlx_ts {

void References::drain() {
  std::vector<napi_ref> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped.swap(dropped_);
    waiting = false;
  }
  for (auto reference : dropped) napi_delete_reference(addon_->env, reference);
}

Addon& References::addon() const {
  if (addon_ == nullptr || std::this_thread::get_id() != thread_) {
    throw std::runtime_error("a graph called its JavaScript function outside the thread it was built on");
  }
  return *addon_;
}

HeldFunction::HeldFunction(const Call& call, napi_value function)
    : references_(call.addon.references), env_(call.env), op_(call.op) {
  if (napi_create_reference(env_, function, 1, &reference_) != napi_ok) {
    throw bad_kind("a function was expected inside the addon");
  }
}

} // namespace mlx_ts
