// Waiting that can be given up. MLX's own waits sleep until the work is done: where another process has a
// part in it and is gone, that is never.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "mlx/mlx.h"
#include "mlx/scheduler.h"

namespace mlx_ts {

namespace mx = mlx::core;

/** Rung by a stream that has done all that was queued before. */
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  bool has_rung = false;

  void ring() {
    {
      std::lock_guard lock(mutex);
      has_rung = true;
    }
    rung.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    rung.wait(lock, [this] { return has_rung; });
  }
};

/** A bell for what was queued on a stream of the CPU until now. */
inline std::shared_ptr<Bell> bell_on(const mx::Stream& s) {
  auto bell = std::make_shared<Bell>();
  mx::scheduler::enqueue(s, [bell] { bell->ring(); });
  return bell;
}

/**
 * Waits until `done()`. Every other millisecond `check()` tells of errors by throwing: a stream that lost
 * its connection keeps its error to itself while the rest of its work waits for ever.
 *
 * @param last - the stream whose work ends the wait; it wakes this thread at once
 */
template <class Done, class Check>
void watch(const mx::Stream& last, Done&& done, Check&& check) {
  using namespace std::chrono_literals;
  if (done()) return;
  auto bell = last.device == mx::Device::cpu ? bell_on(last) : std::make_shared<Bell>();
  while (!done()) {
    check();
    std::unique_lock lock(bell->mutex);
    // Once rung, it must not wake this thread again and again.
    if (bell->has_rung) bell->rung.wait_for(lock, 50us);
    else bell->rung.wait_for(lock, 2ms, [&] { return bell->has_rung; });
  }
}

} // namespace mlx_ts
