// Races by happens-before: the run drives the checker that the static proof uses, so both mean the same by
// order.
#include "tarn/Proof/Checker.h"
#include "tarn/Proof/Prove.h"
#include "tarn/Proof/SharedMemory.h"
#include "tarn/Sim/Check.h"

namespace tarn::sim {

namespace {

class Races : public Check {
public:
  Races(const isa::Program &program, const Chip &chip) : program(program), shared(program, chip) {
    for (const isa::Core &core : program.cores) {
      refused.push_back(proof::updateAtRead(core));
      checkers.push_back(std::make_unique<proof::Checker>(core, chip, /*isOnline=*/true));
    }
  }
  llvm::StringRef name() const override { return "races"; }

  void on(const Started &event) override {
    if (refused[event.step.core])
      return;
    shared.start(event.step.core, {event.step.engine, event.step.index}, event.registers);
    proof::Checker &checker = *checkers[event.step.core];
    if (checker.isStopped())
      return;
    tickets[event.step.id] = checker.start(event.step.engine, event.step.index, event.registers);
  }
  void on(const Completed &event) override {
    auto ticket = tickets.find(event.step.id);
    if (ticket == tickets.end())
      return;
    if (!checkers[event.step.core]->isStopped())
      checkers[event.step.core]->complete(ticket->second);
    tickets.erase(ticket);
  }

  std::vector<Finding> takeFindings() override {
    std::vector<Finding> findings;
    for (auto [core, refusal] : llvm::enumerate(refused))
      if (refusal)
        findings.push_back(makeFinding("races", std::move(refusal->message), program,
                                       {{unsigned(core), refusal->first.engine, refusal->first.index}}));
    for (unsigned core = 0; core < checkers.size(); ++core)
      for (proof::Finding &finding : checkers[core]->takeFindings())
        findings.push_back(makeFinding(
            "races", std::move(finding.message), program,
            {{core, finding.first.engine, finding.first.index}, {core, finding.second.engine, finding.second.index}}));
    for (proof::SharedMemory::CoreFinding &found : shared.takeFindings())
      findings.push_back(makeFinding("races", std::move(found.finding.message), program,
                                     {{found.firstCore, found.finding.first.engine, found.finding.first.index},
                                      {found.secondCore, found.finding.second.engine, found.finding.second.index}}));
    return findings;
  }

private:
  const isa::Program &program;
  std::vector<std::optional<proof::Finding>> refused; // of each core
  std::vector<std::unique_ptr<proof::Checker>> checkers;
  proof::SharedMemory shared;
  llvm::DenseMap<uint32_t, proof::Checker::Ticket> tickets; // of instructions in flight
};

} // namespace

std::unique_ptr<Check> makeRacesCheck(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Races>(program, chip);
}

} // namespace tarn::sim
