// An evaluation that a thread waits for is computed by that thread. MLX hands every task of the CPU to a thread of
// its stream; to wake that one, and to be woken by it, takes 10 to 50 microseconds, a small op takes one.
#pragma once

#include "mlx/mlx.h"

namespace mlx_ts {

namespace mx = mlx::core;

/** Lets MLX's tasks pass by here on their way to a stream's thread. Where that cannot be, all stays as MLX does it. */
void bind_tasks();

/**
 * While it lives, this thread does the tasks of a stream itself, if nothing is in line before them and its stack
 * has room. A thread whose evaluations use several streams leaves all work to their threads, which compute side by side.
 */
class InPlace {
 public:
  explicit InPlace(const mx::Stream& s);
  ~InPlace();
  InPlace(const InPlace&) = delete;
  InPlace& operator=(const InPlace&) = delete;
  /** The evaluation ended well: it has waited for all that was in line before it. */
  void ended();

 private:
  int stream_;
};

} // namespace mlx_ts
