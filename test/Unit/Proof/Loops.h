// Programs with loops for tests of the proof: by hand, damaged, and made at random.
#pragma once
#include "Programs.h"
#include "tarn/ISA/Registers.h"
#include <functional>
#include <random>

namespace tarn::proof::test {
using namespace isa;

// load (sp) -> matmul (pe) -> activation (act) -> store (act's queue), rings of `depth`, as hardware loops: R0 counts
// turns of the ring, R1 … hold what is waited for.
inline Core matmulLoop(int depth, int turns) {
  Builder b;
  constexpr uint16_t pe = 0, act = 1, load = 2;
  const uint16_t store = load + depth;
  for (Engine engine : {Engine::sp, Engine::pe, Engine::act}) {
    b.set(engine, 0, 0);
    b.set(engine, 1, 1 - depth); // turns of others done before the slot is free
    b.set(engine, 2, 16);        // this turn's load
    b.set(engine, 3, 1);         // this turn's matmul or activation
    b.set(engine, 4, 0);         // the previous turn's store
    uint32_t top = b.here(engine);
    for (int slot = 0; slot < depth; ++slot) {
      uint32_t in = 1024 * slot, out = 65536 + 1024 * slot, bank = 2048 * slot;
      if (engine == Engine::sp) {
        b.waitRegister(engine, pe, 1);
        b.add(engine, DmaCopy{inSbuf(in, 8), moved(inHbm(slot * 64, 16), 0, 64 * depth)});
        b.update(engine, load + slot, 16);
      } else if (engine == Engine::pe) {
        b.waitRegister(engine, load + slot, 2);
        b.add(engine, LoadStationary{onChip(Memory::sbuf, in, 2)});
        b.waitRegister(engine, act, 1);
        b.add(engine, Matmul{onChip(Memory::psum, bank, 8), onChip(Memory::sbuf, in, 8), MatmulGroup::first});
        b.add(engine, Matmul{onChip(Memory::psum, bank, 8), onChip(Memory::sbuf, in, 8), MatmulGroup::last});
        b.update(engine, pe);
      } else {
        b.waitRegister(engine, pe, 3);
        b.waitRegister(engine, store + slot, 4);
        b.add(engine, Activation{onChip(Memory::sbuf, out, 8), onChip(Memory::psum, bank, 8)});
        b.update(engine, act);
        b.waitRegister(engine, act, 3);
        b.add(engine, DmaCopy{moved(inHbm((1 << 24) + slot * 64, 16), 0, 64 * depth), inSbuf(out, 8)});
        b.update(engine, store + slot, 16);
      }
      b.step(engine, 1, 1);
      b.step(engine, 3, 1);
    }
    b.step(engine, 2, 16);
    b.step(engine, 4, 16);
    b.step(engine, 0, 1);
    b.repeat(engine, 0, turns, top);
  }
  return b.core;
}

// dve and pool each write their half; act reads both behind the sum of their updates.
inline Core twoProducersLoop(int turns) {
  Builder b;
  for (Engine engine : {Engine::dve, Engine::pool, Engine::act}) {
    b.set(engine, 0, 0);
    b.set(engine, 1, 2);
    uint32_t top = b.here(engine);
    if (engine == Engine::act) {
      b.waitRegister(engine, 0, 1);
      b.add(engine, Activation{onChip(Memory::sbuf, 1024, 4), onChip(Memory::sbuf, 0, 4)});
      b.add(engine, Activation{onChip(Memory::sbuf, 2048, 4), onChip(Memory::sbuf, 512, 4)});
      b.update(engine, 1);
    } else {
      b.waitRegister(engine, 1, 0);
      b.add(engine, Memset{onChip(Memory::sbuf, engine == Engine::dve ? 0 : 512, 4), 1.0f});
      b.update(engine, 0);
    }
    b.step(engine, 0, 1);
    b.step(engine, 1, 2);
    b.repeat(engine, 0, turns, top);
  }
  return b.core;
}

// A batch of three DMAs on one semaphore, awaited by its sum.
inline Core batchLoop(int turns) {
  Builder b;
  for (Engine engine : {Engine::sp, Engine::dve}) {
    b.set(engine, 0, 0);
    b.set(engine, 1, 48);
    uint32_t top = b.here(engine);
    if (engine == Engine::sp)
      b.waitRegister(engine, 1, 0);
    else
      b.waitRegister(engine, 0, 1);
    for (int k = 0; k < 3; ++k) {
      if (engine == Engine::sp) {
        b.add(engine, DmaCopy{inSbuf(256 * k, 4), moved(inHbm(64 * k, 8), 0, 192)});
        b.update(engine, 0, 16);
      } else {
        b.add(engine, TensorCopy{onChip(Memory::sbuf, 4096 + 256 * k, 4), onChip(Memory::sbuf, 256 * k, 4)});
      }
    }
    if (engine == Engine::dve)
      b.update(engine, 1);
    b.step(engine, 0, 1);
    b.step(engine, 1, 48);
    b.repeat(engine, 0, turns, top);
  }
  return b.core;
}

// pe accumulates `inner` matmuls into a bank, act copies it out; `outer` times, two banks in turn.
inline Core nestedLoop(int outer, int inner) {
  Builder b;
  b.set(Engine::pe, 0, 0);
  b.set(Engine::pe, 2, -1);
  uint32_t top = b.here(Engine::pe);
  for (int bank = 0; bank < 2; ++bank) {
    b.waitRegister(Engine::pe, 1, 2);
    b.set(Engine::pe, 1, 0);
    uint32_t innerTop = b.here(Engine::pe);
    b.add(Engine::pe, Matmul{onChip(Memory::psum, 2048 * bank, 8), moved(onChip(Memory::sbuf, 0, 2), 1, 1)});
    b.step(Engine::pe, 1, 1);
    b.repeat(Engine::pe, 1, inner, innerTop);
    b.add(Engine::pe, Matmul{onChip(Memory::psum, 2048 * bank, 8), onChip(Memory::sbuf, 0, 2)});
    b.update(Engine::pe, 0);
    b.step(Engine::pe, 2, 1);
  }
  b.step(Engine::pe, 0, 1);
  b.repeat(Engine::pe, 0, outer, top);
  b.set(Engine::act, 0, 0);
  b.set(Engine::act, 1, 1);
  top = b.here(Engine::act);
  for (int bank = 0; bank < 2; ++bank) {
    b.waitRegister(Engine::act, 0, 1);
    b.add(Engine::act, Activation{onChip(Memory::sbuf, 1 << 17, 8), onChip(Memory::psum, 2048 * bank, 8)});
    b.update(Engine::act, 1);
    b.step(Engine::act, 1, 1);
  }
  b.step(Engine::act, 0, 1);
  b.repeat(Engine::act, 0, outer, top);
  return b.core;
}

// What a Core with loops executes, as straight lines: registers read, branches followed.
inline std::optional<Core> unroll(const Core &core, size_t maxLength) {
  Core line;
  for (unsigned e = 0; e < numEngines; ++e) {
    std::array<int32_t, numRegisters> registers{};
    auto &out = line.streams[e];
    auto read = [&](RegisterOrImmediate &operand) { operand = {false, valueOf(operand, registers)}; };
    for (uint32_t pc = 0; pc < core.streams[e].size();) {
      Instruction instruction = core.streams[e][pc++];
      if (out.size() >= maxLength)
        return std::nullopt;
      if (instruction.wait)
        read(instruction.wait->value);
      if (instruction.update)
        read(instruction.update->value);
      std::visit(
          [&](auto &payload) {
            std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &, auto &member) {
              using M = std::decay_t<decltype(member)>;
              if constexpr (std::is_same_v<M, AccessPattern> || std::is_same_v<M, DmaPattern>)
                if (member.offset) {
                  member.address += int64_t(registers[member.offset->reg]) * member.offset->scale;
                  member.offset.reset();
                }
            });
          },
          instruction.payload);
      if (auto *move = std::get_if<RegisterMove>(&instruction.payload))
        executeRegisters(*move, registers);
      else if (auto *alu = std::get_if<RegisterAlu>(&instruction.payload))
        executeRegisters(*alu, registers);
      else if (auto *branch = std::get_if<CompareBranch>(&instruction.payload)) {
        if (isTaken(*branch, registers))
          pc = branch->target;
        instruction.payload = Nop{};
      }
      out.push_back(std::move(instruction));
    }
  }
  return line;
}

inline ProveOptions executed() {
  ProveOptions options;
  options.jumpsOverPeriods = false;
  return options;
}

inline std::vector<std::pair<std::string, Core>> mutantsOf(const Core &core) {
  std::vector<std::pair<std::string, Core>> mutants;
  for (unsigned e = 0; e < numEngines; ++e)
    for (unsigned i = 0; i < core.streams[e].size(); ++i) {
      std::string where = (isa::name(static_cast<Engine>(e)) + "[" + std::to_string(i) + "]").str();
      const Instruction &own = core.streams[e][i];
      auto add = [&](const std::string &what, auto &&change) {
        mutants.push_back({what + where, core});
        change(mutants.back().second.streams[e][i]);
      };
      if (own.wait)
        add("no wait at ", [](Instruction &x) { x.wait.reset(); });
      if (own.update) {
        add("no update at ", [](Instruction &x) { x.update.reset(); });
        add("a larger update at ", [](Instruction &x) { x.update->value.value += 1; });
      }
      // Starting values decide what is waited for.
      if (auto *move = std::get_if<RegisterMove>(&own.payload); move && move->dst != 0)
        for (int change : {-16, -1, 1, 16})
          add((change < 0 ? "lower by " : "raise by ") + std::to_string(std::abs(change)) + " the start of ",
              [&](Instruction &x) { std::get<RegisterMove>(x.payload).src.value += change; });
      if (auto *alu = std::get_if<RegisterAlu>(&own.payload); alu && alu->dst != 0)
        for (int change : {-1, 1})
          add((change < 0 ? "lower by " : "raise by ") + std::to_string(std::abs(change)) + " the step of ",
              [&](Instruction &x) { std::get<RegisterAlu>(x.payload).rhs.value += change; });
    }
  return mutants;
}

// Two or three engines, each with a loop of `turns`. An engine waits for this turn of those before it in a chain and for
// an earlier turn of those behind it, writes its own part of SBUF and reads the others'. Some waits and places are wrong.
inline Core randomLoops(unsigned seed, int turns) {
  std::mt19937 random(seed);
  auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  auto oneOf = [&](std::initializer_list<int> list) { return list.begin()[below(list.size())]; };
  auto isWrong = [&] { return seed % 3 == 0 && below(8) == 0; };
  Builder b;
  const Engine all[] = {Engine::dve, Engine::act, Engine::sp};
  unsigned numUsed = 2 + below(2), depth = 1 + below(3);
  std::array<unsigned, 3> amounts{}, lengths{}; // updates a turn; instructions a turn that are not control
  for (unsigned e = 0; e < numUsed; ++e) {
    lengths[e] = all[e] == Engine::sp ? 1 : 1 + below(3);
    amounts[e] = 1 + below(lengths[e]);
  }
  std::array<int, 3> strides{oneOf({0, 64, 64}), oneOf({0, 64, 64}), oneOf({0, 64, 64})};
  for (unsigned e = 0; e < numUsed; ++e) {
    Engine engine = all[e];
    auto rateOf = [&](unsigned c) { return static_cast<int>(amounts[c]) * (all[c] == Engine::sp ? 16 : 1); };
    b.set(engine, 0, 0);
    for (unsigned c = 0; c < numUsed; ++c) {
      int lag = c < e ? -1 : strides[e] ? static_cast<int>(depth) - 1 : 0; // turns that c may be behind
      b.set(engine, 1 + c, rateOf(c) * (isWrong() ? oneOf({-1, 0, 1, 2}) : -lag) + (isWrong() ? oneOf({-1, 1}) : 0));
    }
    uint32_t top = b.here(engine);
    unsigned updates = amounts[e];
    for (unsigned i = 0; i < lengths[e]; ++i) {
      for (unsigned c = 0; c < numUsed; ++c)
        if (i == 0 && !isWrong())
          b.waitRegister(engine, c, 1 + c);
      auto place = [&](unsigned owner) {
        AccessPattern p = onChip(Memory::sbuf, 65536 * owner + 8 * below(4), 1 + below(2), 1);
        int stride = isWrong() ? oneOf({8, 4, 64}) : owner < 3 ? strides[owner] : 0;
        return stride ? moved(p, 0, stride) : p;
      };
      if (engine == Engine::sp) {
        DmaPattern to = inSbuf(65536 * e + 8 * below(4), 1 + below(2), 1);
        b.add(engine, DmaCopy{strides[e] ? moved(to, 0, strides[e]) : to, inHbm(0, 2)});
      } else {
        b.add(engine, TensorCopy{place(e), place(e ? below(e) + (isWrong() ? 1 : 0) : 3)});
      }
      if (updates && (below(2) || updates == lengths[e] - i)) {
        b.update(engine, e, engine == Engine::sp ? 16 : 1);
        --updates;
      }
    }
    for (unsigned c = 0; c < numUsed; ++c)
      b.step(engine, 1 + c, rateOf(c) + (isWrong() ? oneOf({-1, 1}) : 0));
    b.step(engine, 0, 1);
    b.repeat(engine, 0, turns, top);
  }
  for (auto &stream : b.core.streams) // addresses that fall stay above 0
    for (Instruction &instruction : stream)
      std::visit(
          [&](auto &payload) {
            std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &, auto &member) {
              if constexpr (std::is_same_v<std::decay_t<decltype(member)>, AccessPattern>)
                member.address += 4096;
              else if constexpr (std::is_same_v<std::decay_t<decltype(member)>, DmaPattern>)
                member.address += member.memory == Memory::sbuf ? 4096 : 0;
            });
          },
          instruction.payload);
  return b.core;
}

// dve and act meet at a barrier each turn: `==`, and each side sets the other's semaphore back behind its wait.
inline Core barrierLoop(int turns) {
  Builder b;
  auto equal = [](Instruction &instruction, uint16_t semaphore) -> Instruction & {
    instruction.wait = Wait{semaphore, WaitCondition::equal, {false, 1}};
    return instruction;
  };
  auto reset = [](Instruction &instruction, uint16_t semaphore) {
    instruction.update = Update{semaphore, UpdateAction::set, {false, 0}};
  };
  b.set(Engine::dve, 0, 0);
  uint32_t top = b.here(Engine::dve);
  b.add(Engine::dve, Memset{moved(onChip(Memory::sbuf, 0, 4), 0, 16), 1.0f});
  b.update(Engine::dve, 0);
  reset(equal(b.add(Engine::dve, EventSemaphore{}), 1), 1);
  b.add(Engine::dve, Drain{}); // the next wait comes after the set
  b.step(Engine::dve, 0, 1);
  b.repeat(Engine::dve, 0, turns, top);
  b.set(Engine::act, 0, 0);
  top = b.here(Engine::act);
  reset(equal(b.add(Engine::act, TensorCopy{onChip(Memory::sbuf, 65536, 4), moved(onChip(Memory::sbuf, 0, 4), 0, 16)}),
              0),
        0);
  b.add(Engine::act, Drain{});
  b.update(Engine::act, 1);
  b.step(Engine::act, 0, 1);
  b.repeat(Engine::act, 0, turns, top);
  return b.core;
}

// Any program with loops, a few places of it changed: `==` for `>=`, sets and subtracts for adds, other amounts and semaphores,
// neighbours swapped, DMAs and waits twice.
inline Core damaged(Core core, unsigned seed) {
  std::mt19937 random(seed);
  auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  std::vector<std::pair<unsigned, unsigned>> places;
  for (unsigned e = 0; e < numEngines; ++e)
    for (unsigned i = 0; i < core.streams[e].size(); ++i)
      places.push_back({e, i});
  for (size_t changes = below(3); changes > 0; --changes) {
    auto [e, i] = places[below(places.size())];
    auto &stream = core.streams[e];
    Instruction &instruction = stream[i];
    switch (below(8)) {
    case 0:
      if (instruction.wait)
        instruction.wait->condition = WaitCondition::equal;
      break;
    case 1:
      if (instruction.update)
        instruction.update->action = UpdateAction::set;
      break;
    case 2:
      if (instruction.update)
        instruction.update->action = UpdateAction::subtract;
      break;
    case 3:
      if (instruction.update && !instruction.update->value.isRegister)
        instruction.update->value.value += below(2) ? 1 : -1;
      break;
    case 4:
      if (instruction.wait)
        instruction.wait->semaphore = below(4);
      else if (instruction.update)
        instruction.update->semaphore = below(4);
      break;
    case 5:
      if (i + 1 < stream.size() && !stream[i + 1].is<CompareBranch>() && !instruction.is<CompareBranch>())
        std::swap(instruction, stream[i + 1]);
      break;
    case 6: // in place of the next
      if (i + 1 < stream.size() && !stream[i + 1].is<CompareBranch>() && instruction.info().isDma)
        stream[i + 1] = instruction;
      break;
    case 7:
      if (!instruction.is<CompareBranch>()) {
        instruction.payload = SemaphoreRangeClear{static_cast<uint8_t>(below(3)), static_cast<int32_t>(1 + below(2))};
      }
      break;
    }
  }
  return core;
}

} // namespace tarn::proof::test
