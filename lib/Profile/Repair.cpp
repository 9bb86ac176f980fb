#include "Repair.h"
#include <set>

namespace tarn::profile {
using namespace isa;

static constexpr int64_t maxRepairs = 64; // records that a dump lacks in one place

void repairGaps(Program &program, unsigned core, llvm::ArrayRef<Record> records, Regions &regions) {
  // Updates seen and counts waited for, of semaphores that count up by one.
  std::map<unsigned, int64_t> counted, needed;
  std::map<unsigned, Engine> counter;
  for (unsigned kind = 0; kind < numEngines; ++kind)
    for (const Instruction &instruction : program.cores[core].streams[kind]) {
      if (instruction.update && instruction.update->action == UpdateAction::add) {
        counted[instruction.update->semaphore] += instruction.update->value.value;
        if (!instruction.info().isDma && !instruction.info().isControl)
          counter[instruction.update->semaphore] = Engine(kind);
      }
      if (instruction.wait && instruction.wait->condition == WaitCondition::greaterOrEqual)
        needed[instruction.wait->semaphore] =
            std::max<int64_t>(needed[instruction.wait->semaphore], instruction.wait->value.value);
    }
  for (auto [semaphore, engine] : counter) {
    int64_t missing = needed[semaphore] - counted[semaphore];
    if (missing <= 0)
      continue;
    // Record numbers of the stream's instructions: origins were added in the order of records. What the
    // importer put in has no record of its own (origin 0, which is that of the very first record too).
    std::vector<Instruction> &stream = program.cores[core].stream(engine);
    for (size_t i = 1; i < stream.size() && missing > 0; ++i) {
      bool isBehindRecord = stream[i - 1].origin != 0 || (i == 1 && core == 0 && records[0].engine == engine);
      if (stream[i].origin == 0 || !isBehindRecord || stream[i - 1].is<CompareBranch>())
        continue;
      const Record &before = records[stream[i - 1].origin], &after = records[stream[i].origin];
      int64_t gap = std::min(missing, after.pc - before.pc - 1);
      if (gap > maxRepairs) // no dump that lacks a record or two: its waits are given, as dropGivenWaits says
        break;
      for (; gap > 0; --gap, --missing) {
        Instruction event;
        event.payload = EventSemaphore();
        event.update = Update{uint16_t(semaphore), UpdateAction::add, {false, 1}};
        event.origin = stream[i].origin;
        regions.shift(core, engine, i);
        for (Instruction &instruction : stream)
          if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
            branch->target += branch->target > i;
        stream.insert(stream.begin() + i, event);
        ++i;
      }
    }
  }
}

void dropGivenWaits(Core &core) {
  std::map<unsigned, int64_t> counted;
  std::set<unsigned> set; // to a value
  for (auto &stream : core.streams)
    for (const Instruction &instruction : stream)
      if (instruction.update) {
        if (instruction.update->action == UpdateAction::add)
          counted[instruction.update->semaphore] += instruction.update->value.value;
        else if (instruction.update->action == UpdateAction::set)
          set.insert(instruction.update->semaphore);
      }
  for (auto &stream : core.streams)
    for (Instruction &instruction : stream)
      if (instruction.wait && !set.count(instruction.wait->semaphore) &&
          counted[instruction.wait->semaphore] < instruction.wait->value.value)
        instruction.wait.reset();
}

} // namespace tarn::profile
