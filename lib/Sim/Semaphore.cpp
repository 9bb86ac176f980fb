#include "Semaphore.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

void Semaphore::apply(isa::UpdateAction action, int64_t amount, Picoseconds time, uint32_t step) {
  int64_t before = current;
  switch (action) {
  case isa::UpdateAction::add:
    current += amount;
    break;
  case isa::UpdateAction::subtract:
    current -= amount;
    break;
  case isa::UpdateAction::set:
    current = amount;
    break;
  }
  if (current < before)
    rising = deliveries.size();
  deliveries.push_back({time, current, step});
}

const Semaphore::Delivery *Semaphore::fulfilledBy(isa::WaitCondition condition, int64_t needed) const {
  if (deliveries.empty())
    return nullptr;
  auto begin = deliveries.begin() + rising;
  int64_t valueBefore = rising ? deliveries[rising - 1].value : 0;
  if (condition == isa::WaitCondition::greaterOrEqual && rising == 0 && valueBefore >= needed)
    return nullptr;
  // Mostly one of the last ones: looked for backwards, in steps that grow.
  auto end = deliveries.end();
  for (size_t step = 1; end != begin; step *= 2) {
    auto before = size_t(end - begin) > step ? end - step : begin;
    if (before->value < needed) {
      begin = before;
      break;
    }
    end = before;
  }
  auto first = std::partition_point(begin, end, [&](const Delivery &d) { return d.value < needed; });
  return first == deliveries.end() ? &deliveries.back() : &*first;
}

} // namespace tarn::sim
