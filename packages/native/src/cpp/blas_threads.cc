// How many threads OpenBLAS uses on Linux: half of the processor cores that this process may use, and
// at least one; OPENBLAS_NUM_THREADS or OMP_NUM_THREADS choose another number. Its threads wait for
// each other by spinning, and JavaScript and MLX each have a busy thread of their own. On 2 cores a
// second thread made an idle machine's large multiplications up to 1.9 times as fast, but with one
// core taken by anything else it made training steps 2 to 16 times as slow as one thread.
#ifdef MLX_TS_OPENBLAS

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

extern "C" void scipy_openblas_set_num_threads(int);

namespace {

// A container's share of the processors, as cgroups write it ("200000 100000" is 2); 0: no limit.
int container_cores() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period && period > 0 ? std::max(1, static_cast<int>(quota / period)) : 0;
}

int usable_cores() {
  cpu_set_t set;
  int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  int limit = container_cores();
  return limit > 0 ? std::min(cores, limit) : cores;
}

// Runs when the addon is loaded, before any computation.
[[maybe_unused]] const bool chosen = [] {
  if (std::getenv("OPENBLAS_NUM_THREADS") || std::getenv("OMP_NUM_THREADS")) return false;
  scipy_openblas_set_num_threads(std::max(1, usable_cores() / 2));
  return true;
}();

}  // namespace

#endif
