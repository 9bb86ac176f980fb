#include "tarn/Stages/Sync/FoldLoop.h"
#include "llvm/Support/MathExtras.h"

using namespace tarn;

namespace {

class Folder {
public:
  Folder(llvm::ArrayRef<PlannedInstruction> instructions, const SemaphorePlan &plan, const LoopRange &loop)
      : instructions(instructions), plan(plan), loop(loop), middle(loop.turns / 2 - (loop.turns == 2)) {}

  std::optional<FoldedLoop> fold() {
    if (loop.turns < 2 || !describeBody())
      return std::nullopt;
    uint32_t first = middle, end = middle + 1;
    while (first > 0 && belongs(first - 1))
      --first;
    while (end < loop.turns && belongs(end))
      ++end;
    if (end - first < 2 || !fitsInstruction())
      return std::nullopt;
    FoldedLoop folded{first, end, std::move(body), {}};
    for (auto &waits : folded.waits)
      for (LoopWait &wait : waits)
        wait.value += wait.step * first;
    for (uint32_t turn = first; turn < end; ++turn)
      for (uint32_t position = 0; position < loop.length; ++position)
        addFromBefore(folded, turn, position);
    return folded;
  }

private:
  uint32_t idOf(uint32_t turn, uint32_t position) const { return loop.first + turn * loop.length + position; }
  const SemaphorePlan::Entry &entryOf(uint32_t turn, uint32_t position) const {
    return plan.entries[idOf(turn, position)];
  }
  static const isa::Wait *findWait(const SemaphorePlan::Entry &entry, unsigned semaphore) {
    auto found = llvm::find_if(entry.waits, [&](const isa::Wait &wait) { return wait.semaphore == semaphore; });
    return found == entry.waits.end() ? nullptr : found;
  }
  // The body's wait for a semaphore; `value` is that of turn 0, as it would be.
  const LoopWait *findWait(uint32_t position, unsigned semaphore) const {
    auto found = llvm::find_if(body[position], [&](const LoopWait &wait) { return wait.semaphore == semaphore; });
    return found == body[position].end() ? nullptr : found;
  }

  // From the middle turn and the next one. The middle may have waits of its own for what lies before the loop.
  bool describeBody() {
    body.resize(loop.length);
    for (uint32_t position = 0; position < loop.length; ++position) {
      const SemaphorePlan::Entry &entry = entryOf(middle, position), &next = entryOf(middle + 1, position);
      for (auto [wait, producer] : llvm::zip_equal(entry.waits, entry.producers)) {
        const isa::Wait *later = findWait(next, wait.semaphore);
        if (!later && producer < loop.first)
          continue;
        if (!later)
          return false;
        int64_t step = int64_t(later->value.value) - wait.value.value;
        body[position].push_back({wait.semaphore, wait.value.value - step * middle, step});
      }
    }
    return true;
  }

  // An instruction holds 26 bits of the value and 16 bits of the step.
  bool fitsInstruction() const {
    return llvm::all_of(body, [&](const auto &waits) {
      return llvm::all_of(waits, [&](const LoopWait &wait) {
        int64_t last = wait.value + wait.step * loop.turns;
        return llvm::isInt<26>(wait.value) && llvm::isInt<26>(last) && llvm::isInt<16>(wait.step);
      });
    });
  }

  bool isHarmless(const LoopWait &wait, uint32_t turn, uint32_t position) const {
    int64_t value = wait.value + wait.step * turn;
    if (value <= 0)
      return true;
    auto milestone = plan.milestones.find({wait.semaphore, static_cast<int32_t>(value)});
    return milestone != plan.milestones.end() && milestone->second < idOf(turn, position);
  }

  bool belongs(uint32_t turn) const {
    for (uint32_t position = 0; position < loop.length; ++position) {
      const SemaphorePlan::Entry &entry = entryOf(turn, position);
      if (!(entry.update == entryOf(middle, position).update))
        return false;
      for (const LoopWait &wait : body[position]) {
        const isa::Wait *own = findWait(entry, wait.semaphore);
        if (own ? own->value.value != wait.value + wait.step * turn : !isHarmless(wait, turn, position))
          return false;
      }
      for (auto [wait, producer] : llvm::zip_equal(entry.waits, entry.producers))
        if (!findWait(position, wait.semaphore) && producer >= loop.first)
          return false;
    }
    return true;
  }

  void addFromBefore(FoldedLoop &folded, uint32_t turn, uint32_t position) {
    for (const isa::Wait &wait : entryOf(turn, position).waits) {
      if (findWait(folded, position, wait))
        continue;
      auto &waits = folded.waits[position];
      if (waits.empty())
        waits.push_back({wait.semaphore, wait.value.value, 0});
      else
        addOnce(folded.before[static_cast<unsigned>(instructions[idOf(turn, position)].engine)], wait);
    }
  }
  // A moving wait for the semaphore is this turn's own (belongs); one that stands still must be for this value.
  static bool findWait(const FoldedLoop &folded, uint32_t position, const isa::Wait &wait) {
    return llvm::any_of(folded.waits[position], [&](const LoopWait &other) {
      return other.semaphore == wait.semaphore && (other.step || other.value == wait.value.value);
    });
  }
  static void addOnce(std::vector<isa::Wait> &waits, const isa::Wait &wait) {
    if (!llvm::is_contained(waits, wait))
      waits.push_back(wait);
  }

  llvm::ArrayRef<PlannedInstruction> instructions;
  const SemaphorePlan &plan;
  const LoopRange &loop;
  uint32_t middle;
  std::vector<llvm::SmallVector<LoopWait, 1>> body;
};

} // namespace

std::optional<FoldedLoop> tarn::foldLoop(llvm::ArrayRef<PlannedInstruction> instructions, const SemaphorePlan &plan,
                                         const LoopRange &loop) {
  return Folder(instructions, plan, loop).fold();
}
