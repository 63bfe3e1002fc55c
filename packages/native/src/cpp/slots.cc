// See slots.h.

#include "slots.h"

#include <stdexcept>

namespace mlx_ts {

SlotTable::~SlotTable() {
  each([](Handle, mx::array& a) { a.~array(); });
}

Handle SlotTable::put(mx::array&& a) {
  uint32_t index = free_;
  if (index == kNone) {
    index = used_;
    if (index > kIndexMask) {
      throw std::length_error(
          "4194304 arrays are alive, which is the most; release some with mx.tidy() or dispose()");
    }
    if ((index & kChunkMask) == 0) chunks_.push_back(std::make_unique<Slot[]>(kChunkMask + 1));
    used_++;
  }
  auto& slot = chunks_[index >> kChunkBits][index & kChunkMask];
  if (index == free_) free_ = slot.next_free;
  new (slot.storage) mx::array(std::move(a));
  slot.alive = true;
  slot.born = epoch_;
  slot.serial = next_serial_++;
  slot.state = State::good;
  live_++;
  return handle_of(index, slot.generation);
}

void SlotTable::release(Handle h) {
  auto* slot = slot_of(h);
  if (!slot) return;
  slot->array()->~array();
  slot->alive = false;
  slot->generation = (slot->generation + 1) & kGenerationMask;
  slot->next_free = free_;
  free_ = static_cast<uint32_t>(h) & kIndexMask;
  live_--;
}

void SlotTable::poison(Handle h) {
  if (auto* slot = slot_of(h)) slot->state = State::poisoned;
}

void SlotTable::poison_unsettled() {
  for (uint32_t i = 0; i < used_; i++) {
    auto& slot = chunks_[i >> kChunkBits][i & kChunkMask];
    if (!slot.alive || slot.born != epoch_) continue;
    auto& a = *slot.array();
    // Leaves hold data that came from JavaScript: they were never computed.
    if (a.status() == mx::array::Status::evaluated) slot.state = State::poisoned;
  }
}

} // namespace mlx_ts
