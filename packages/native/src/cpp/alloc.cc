// Memory for C++ objects: freed blocks wait in lists for the next op. A scope frees the graphs of many ops at
// once, far more than the C library keeps at hand, and building the next ones then costs a quarter more.
// On Linux load.ts has MLX's calls bound to these; elsewhere the system's own stay. Blocks come from malloc
// and may be freed by anybody.

#if defined(__linux__) && defined(__GLIBC__)

#include <malloc.h>
#include <pthread.h>

#include <cstdlib>
#include <new>

namespace {

/** How many sizes of blocks are kept, up to 648 bytes, and how many of each: 7 MB for a thread at most. */
constexpr size_t kClasses = 40;
constexpr unsigned kMost = 512;

struct Block {
  Block* next;
};

struct Bin {
  Block* first;
  unsigned count;
};

// Initial-exec: reading it is one instruction. It stays small, since the loader has little room for such.
[[gnu::tls_model("initial-exec")]] thread_local Bin* bins = nullptr;

pthread_key_t thread_end;

void drain(void* data) {
  auto* own = static_cast<Bin*>(data);
  bins = nullptr;
  for (size_t i = 0; i < kClasses; i++) {
    while (own[i].first) {
      auto* block = own[i].first;
      own[i].first = block->next;
      std::free(block);
    }
  }
  std::free(own);
}

[[gnu::constructor]] void start() {
  pthread_key_create(&thread_end, drain);
}

[[gnu::noinline]] Bin* make_bins() {
  bins = static_cast<Bin*>(std::calloc(kClasses, sizeof(Bin)));
  if (bins) pthread_setspecific(thread_end, bins);
  return bins;
}

[[gnu::noinline]] void* fresh(size_t size) {
  for (;;) {
    if (void* block = std::malloc(size)) return block;
    auto handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}

/** The C library's blocks hold 24, 40, 56, ... bytes. */
inline size_t class_for(size_t size) {
  return size <= 24 ? 0 : (size - 9) / 16;
}

inline void* take(size_t size) {
  size_t at = class_for(size);
  if (at >= kClasses) return fresh(size);
  if (bins && bins[at].first) {
    auto* block = bins[at].first;
    bins[at].first = block->next;
    bins[at].count--;
    return block;
  }
  return fresh(size);
}

inline void give(void* p) {
  if (!p) return;
  size_t usable = malloc_usable_size(p);
  size_t at = (usable - 24) / 16;
  if (usable >= 24 && at < kClasses) {
    auto* own = bins ? bins : make_bins();
    if (own && own[at].count < kMost) {
      auto* block = static_cast<Block*>(p);
      block->next = own[at].first;
      own[at].first = block;
      own[at].count++;
      return;
    }
  }
  std::free(p);
}

} // namespace

#define EXPORTED [[gnu::visibility("default")]]
EXPORTED void* operator new(size_t size) { return take(size); }
EXPORTED void* operator new[](size_t size) { return take(size); }
EXPORTED void operator delete(void* p) noexcept { give(p); }
EXPORTED void operator delete[](void* p) noexcept { give(p); }
EXPORTED void operator delete(void* p, size_t) noexcept { give(p); }
EXPORTED void operator delete[](void* p, size_t) noexcept { give(p); }

#endif
