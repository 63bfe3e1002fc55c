// See memory.h. Blocks come from malloc and go back to it, so that it does not matter who frees them.

#include "memory.h"

#if defined(__GLIBC__) && defined(__LP64__)

#include <malloc.h>
#include <pthread.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

#include "mlx/version.h"
#include "rebind.h"

namespace {

/** How many sizes of blocks are kept, up to 648 bytes. */
constexpr size_t kSizes = 40;
/** Blocks that threads hand over together, and how many such bundles of a size wait for a thread. */
constexpr unsigned kBundle = 64;
constexpr unsigned kMost = 16;

struct Block {
  Block* next;
};

/** One thread's blocks of a size: up to a bundle, and one that is full or nothing. */
struct Bin {
  Block* open;
  unsigned count;
  Block* full;
};

/** Full bundles of a size. What one thread makes, another frees: the graph here, MLX's tasks there. */
struct Depot {
  std::mutex mutex;
  Block* bundles[kMost];
  unsigned count = 0;

  bool put(Block* bundle) {
    std::lock_guard lock(mutex);
    if (count == kMost) return false;
    bundles[count++] = bundle;
    return true;
  }
  Block* get() {
    std::lock_guard lock(mutex);
    return count ? bundles[--count] : nullptr;
  }
};

Depot depots[kSizes];

// Initial-exec: reading it is one instruction. It is a pointer because the loader has little room for such.
[[gnu::tls_model("initial-exec")]] thread_local Bin* bins = nullptr;

pthread_key_t at_thread_end;

void free_all(Block* block) {
  while (block) {
    auto* next = block->next;
    std::free(block);
    block = next;
  }
}

void drain(void* data) {
  bins = nullptr;
  auto* own = static_cast<Bin*>(data);
  for (size_t i = 0; i < kSizes; i++) {
    free_all(own[i].open);
    free_all(own[i].full);
  }
  std::free(own);
}

[[gnu::noinline]] Bin* make_bins() {
  static const bool ready = pthread_key_create(&at_thread_end, drain) == 0;
  if (!ready) return nullptr;
  bins = static_cast<Bin*>(std::calloc(kSizes, sizeof(Bin)));
  if (bins) pthread_setspecific(at_thread_end, bins);
  return bins;
}

[[gnu::noinline]] void* fresh(size_t size) {
  for (;;) {
    if (void* block = std::malloc(size ? size : 1)) return block;
    auto handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}

/** Opens a full bundle of this size. */
[[gnu::noinline]] bool refill(size_t at) {
  auto& bin = bins[at];
  bin.open = bin.full ? bin.full : depots[at].get();
  bin.full = nullptr;
  if (!bin.open) return false;
  bin.count = kBundle;
  return true;
}

/** glibc's blocks hold 24, 40, 56, ... bytes. */
void* take(size_t size) {
  size_t at = size <= 24 ? 0 : (size - 9) / 16;
  if (at >= kSizes || !(bins || make_bins())) return fresh(size);
  auto& bin = bins[at];
  if (!bin.open && !refill(at)) return fresh(size);
  auto* block = bin.open;
  bin.open = block->next;
  bin.count--;
  return block;
}

/** Puts the open bundle, which is full, aside. */
[[gnu::noinline]] void set_aside(size_t at) {
  auto& bin = bins[at];
  if (bin.full && !depots[at].put(bin.full)) free_all(bin.full);
  bin.full = bin.open;
  bin.open = nullptr;
  bin.count = 0;
}

void give(void* p) noexcept {
  if (!p) return;
  size_t at = (malloc_usable_size(p) - 24) / 16;
  if (at >= kSizes || !(bins || make_bins())) return std::free(p);
  auto& bin = bins[at];
  if (bin.count == kBundle) set_aside(at);
  auto* block = static_cast<Block*>(p);
  block->next = bin.open;
  bin.open = block;
  bin.count++;
}

void give_sized(void* p, size_t) noexcept {
  give(p);
}

/** What stands for a function that a library imports, or nullptr. */
void* replacement(const char* import) {
  if (!std::strcmp(import, "_Znwm") || !std::strcmp(import, "_Znam")) return reinterpret_cast<void*>(take);
  if (!std::strcmp(import, "_ZdlPv") || !std::strcmp(import, "_ZdaPv")) return reinterpret_cast<void*>(give);
  if (!std::strcmp(import, "_ZdlPvm") || !std::strcmp(import, "_ZdaPvm")) {
    return reinterpret_cast<void*>(give_sized);
  }
  return nullptr;
}

} // namespace

namespace mlx_ts {

void keep_blocks_at_hand() {
  static std::once_flag once;
  std::call_once(once, [] {
    rebind_imports(reinterpret_cast<void*>(mlx::core::version), replacement);
    rebind_imports(reinterpret_cast<void*>(keep_blocks_at_hand), replacement);
  });
}

} // namespace mlx_ts

#else

namespace mlx_ts {

void keep_blocks_at_hand() {}

} // namespace mlx_ts

#endif
