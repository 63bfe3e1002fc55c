// How much of this thread's stack is left, in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#include <windows.h>
#else
#include <pthread.h>
#endif

namespace mlx_ts {

/** The lowest address of this thread's stack, which grows down. */
inline std::uintptr_t stack_end() {
#if defined(_WIN32)
  ULONG_PTR low, high;
  GetCurrentThreadStackLimits(&low, &high);
  return low;
#elif defined(__APPLE__)
  auto self = pthread_self();
  return reinterpret_cast<std::uintptr_t>(pthread_get_stackaddr_np(self)) - pthread_get_stacksize_np(self);
#else
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
  }
  return reinterpret_cast<std::uintptr_t>(low);
#endif
}

inline size_t stack_left() {
  // On Linux's main thread finding it reads a file: once is enough.
  static thread_local const std::uintptr_t end = stack_end();
  char here;
  return reinterpret_cast<std::uintptr_t>(&here) - end;
}

} // namespace mlx_ts
