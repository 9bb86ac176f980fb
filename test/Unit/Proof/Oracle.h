// A slow, separate judge of small straight-line programs: what prove() must agree with. Two conflicting accesses race
// exactly when both instructions can start though neither has completed: run greedily, never completing the two. Holds
// for programs whose semaphores only rise and whose waits are `>=`.
#pragma once
#include "tarn/ISA/Program.h"
#include <map>
#include <set>

namespace tarn::proof::oracle {

struct Node {
  unsigned engine, index;
};

using Bytes = std::set<uint64_t>; // memory, partition and byte in one number

inline uint64_t key(isa::Memory memory, uint64_t partition, uint64_t byte) {
  return (static_cast<uint64_t>(memory) << 56) | (partition << 40) | byte;
}

inline void addBytes(const isa::AccessPattern &p, bool wholeBank, Bytes &bytes) {
  for (uint64_t e = 0; e < p.numElements(); ++e) {
    int64_t at = p.address;
    uint64_t rest = e;
    for (isa::Dim dim : p.pattern()) {
      at += static_cast<int64_t>(rest % dim.num) * dim.step * static_cast<int64_t>(sizeInBytes(p.dtype));
      rest /= dim.num;
    }
    for (unsigned b = 0; b < sizeInBytes(p.dtype); ++b)
      for (unsigned partition = 0; partition < (wholeBank ? 128u : p.numPartitions); ++partition)
        if (wholeBank)
          bytes.insert(key(p.memory, partition, (at + b) / 2048 * 2048));
        else
          bytes.insert(key(p.memory, p.startPartition + partition, at + b));
  }
}

inline void addBytes(const isa::DmaPattern &p, Bytes &bytes) {
  for (uint64_t e = 0; e < p.numElements(); ++e) {
    int64_t at = p.address;
    uint64_t rest = e;
    for (isa::DmaDim dim : p.pattern()) {
      at += static_cast<int64_t>(rest % dim.num) * dim.step;
      rest /= dim.num;
    }
    for (unsigned b = 0; b < sizeInBytes(p.dtype); ++b) {
      uint64_t byte = at + b;
      if (p.memory == isa::Memory::sbuf)
        bytes.insert(key(p.memory, byte / isa::sbufPartitionPitch, byte % isa::sbufPartitionPitch));
      else
        bytes.insert(key(p.memory, 0, byte));
    }
  }
}

struct Touched {
  Bytes reads, writes, banks, psumBanksTouched;
};

inline Touched touchedBy(const isa::Instruction &instruction, bool isPe) {
  Touched touched;
  isa::forEachAccess(
      instruction,
      [&](const isa::FieldInfo &field, const isa::AccessPattern &pattern) {
        if (isa::isRead(field.kind))
          addBytes(pattern, false, touched.reads);
        if (isa::isWritten(field.kind))
          addBytes(pattern, false, touched.writes);
        if (pattern.memory == isa::Memory::psum) {
          Bytes banks;
          addBytes(pattern, true, banks);
          touched.psumBanksTouched.insert(banks.begin(), banks.end());
          if (isPe && isa::isWritten(field.kind))
            touched.banks.insert(banks.begin(), banks.end());
        }
      },
      [&](const isa::FieldInfo &field, const isa::DmaPattern &pattern) {
        if (isa::isRead(field.kind))
          addBytes(pattern, touched.reads);
        if (isa::isWritten(field.kind))
          addBytes(pattern, touched.writes);
      });
  return touched;
}

inline bool meet(const Bytes &a, const Bytes &b) {
  const Bytes &small = a.size() < b.size() ? a : b, &large = a.size() < b.size() ? b : a;
  for (uint64_t byte : small)
    if (large.count(byte))
      return true;
  return false;
}

class Judge {
public:
  explicit Judge(const isa::Core &core) : core(core) {
    for (unsigned e = 0; e < isa::numEngines; ++e)
      for (unsigned i = 0; i < core.streams[e].size(); ++i)
        touched[e].push_back(touchedBy(core.streams[e][i], e == 0));
  }

  bool hasDeadlock() const {
    auto pcs = run({});
    for (unsigned e = 0; e < isa::numEngines; ++e)
      if (pcs[e] < core.streams[e].size())
        return true;
    return false;
  }

  bool hasRace() const {
    std::vector<Node> nodes;
    for (unsigned e = 0; e < isa::numEngines; ++e)
      for (unsigned i = 0; i < core.streams[e].size(); ++i)
        nodes.push_back({e, i});
    for (size_t a = 0; a < nodes.size(); ++a)
      for (size_t b = a + 1; b < nodes.size(); ++b)
        if (conflict(nodes[a], nodes[b]) && bothStart(nodes[a], nodes[b]))
          return true;
    return false;
  }

  // `a` precedes `b` in program order when they share an engine.
  bool conflict(Node a, Node b) const {
    const Touched &x = touched[a.engine][a.index], &y = touched[b.engine][b.index];
    bool isOwn = a.engine == b.engine && !isDma(a) && !isDma(b);
    if (isOwn) {
      bool isMatmuls = at(a).opcode() == isa::Opcode::Matmul && at(b).opcode() == isa::Opcode::Matmul;
      return !isMatmuls && meet(x.writes, y.reads);
    }
    if (a.engine != b.engine && (meet(x.banks, y.psumBanksTouched) || meet(y.banks, x.psumBanksTouched)))
      return true;
    return meet(x.writes, y.reads) || meet(x.writes, y.writes) || meet(x.reads, y.writes);
  }

private:
  const isa::Instruction &at(Node n) const { return core.streams[n.engine][n.index]; }
  bool isDma(Node n) const { return at(n).info().isDma; }

  bool bothStart(Node a, Node b) const {
    auto pcs = run({a, b});
    return pcs[a.engine] > a.index && pcs[b.engine] > b.index;
  }

  // Greedy; instructions in `held` start but never complete, nor does what completes behind them.
  std::array<unsigned, isa::numEngines> run(std::vector<Node> held) const {
    std::array<unsigned, isa::numEngines> pcs{};
    std::map<unsigned, int64_t> values;
    for (bool moves = true; moves;) {
      moves = false;
      for (unsigned e = 0; e < isa::numEngines; ++e)
        while (pcs[e] < core.streams[e].size()) {
          const isa::Instruction &instruction = core.streams[e][pcs[e]];
          if (instruction.wait && values[instruction.wait->semaphore] < instruction.wait->value.value)
            break;
          bool completes = true;
          for (Node h : held) {
            bool isItself = h.engine == e && h.index == pcs[e];
            bool isBehind = h.engine == e && h.index < pcs[e] && !isDma(h) && !instruction.info().isDma;
            completes &= !isItself && !isBehind;
          }
          if (completes && instruction.update)
            values[instruction.update->semaphore] += instruction.update->value.value;
          ++pcs[e];
          moves = true;
        }
    }
    return pcs;
  }

  const isa::Core &core;
  std::array<std::vector<Touched>, isa::numEngines> touched;
};

// Every state that a small straight-line program can reach: what has started, what is complete, the semaphores' values. Takes
// `==`, sets and subtracts as they come. Two instructions race when they conflict and are in flight at once.
class Search {
public:
  explicit Search(const isa::Core &core) : core(core), judge(core) {
    for (unsigned e = 0; e < isa::numEngines; ++e)
      for (unsigned i = 0; i < core.streams[e].size(); ++i) {
        first[e] = i == 0 ? nodes.size() : first[e];
        nodes.push_back({e, i});
      }
    for (size_t a = 0; a < nodes.size(); ++a)
      for (size_t b = a + 1; b < nodes.size(); ++b)
        if (judge.conflict(nodes[a], nodes[b]))
          conflicts.push_back((uint64_t(1) << a) | (uint64_t(1) << b));
    explore();
  }
  bool isFinished() const { return finished; } // within its limit of states
  bool hasRace() const { return race; }
  bool hasDeadlock() const { return deadlock; }

private:
  struct State {
    uint64_t started = 0, completed = 0;
    std::map<uint16_t, int64_t> values;
    bool operator<(const State &other) const {
      return std::tie(started, completed, values) < std::tie(other.started, other.completed, other.values);
    }
  };
  static bool has(uint64_t set, size_t i) { return set >> i & 1; }

  void explore() {
    std::set<State> known;
    std::vector<State> open;
    auto reach = [&](State state) {
      if (known.insert(state).second)
        open.push_back(std::move(state));
    };
    reach({});
    while (!open.empty() && known.size() < 200000) {
      State state = std::move(open.back());
      open.pop_back();
      uint64_t inFlight = state.started & ~state.completed;
      for (uint64_t pair : conflicts)
        race |= (inFlight & pair) == pair;
      bool moves = inFlight != 0;
      for (unsigned e = 0; e < isa::numEngines; ++e) {
        bool isOldest = true;
        for (unsigned i = 0; i < core.streams[e].size(); ++i) {
          const isa::Instruction &instruction = core.streams[e][i];
          size_t node = first[e] + i;
          if (!has(state.started, node)) {
            int64_t value = instruction.wait ? state.values[instruction.wait->semaphore] : 0;
            bool isEqual = instruction.wait && instruction.wait->condition == isa::WaitCondition::equal;
            bool isFulfilled = !instruction.wait || (isEqual ? value == instruction.wait->value.value
                                                             : value >= instruction.wait->value.value);
            if (isFulfilled && (isOldest || instruction.opcode() != isa::Opcode::Drain)) {
              State next = state;
              next.started |= uint64_t(1) << node;
              moves = true;
              reach(std::move(next));
            }
            break;
          }
          if (has(state.completed, node))
            continue;
          if (instruction.info().isDma || isOldest) {
            State next = state;
            next.completed |= uint64_t(1) << node;
            if (instruction.update) {
              int64_t amount = instruction.update->value.value, &value = next.values[instruction.update->semaphore];
              value = instruction.update->action == isa::UpdateAction::set        ? amount
                      : instruction.update->action == isa::UpdateAction::subtract ? value - amount
                                                                                  : value + amount;
            }
            reach(std::move(next));
          }
          isOldest &= instruction.info().isDma;
        }
      }
      deadlock |= !moves && state.completed != (uint64_t(1) << nodes.size()) - 1;
    }
    finished = open.empty();
  }

  const isa::Core &core;
  Judge judge;
  std::vector<Node> nodes;
  std::array<size_t, isa::numEngines> first{};
  std::vector<uint64_t> conflicts;
  bool finished = false, race = false, deadlock = false;
};

} // namespace tarn::proof::oracle
