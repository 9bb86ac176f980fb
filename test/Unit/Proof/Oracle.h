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

private:
  const isa::Instruction &at(Node n) const { return core.streams[n.engine][n.index]; }
  bool isDma(Node n) const { return at(n).info().isDma; }

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

} // namespace tarn::proof::oracle
