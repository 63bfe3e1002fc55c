// The state of one JavaScript environment (the main thread or a Worker): slots, the scratch buffers
// that carry lists and scalars, streams, and the constructors of the project's errors.
#pragma once

#include <napi.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "mlx/mlx.h"
#include "slots.h"

namespace mlx_ts {

struct Addon;
class References;

/** Whether an evaluation failed because another process of a group is gone; see distributed.cc. */
bool tells_lost_member(std::exception_ptr error);

/** What a native function is told of itself: its environment's state and its name in messages. */
struct Function {
  Addon* addon;
  const char* name;
};

/** Buffers that JavaScript writes arguments to, and reads lists of handles from. */
struct Scratch {
  int32_t* ints = nullptr;
  uint32_t int_count = 0;
  double* doubles = nullptr;
  uint32_t double_count = 0;
  int32_t* results = nullptr;
  uint32_t result_count = 0;
};

/** A stream of this environment, by its number in places; see decode.h. */
struct OwnStream {
  mx::Stream stream;
  /** MLX keeps it for all threads, so that clearing this thread's streams leaves it be. */
  bool shared;
  bool cleared;
};

struct Addon {
  explicit Addon(Napi::Env env);
  ~Addon();

  Napi::Env env;
  SlotTable slots;
  Scratch scratch;
  Napi::Reference<Napi::Int32Array> ints_ref;
  Napi::Reference<Napi::Float64Array> doubles_ref;
  Napi::Reference<Napi::Int32Array> results_ref;
  Napi::FunctionReference mlx_error;
  std::deque<Function> functions;
  std::vector<OwnStream> streams;
  /** How many JavaScript functions MLX is tracing now, one inside the other. */
  int tracing = 0;
  /** Communication groups by handle; see distributed.cc. */
  std::vector<mx::distributed::Group> groups;
  /** Whether one of them has other processes. */
  bool connected = false;
  /** Whether the connection to a member of a group broke: what is sent after that would wait for ever. */
  std::atomic<bool> lost_member{false};
  /** A failure told of that, in whatever thread; the JS thread may hear of the failure alone first. */
  std::atomic<bool> loss_told{false};
  /** JavaScript functions that a group's connection needs; see distributed.cc. */
  std::shared_ptr<void> exchange;
  /** The most bytes that one array may claim: this machine's memory. */
  uint64_t memory_size = 0;
  /** Compiled functions by id; see compile.cc. */
  std::shared_ptr<void> compiled;
  /** Exporters and imported functions by id; see export.cc. */
  std::shared_ptr<void> exported;
  /** Whether a function is being traced whose shapes are free. */
  bool shapeless_trace = false;
  /** Bytes that V8 has been told of. */
  int64_t reported_bytes = 0;
  /** Bytes that were left when something that V8 had collected was released last. */
  int64_t bytes_left = 0;
  /** Whether that was since the last report. */
  bool has_released = false;

  /** A handle whose owner was collected, and how many arrays had been made by then. */
  struct Collected {
    Handle handle;
    uint32_t serial;
    uint64_t puts;
  };
  /**
   * Finalizers run inside the garbage collector, which may come while JavaScript holds nothing of an array but
   * its handle, on the way to an op. So these are released at the second evaluation, or when they are old.
   */
  std::deque<Collected> collected;
  /** How many of them were there at the last evaluation. */
  size_t known = 0;
  uint64_t puts = 0;

  /** JavaScript functions that graphs hold. */
  std::shared_ptr<References> references;

  /** The handle of a new array. Refuses one that could never be held in memory. */
  Handle put(mx::array&& a, const char* op);
  /** Releases all that finalizers and other threads let go of; for calls that no op makes on its way. */
  void drain();
  /** Releases what was collected before the last evaluation: reading, for example, evaluates once on its way. */
  void drain_known();
  /** Releases what was collected more than 4096 new arrays ago: no op's arguments take that many. */
  void drain_old();
  void release_oldest();

  /**
   * Failures of work in the background. MLX tells each to whoever looks first, which may be the wait for
   * another array; so all that was in flight then counts as failed.
   */
  std::atomic<uint32_t> failures{0};
  /** Held from taking an error off a stream until it is counted. */
  std::mutex checking;
  /** The last of them that the JS thread heard of. */
  std::exception_ptr last_failure;
  /** How many of them were answered by poisoning. */
  uint32_t answered = 0;
  /** Evaluations that something waits for in the background. */
  uint32_t waiting = 0;
  /** The environment ends: whoever waits in the background gives up. */
  std::atomic<bool> ending{false};

  /**
   * Runs an evaluation of these handles' arrays. When it fails, they and what was computed with them
   * are poisoned: MLX would read garbage from them.
   */
  template <class F>
  void computing(const std::vector<Handle>& handles, F&& run) {
    try {
      run();
      // MLX looks for an error only where it still has to wait for the work.
      check(cpu_streams());
      if (failures != answered) throw std::runtime_error("an evaluation in the background failed");
    } catch (const std::invalid_argument&) {
      throw; // refused before anything ran, for example inside a transform
    } catch (...) {
      failed(handles, std::current_exception());
      throw;
    }
    settle();
  }
  /** Counts a failure, in any thread. */
  void count_failure(std::exception_ptr error) {
    if (tells_lost_member(error)) loss_told = true;
    failures++;
  }
  /** Throws the failure of work on these streams of the CPU, which is forgotten then, and counts it. */
  void check(const std::vector<mx::Stream>& streams);
  /** The same for the JS thread: what another thread was told of a lost member ends its wait too. */
  void check_while_waiting(const std::vector<mx::Stream>& streams);
  void failed(const std::vector<Handle>& handles, std::exception_ptr error) {
    if (connected && (loss_told || tells_lost_member(error))) lose_member();
    // Waits that are still running must not take what they hold for good.
    answered = ++failures;
    last_failure = error;
    slots.poison_unsettled();
    for (Handle h : handles) slots.poison(h);
    recount_tasks();
  }
  /** Makes up for tasks that the engine counts as running after a failure, though they never began. */
  void recount_tasks() noexcept;
  /** What was computed until now is good, unless something in flight may still fail. */
  void settle() {
    if (waiting == 0) slots.settle();
  }

  /** Computes arrays now. */
  void evaluate(std::vector<mx::array> arrays);
  /** Notes that a member of a group is gone, and leaves streams behind that wait for it. */
  void lose_member();
  /** The CPU's streams, where communication with other processes happens. */
  std::vector<mx::Stream> cpu_streams() const;

  /** Writes handles where JavaScript reads results; returns their count. */
  uint32_t put_results(const std::vector<mx::array>& arrays, const char* op, uint32_t offset = 0);
  /** Makes room for results; JavaScript fetches the larger buffer by `resultBuffer()`. */
  void reserve_results(uint32_t count);

  /**
   * Tells V8 how many bytes MLX holds, so that its collector runs in time. The first 32 MB that were made since it
   * found something count twice.
   */
  void report_memory();
};

/**
 * Adds a native function to the exports; `name` must outlive the environment.
 *
 * @param op its name in messages, where it is another
 */
void add_function(
    Napi::Object exports,
    Addon& addon,
    const char* name,
    napi_callback callback,
    const char* op = nullptr);

void register_ops_on(Napi::Object exports, Addon& addon);
void register_host(Napi::Object exports, Addon& addon);
void register_runtime(Napi::Object exports, Addon& addon);
void register_streams(Napi::Object exports, Addon& addon);
void register_gpu(Napi::Object exports, Addon& addon);
void register_distributed(Napi::Object exports, Addon& addon);
void register_evaluation(Napi::Object exports, Addon& addon);
void register_transforms(Napi::Object exports, Addon& addon);
void register_vmap(Napi::Object exports, Addon& addon);
void register_custom(Napi::Object exports, Addon& addon);
void register_compile(Napi::Object exports, Addon& addon);
void register_export(Napi::Object exports, Addon& addon);
void register_contractions(Napi::Object exports, Addon& addon);
void register_kernels(Napi::Object exports, Addon& addon);
void register_io(Napi::Object exports, Addon& addon);

} // namespace mlx_ts
