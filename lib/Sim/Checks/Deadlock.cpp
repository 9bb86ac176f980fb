// Who waits for what when nothing can happen any more: one finding with every engine that is stuck.
#include "tarn/Sim/Check.h"

namespace tarn::sim {

namespace {

class Deadlock : public Check {
public:
  explicit Deadlock(const isa::Program &program) : program(program) {}
  llvm::StringRef name() const override { return "deadlock"; }

  void on(const Blocked &event) override { blocked.push_back(event); }

  std::vector<Finding> takeFindings() override {
    if (blocked.empty())
      return {};
    std::string message;
    std::vector<Place> places;
    for (const Blocked &event : blocked) {
      if (!message.empty())
        message += "; ";
      message += llvm::formatv("{0} waits for S[{1}]{2}{3}, which has reached {4}",
                               describe(program, event.core, event.engine, event.index), event.semaphore,
                               event.condition == isa::WaitCondition::equal ? "==" : ">=", event.needed, event.reached);
      std::string next = nextDelivery(event);
      message += next.empty() ? " (no instruction that has not run updates it)" : " (next updated by " + next + ")";
      places.push_back({event.core, event.engine, event.index});
    }
    return {makeFinding("deadlock", message, program, places)};
  }

private:
  /// The first instruction behind the stuck ones that updates the semaphore.
  std::string nextDelivery(const Blocked &event) const {
    for (const Blocked &other : blocked) {
      if (other.core != event.core)
        continue;
      const auto &stream = program.cores[other.core].stream(other.engine);
      for (uint32_t i = other.index; i < stream.size(); ++i)
        if (stream[i].update && stream[i].update->semaphore == event.semaphore)
          return describe(program, other.core, other.engine, i);
    }
    return "";
  }

  const isa::Program &program;
  std::vector<Blocked> blocked;
};

} // namespace

std::unique_ptr<Check> makeDeadlockCheck(const isa::Program &program, const Chip &) {
  return std::make_unique<Deadlock>(program);
}

} // namespace tarn::sim
