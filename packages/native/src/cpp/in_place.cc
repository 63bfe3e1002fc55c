// See in_place.h.

#include "in_place.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>

#include "mlx/event.h"
#include "mlx/scheduler.h"
#include "rebind.h"
#include "stack.h"

namespace mlx_ts {

namespace {

using mx::scheduler::Scheduler;

/** Streams with higher numbers are left to their threads: they cannot be noted. */
constexpr int kStreams = 64;

/** What the CPU's ops and OpenBLAS may take of a stack: its threaded factorisations take half a megabyte. */
constexpr size_t kStack = size_t{2} << 20;

/** What this thread knows of streams. The work that its arrays wait for is put in line by itself alone. */
struct Tasks {
  /** The stream whose tasks are done in place now, or -1. */
  int stream = -1;
  /** A bit for each stream whose thread may have work. */
  uint64_t in_line = 0;
  bool several = false;
};

thread_local Tasks tasks;

uint64_t bit(int stream) {
  return stream >= 0 && stream < kStreams ? uint64_t{1} << stream : 0;
}

/** From now on the stream's thread does its tasks. Those before are done, so the order is kept. */
void hand_over(const mx::Stream& s) {
  tasks.in_line |= bit(s.index);
  if (tasks.stream == s.index) tasks.stream = -1;
}

bool in_place(const mx::Stream& s) {
  if (tasks.stream == s.index) return true;
  if (tasks.stream != -1) tasks.several = true;
  hand_over(s);
  return false;
}

/** MLX's own functions. */
struct {
  decltype(&Scheduler::enqueue) enqueue;
  decltype(&Scheduler::wait_event) wait_event;
  decltype(&Scheduler::signal_event) signal_event;
} own;

// These stand for them: a member function is called as a function whose first argument is the object.

void enqueue(Scheduler* scheduler, mx::Stream s, std::function<void()> task) {
  if (!in_place(s)) return (scheduler->*own.enqueue)(s, std::move(task));
  try {
    task();
  } catch (const std::exception& error) {
    // The stream's thread notes it, and tells whoever waits for the stream.
    hand_over(s);
    (scheduler->*own.enqueue)(s, [message = std::string(error.what())] { throw std::runtime_error(message); });
  }
}

void wait_event(Scheduler* scheduler, mx::Stream s, mx::Event event, std::function<void(mx::Event&)> task) {
  hand_over(s);
  (scheduler->*own.wait_event)(s, std::move(event), std::move(task));
}

void signal_event(Scheduler* scheduler, mx::Stream s, mx::Event event, std::function<void(mx::Event&)> task) {
  if (in_place(s)) return task(event);
  (scheduler->*own.signal_event)(s, std::move(event), std::move(task));
}

void* replacement(const char* import) {
  constexpr char kClass[] = "_ZN3mlx4core9scheduler9Scheduler";
  constexpr size_t kLength = sizeof(kClass) - 1;
  if (std::strncmp(import, kClass, kLength) != 0) return nullptr;
  const std::string name = import + kLength;
  if (name == "7enqueueENS0_6StreamESt8functionIFvvEE") return reinterpret_cast<void*>(enqueue);
  if (name == "10wait_eventENS0_6StreamENS0_5EventESt8functionIFvRS4_EE") {
    return reinterpret_cast<void*>(wait_event);
  }
  if (name == "12signal_eventENS0_6StreamENS0_5EventESt8functionIFvRS4_EE") {
    return reinterpret_cast<void*>(signal_event);
  }
  return nullptr;
}

} // namespace

void bind_tasks() {
  // A task that waits for a GPU would keep this thread from giving the GPU its work.
  if (mx::is_available(mx::Device::gpu)) return;
  static std::once_flag once;
  std::call_once(once, [] {
    own = {&Scheduler::enqueue, &Scheduler::wait_event, &Scheduler::signal_event};
    rebind_imports(reinterpret_cast<void*>(mx::version), replacement);
    // The addon's own primitives put tasks in line too.
    rebind_imports(reinterpret_cast<void*>(bind_tasks), replacement);
  });
}

InPlace::InPlace(const mx::Stream& s) : stream_(s.index) {
  if (tasks.several || bit(stream_) == 0 || (tasks.in_line & bit(stream_)) != 0) return;
  if (stack_left() >= kStack) tasks.stream = stream_;
}

InPlace::~InPlace() {
  tasks.stream = -1;
}

void InPlace::ended() {
  tasks.in_line &= ~bit(stream_);
}

} // namespace mlx_ts
