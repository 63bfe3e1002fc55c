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
};

/**
 * Waits until `done()`. Every other millisecond the errors of streams are told by throwing: one that lost
 * its connection keeps its error to itself while the rest of its work waits for ever.
 *
 * @param last - the stream whose work ends the wait; it wakes this thread at once
 */
template <class F>
void watch(const std::vector<mx::Stream>& streams, const mx::Stream& last, F&& done) {
  using namespace std::chrono_literals;
  if (done()) return;
  auto bell = std::make_shared<Bell>();
  if (last.device == mx::Device::cpu) {
    mx::scheduler::enqueue(last, [bell] { bell->ring(); });
  }
  while (!done()) {
    for (auto& s : streams) mx::scheduler::check_error(s);
    std::unique_lock lock(bell->mutex);
    // Once rung, it must not wake this thread again and again.
    if (bell->has_rung) bell->rung.wait_for(lock, 50us);
    else bell->rung.wait_for(lock, 2ms, [&] { return bell->has_rung; });
  }
}

} // namespace mlx_ts
