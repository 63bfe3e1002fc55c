// See slots.h.

#include "slots.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

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
  slot.settled = false;
  slot.serial = next_serial_++;
  slot.state = State::good;
  live_++;
  Handle h = handle_of(index, slot.generation);
  // Many may be made and released before anything is computed.
  if (fresh_.size() > 2 * live_ + 4096) {
    std::erase_if(fresh_, [this](Handle old) { return slot_of(old) == nullptr; });
  }
  fresh_.push_back(h);
  return h;
}

void SlotTable::settle() {
  // All that is fresh, and some of the rest: a program may keep a million lazy arrays and read them one
  // by one. Those that are not looked at count as unsettled, which is the safe side.
  size_t most = 1024 + fresh_.size();
  for (Handle h : fresh_) {
    auto* slot = slot_of(h);
    if (slot == nullptr) continue;
    slot->settled = slot->array()->status() != mx::array::Status::unscheduled;
    if (!slot->settled) lazy_.push_back(h);
  }
  fresh_.clear();
  for (size_t looks = std::min(most, lazy_.size()); looks > 0; looks--) {
    if (next_lazy_ >= lazy_.size()) next_lazy_ = 0;
    auto* slot = slot_of(lazy_[next_lazy_]);
    if (slot != nullptr && slot->array()->status() == mx::array::Status::unscheduled) {
      next_lazy_++;
      continue;
    }
    if (slot != nullptr) slot->settled = true;
    lazy_[next_lazy_] = lazy_.back();
    lazy_.pop_back();
  }
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

void SlotTable::move(Handle into, Handle from) {
  auto* target = slot_of(into);
  auto* source = slot_of(from);
  if (!target || !source || target == source) return;
  *target->array() = std::move(*source->array());
  target->state = source->state;
  // One that is not settled is on a list already.
  if (target->settled) fresh_.push_back(into);
  target->settled = false;
  release(from);
}

void SlotTable::poison(Handle h) {
  if (auto* slot = slot_of(h)) slot->state = State::poisoned;
}

void SlotTable::poison_unsettled() {
  for (uint32_t i = 0; i < used_; i++) {
    auto& slot = chunks_[i >> kChunkBits][i & kChunkMask];
    if (!slot.alive || slot.settled) continue;
    auto& a = *slot.array();
    // Leaves hold data that came from JavaScript: they were never computed.
    if (a.status() == mx::array::Status::evaluated) slot.state = State::poisoned;
  }
}

} // namespace mlx_ts
