#include "SharedPorts.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Sim/Footprint.h"

namespace tarn::sim {
using namespace isa;

namespace {
/// Elements of the largest operand.
uint64_t elementsOf(const Instruction &instruction) {
  uint64_t most = 1;
  forEachAccess(
      instruction,
      [&](const FieldInfo &, const AccessPattern &pattern) { most = std::max<uint64_t>(most, pattern.numElements()); },
      [](const FieldInfo &, const DmaPattern &) {});
  return most;
}

/// The part of its time in which an instruction streams: what it takes beyond one of single elements.
Picoseconds streamOf(const Instruction &instruction, Engine engine, const Chip &chip) {
  Instruction single = instruction;
  std::visit(
      [](auto &payload) {
        std::decay_t<decltype(payload)>::visit(payload, [](const FieldInfo &, auto &member) {
          if constexpr (std::is_same_v<std::decay_t<decltype(member)>, AccessPattern>)
            member.rank = 0;
        });
      },
      single.payload);
  double ns = costOf(instruction, engine, chip).completionNs - costOf(single, engine, chip).completionNs;
  return fromNs(std::max(0.0, ns));
}
} // namespace

SharedPorts::Use SharedPorts::useOf(const Instruction &instruction) const {
  Use use;
  forEachAccess(
      instruction,
      [&](const FieldInfo &, const AccessPattern &pattern) {
        if (pattern.memory == isa::Memory::sbuf) {
          use.sbuf = true;
          return;
        }
        Box box = footprintOf(pattern).box;
        int64_t bytes = chip.psum.bankBytesPerPartition, most = std::min<int64_t>(chip.psum.banks, 64);
        for (int64_t bank = std::max<int64_t>(0, box.firstByte / bytes); bank < most && bank * bytes < box.endByte;
             ++bank)
          use.banks |= uint64_t(1) << bank;
      },
      [](const FieldInfo &, const DmaPattern &) {});
  return use;
}

Picoseconds SharedPorts::conflictOf(const Instruction &instruction, Engine engine, Picoseconds start, Picoseconds end) {
  Use mine = useOf(instruction);
  Picoseconds lost = 0;
  auto besides = [&](Engine other) { return std::max<Picoseconds>(0, last[unsigned(other)].end - start); };
  auto lose = [&](Picoseconds time) { lost = std::max(lost, time); };
  if (engine == Engine::act || engine == Engine::dve) {
    Engine other = engine == Engine::act ? Engine::dve : Engine::act;
    uint64_t banks = last[unsigned(other)].banks;
    if (Picoseconds beside = besides(other); beside && banks && mine.banks) {
      if (!chip.psum.dveBesideAct)
        lose(beside);
      else if (banks & mine.banks)
        lose(std::min(beside, streamOf(instruction, engine, chip)));
    }
  }
  if (engine == Engine::pool || engine == Engine::dve) {
    Engine other = engine == Engine::pool ? Engine::dve : Engine::pool;
    if (Picoseconds beside = besides(other); beside && last[unsigned(other)].sbuf && mine.sbuf) {
      if (!chip.sbuf.dveBesidePool) {
        lose(beside);
      } else if (chip.sbuf.sharedBus && engine == Engine::dve) {
        double stream = streamOf(instruction, engine, chip), slow = elementsOf(instruction) * 1e12 / chip.dve.clockHz;
        if (stream < slow)
          lose(std::min(beside * (1 - stream / slow), slow - stream));
      }
    }
  }
  mine.end = end + lost;
  last[unsigned(engine)] = mine;
  return lost;
}

} // namespace tarn::sim
