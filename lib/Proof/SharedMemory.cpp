// See SharedMemory.h. Accesses of one core count as ordered here: its own Checker judges them.
#include "tarn/Proof/SharedMemory.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

static constexpr unsigned maxFindings = 20;

void SharedMemory::start(unsigned core, InstructionRef instruction, const int32_t *registers) {
  const isa::Instruction &executed = program.cores[core].stream(instruction.engine)[instruction.index];
  bool touchesHbm = executed.info().isDma || executed.is<isa::TensorLoad, isa::TensorStore>();
  if (program.cores.size() < 2 || !touchesHbm || findings.size() >= maxFindings)
    return;
  static const int32_t zeros[isa::numRegisters] = {};
  add({core, instruction}, *footprintsOf(executed, instruction.engine, registers ? registers : zeros, chip));
}

void SharedMemory::add(unsigned core, llvm::ArrayRef<Family> families) {
  if (program.cores.size() < 2)
    return;
  for (const Family &family : families)
    if (family.footprint.memory == isa::Memory::hbm && findings.size() < maxFindings)
      add({core, family.instruction}, *boxOf(family));
}

void SharedMemory::add(const Access &access, llvm::ArrayRef<Footprint> footprints) {
  auto [core, instruction] = access;
  const isa::Core &own = program.cores[core];
  const isa::Instruction &executed = own.stream(instruction.engine)[instruction.index];
  uint32_t id = accesses.size();
  accesses.push_back(access);
  Actor actor = makeActor(id, instruction.engine, executed);
  actor.isDma = true; // an engine of one core does not order that of another
  auto isOwn = [&, core = core](uint32_t earlier) { return accesses[earlier].core == core; };
  std::optional<Conflict> found;
  for (const Footprint &footprint : footprints)
    if (footprint.memory == isa::Memory::hbm)
      map.check(footprint, actor, isOwn, [&](const Conflict &conflict) {
        if (!found)
          found = conflict;
      });
  for (const Footprint &footprint : footprints)
    if (footprint.memory == isa::Memory::hbm)
      map.record(footprint, actor, isOwn, [](uint32_t) { return false; });
  if (!found)
    return;
  const Access &other = accesses[found->earlier];
  bool isRepeated = llvm::any_of(findings, [&, core = core, instruction = instruction](const CoreFinding &one) {
    return one.firstCore == other.core && one.secondCore == core &&
           one.finding.first.engine == other.instruction.engine && one.finding.first.index == other.instruction.index &&
           one.finding.second.engine == instruction.engine && one.finding.second.index == instruction.index;
  });
  if (isRepeated)
    return;
  llvm::StringRef verbs[] = {"reads", "writes"};
  std::string message =
      llvm::formatv("core {0}: {1} {2} {3} and core {4}: {5} {6} there; nothing orders one core after another",
                    other.core, describe(other.instruction, program.cores[other.core]), verbs[found->earlierWrites],
                    describe(found->memory, found->partitions, found->run), core, describe(instruction, own),
                    verbs[found->laterWrites]);
  findings.push_back({{found->isExact ? Finding::Kind::race : Finding::Kind::unproven, other.instruction, instruction,
                       std::move(message)},
                      other.core,
                      core});
}

} // namespace tarn::proof
