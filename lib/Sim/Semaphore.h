// A counter with its history: which update fulfilled a wait decides when the waiter wakes.
#pragma once
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class Semaphore {
public:
  struct Delivery {
    Picoseconds time;
    int64_t value; // after it
    uint32_t step;
  };

  int64_t value() const { return current; }
  void apply(isa::UpdateAction action, int64_t amount, Picoseconds time, uint32_t step);
  bool fulfils(isa::WaitCondition condition, int64_t needed) const {
    return condition == isa::WaitCondition::equal ? current == needed : current >= needed;
  }
  /// The update since which the condition, which is fulfilled, has been so; null when it was from the start.
  const Delivery *fulfilledBy(isa::WaitCondition condition, int64_t needed) const;

  std::vector<unsigned> waiters; // engines, by index in the machine

private:
  int64_t current = 0;
  std::vector<Delivery> deliveries;
  size_t rising = 0; // deliveries from here on never fall
};

} // namespace tarn::sim
