// The slot table: where every array that JavaScript holds lives. JavaScript sees integer handles
// (index and generation), never pointers. Chunks never move, so a `const array&` stays good.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "mlx/array.h"

namespace mlx_ts {

namespace mx = mlx::core;

using Handle = int32_t;

class SlotTable {
 public:
  SlotTable() = default;
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;
  ~SlotTable();

  /** Stores an array; throws std::length_error when 4,194,304 arrays are alive. */
  Handle put(mx::array&& a);
  Handle put(const mx::array& a) {
    return put(mx::array(a));
  }

  /** The array, or nullptr when the handle is stale or its array is not good for every op. */
  mx::array* find(Handle h) const {
    auto* slot = slot_of(h);
    return slot && slot->state == State::good ? slot->array() : nullptr;
  }

  /** Releases a handle; a stale one is ignored. */
  void release(Handle h);
  /** Releases a handle if it is still the one that had this serial. */
  void release(Handle h, uint32_t serial) {
    auto* slot = slot_of(h);
    if (slot && slot->serial == serial) release(h);
  }
  /** Moves what `from` holds into `into`, whose own array goes; `from` is released. Both must be live. */
  void move(Handle into, Handle from);
  /** The serial of a live handle. */
  uint32_t serial_of(Handle h) const {
    auto* slot = slot_of(h);
    return slot ? slot->serial : 0;
  }

  /** An evaluation succeeded: what was computed until now is good. */
  void settle();
  /** Marks an array whose evaluation failed: reading it must not give garbage. */
  void poison(Handle h);
  /** Poisons what may have been computed since the last good evaluation. */
  void poison_unsettled();
  bool is_poisoned(Handle h) const {
    auto* slot = slot_of(h);
    return slot && slot->state == State::poisoned;
  }

  /** Marks a view of more elements than memory could hold: few ops may have it. */
  void mark_huge(Handle h) {
    slot_of(h)->state = State::huge;
  }
  /** The array if it is such a view. */
  mx::array* find_huge(Handle h) const {
    auto* slot = slot_of(h);
    return slot && slot->state == State::huge ? slot->array() : nullptr;
  }

  size_t live() const {
    return live_;
  }

  /** Calls f(handle, array) for every live array. */
  template <class F>
  void each(F&& f) {
    for (uint32_t i = 0; i < used_; i++) {
      auto& slot = chunks_[i >> kChunkBits][i & kChunkMask];
      if (slot.alive) f(handle_of(i, slot.generation), *slot.array());
    }
  }

 private:
  enum class State : uint8_t { good, poisoned, huge };

  struct Slot {
    alignas(mx::array) unsigned char storage[sizeof(mx::array)];
    uint32_t next_free;
    /** Which `put` filled it: finalizers may come so late that generations have gone round. */
    uint32_t serial;
    uint16_t generation;
    bool alive;
    /** Whether a good evaluation came after it was computed. */
    bool settled;
    State state;

    mx::array* array() {
      return std::launder(reinterpret_cast<mx::array*>(storage));
    }
  };

  // 22 bits of index and 9 of generation: a handle is a small integer for V8, never boxed.
  static constexpr uint32_t kIndexBits = 22;
  static constexpr uint32_t kIndexMask = (1u << kIndexBits) - 1;
  static constexpr uint32_t kGenerationMask = (1u << 9) - 1;
  static constexpr uint32_t kChunkBits = 10;
  static constexpr uint32_t kChunkMask = (1u << kChunkBits) - 1;
  static constexpr uint32_t kNone = UINT32_MAX;

  static Handle handle_of(uint32_t index, uint16_t generation) {
    return static_cast<Handle>(index | (static_cast<uint32_t>(generation) << kIndexBits));
  }

  Slot* slot_of(Handle h) const {
    auto bits = static_cast<uint32_t>(h);
    uint32_t index = bits & kIndexMask;
    if (h < 0 || index >= used_) return nullptr;
    auto& slot = chunks_[index >> kChunkBits][index & kChunkMask];
    return slot.alive && slot.generation == (bits >> kIndexBits) ? &slot : nullptr;
  }

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  /** What was made since the last good evaluation; some may be gone. */
  std::vector<Handle> fresh_;
  /** What was not computed by good evaluations until now; some may be, or be gone. */
  std::vector<Handle> lazy_;
  /** Where `settle` goes on in `lazy_`. */
  size_t next_lazy_ = 0;
  uint32_t used_ = 0;
  uint32_t free_ = kNone;
  uint32_t next_serial_ = 1;
  size_t live_ = 0;
};

} // namespace mlx_ts
