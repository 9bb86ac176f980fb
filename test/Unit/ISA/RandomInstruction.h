// Random instructions that can be encoded (not necessarily legal): every field takes any value that it has bits for.
#pragma once
#include "tarn/ISA/Program.h"
#include <random>

namespace tarn::isa {

class RandomInstruction {
public:
  explicit RandomInstruction(uint64_t seed) : random(seed) {}

  /// For a stream of `streamSize` instructions.
  Instruction next(uint32_t streamSize) {
    labels = streamSize;
    Instruction instruction;
    unsigned choice = below(numOpcodes), index = 0;
#define TARN_CHOOSE(Name, mnemonic)                                                                                    \
  if (index++ == choice)                                                                                               \
    instruction.payload = Name();
    TARN_FOR_EACH_INSTRUCTION(TARN_CHOOSE)
#undef TARN_CHOOSE
    std::visit(
        [&](auto &payload) {
          std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &field, auto &member) {
            // Defaults are to be printed as left out, so they must occur.
            if (!field.hasDefault || below(4))
              fill(field, member);
          });
        },
        instruction.payload);
    if (below(2))
      instruction.wait = Wait{uint16_t(below(256)), below(2) ? WaitCondition::equal : WaitCondition::greaterOrEqual,
                              registerOrImmediate()};
    if (instruction.wait && instruction.wait->value.isRegister && below(2)) {
      instruction.wait->value.base = static_cast<int32_t>(random()) >> 6;
      instruction.wait->value.scale = static_cast<int16_t>(random());
    }
    if (below(2))
      instruction.update =
          Update{uint16_t(below(256)), static_cast<UpdateAction>(below(3)), registerOrImmediate(), below(4) == 0};
    return instruction;
  }
  uint64_t below(uint64_t limit) { return random() % limit; }

private:
  RegisterOrImmediate registerOrImmediate() {
    bool isRegister = below(2);
    return {isRegister, static_cast<int32_t>(isRegister ? below(numRegisters) : random())};
  }
  DType dtype() {
    DType type = static_cast<DType>(below(numDTypes));
    return isMachineType(type) ? type : DType::fp32;
  }
  std::optional<RegisterOffset> offset() {
    if (below(3))
      return std::nullopt;
    return RegisterOffset{uint8_t(below(numRegisters)), int32_t(random())};
  }
  void fill(const FieldInfo &, float &member) {
    uint32_t bits = random();
    std::memcpy(&member, &bits, 4);
  }
  void fill(const FieldInfo &, bool &member) { member = below(2); }
  void fill(const FieldInfo &, int32_t &member) { member = random(); }
  void fill(const FieldInfo &, uint32_t &member) { member = below(labels + 1); }
  void fill(const FieldInfo &field, uint8_t &member) {
    member = field.kind == FieldKind::Register ? below(numRegisters) : below(256);
  }
  void fill(const FieldInfo &, RegisterOrImmediate &member) { member = registerOrImmediate(); }
  void fill(const FieldInfo &, ShuffleMask &member) {
    for (uint8_t &entry : member)
      entry = random();
  }
  void fill(const FieldInfo &, IndexPattern &member) {
    member.rank = below(5);
    for (unsigned i = 0; i < member.rank; ++i)
      member.dims[i] = {int32_t(random()), uint32_t(1 + below(UINT32_MAX))};
  }
  void fill(const FieldInfo &, Extents &member) {
    member.rank = below(5);
    for (unsigned i = 0; i < member.rank; ++i)
      member.sizes[i] = random();
  }
  template <typename T> void fill(const FieldInfo &field, std::vector<T> &member) {
    member.resize(below(maxListed + 1));
    for (T &entry : member)
      fill(field, entry);
  }
  void fill(const FieldInfo &, AccessPattern &member) {
    member.memory = below(2) ? Memory::psum : Memory::sbuf;
    member.dtype = dtype();
    member.startPartition = random();
    member.numPartitions = 1 + below(128);
    member.address = below(psumBase);
    member.offset = offset();
    member.rank = below(5);
    for (unsigned i = 0; i < member.rank; ++i)
      member.dims[i] = {int16_t(random()), uint32_t(1 + below(UINT16_MAX))};
  }
  void fill(const FieldInfo &, DmaPattern &member) {
    member.memory = below(2) ? Memory::sbuf : Memory::hbm;
    member.dtype = dtype();
    member.address = random();
    member.offset = offset();
    member.rank = below(6);
    for (unsigned i = 0; i < member.rank; ++i)
      member.dims[i] = {int64_t(random()), uint32_t(1 + below(UINT32_MAX))};
  }
  void fill(const FieldInfo &field, ScalarOperand &member) {
    if (below(2)) {
      fill(field, member.emplace<AccessPattern>());
    } else {
      float value;
      fill(field, value);
      member = value;
    }
  }
  template <typename E> std::enable_if_t<std::is_enum_v<E>> fill(const FieldInfo &, E &member) {
    member = static_cast<E>(below(numCasesOf(member)));
  }

  std::mt19937_64 random;
  uint32_t labels = 0;
};

} // namespace tarn::isa
