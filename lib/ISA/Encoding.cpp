// Encoder and decoder, generic over the fields that each instruction's `visit` shows. Widths: Field.bytes in Base.td.
//
// | kind      | bytes                                                                                            |
// | operand   | flags (bit 0 PSUM, 1 register, 2–4 rank), dtype, start partition, partitions, address 4, scale 4, register, 0 0 0, 4 × (step 2, num 2) |
// | DMA side  | flags (bit 0 SBUF, 1 register, 2–4 rank), dtype, register, 0, scale 4, address 8, 5 × (step 8, num 4) |
// | scalar    | 1 when from memory, value 4, operand 32                                                          |
// | index     | rank, 4 × (step 4, num 4)                                                                        |
// | list of sides | number, 16 sides                                                                             |
// | list of fp32 | number, 16 × value 4                                                                              |
// | sizes     | rank, 4 × size 4                                                                                 |
// | register or immediate | 1 when a register, value 4                                                           |
// | header    | opcode, flags, semaphore of the wait, of the update, value of the wait 4, of the update 4, length in slots, 1 when the update is at read, scale of the wait's register 2 |
//
// A wait for `base + register * scale` (flag 7) holds the register in the lowest 6 bits of its value, the base above.
#include "tarn/ISA/Encoding.h"
#include "Bytes.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::isa {

namespace {
constexpr unsigned registerBits = 6; // of a wait for a scaled register
constexpr int32_t lowestWaitBase = INT32_MIN >> registerBits;

class Encoder {
public:
  Encoder(ByteWriter &out, llvm::StringRef mnemonic) : out(out), mnemonic(mnemonic) {}

  template <typename Member> void operator()(const FieldInfo &field, const Member &member) {
    size_t before = out.size();
    name = field.name;
    if constexpr (std::is_enum_v<Member>)
      out.u8(static_cast<uint8_t>(member));
    else
      write(member);
    assert(out.size() - before == field.bytes && "a field is as wide as its record says");
    (void)before;
  }
  void header(const Instruction &instruction, unsigned slots) {
    Wait wait = instruction.wait.value_or(Wait{});
    Update update = instruction.update.value_or(Update{});
    name = "wait";
    fits(wait.semaphore, 0, numSemaphores - 1, "semaphore");
    name = "update";
    fits(update.semaphore, 0, numSemaphores - 1, "semaphore");
    out.u8(static_cast<uint8_t>(instruction.opcode()));
    out.u8(unsigned(instruction.wait.has_value()) | unsigned(wait.condition == WaitCondition::equal) << 1 |
           unsigned(wait.value.isRegister) << 2 | unsigned(instruction.update.has_value()) << 3 |
           static_cast<unsigned>(update.action) << 4 | unsigned(update.value.isRegister) << 6 |
           unsigned(wait.value.isScaled()) << 7);
    out.u8(wait.semaphore);
    out.u8(update.semaphore);
    name = "wait";
    if (wait.value.isScaled()) {
      fits(wait.value.value, 0, numRegisters - 1, "register");
      fits(wait.value.base, lowestWaitBase, -lowestWaitBase - 1, "immediate");
      fits(wait.value.scale, INT16_MIN, INT16_MAX, "scale");
      out.u32(static_cast<uint32_t>(wait.value.value) | static_cast<uint32_t>(wait.value.base) << registerBits);
    } else {
      value(wait.value);
    }
    name = "update";
    value(update.value);
    out.u8(slots);
    out.u8(update.isAtRead);
    out.u16(wait.value.isScaled() ? wait.value.scale : 0);
  }
  std::string problem;

private:
  void fits(int64_t found, int64_t low, int64_t high, llvm::StringRef what) {
    if ((found < low || found > high) && problem.empty())
      problem = llvm::formatv("{0}: {1} of {2}: found {3}, allowed {4} to {5}", mnemonic, what, name, found, low, high);
  }
  void value(const RegisterOrImmediate &member) {
    if (member.isRegister)
      fits(member.value, 0, numRegisters - 1, "register");
    if (member.isScaled() && problem.empty())
      problem = llvm::formatv("{0}: {1} is a scaled register, which only a wait may name", mnemonic, name);
    out.u32(member.value);
  }
  void write(float member) { out.f32(member); }
  void write(int32_t member) { out.u32(member); }
  void write(uint32_t member) { out.u32(member); }
  void write(bool member) { out.u8(member); }
  void write(uint8_t member) { out.u8(member); }
  void write(const RegisterOrImmediate &member) {
    out.u8(member.isRegister);
    value(member);
  }
  void write(const ShuffleMask &member) {
    for (uint8_t entry : member)
      out.u8(entry);
  }
  void write(const IndexPattern &member) {
    out.u8(member.rank);
    for (unsigned i = 0; i < 4; ++i) {
      Dim dim = i < member.rank ? member.dims[i] : Dim{0, 0};
      out.u32(dim.step);
      out.u32(dim.num);
    }
  }
  void write(const Extents &member) {
    fits(member.rank, 0, member.sizes.size(), "rank");
    out.u8(member.rank);
    for (unsigned i = 0; i < member.sizes.size(); ++i)
      out.u32(i < member.rank ? member.sizes[i] : 0);
  }
  template <typename T> void write(const std::vector<T> &member) {
    fits(member.size(), 0, maxListed, "entries");
    size_t begin = out.size(), each = std::is_same_v<T, float> ? 4 : 76;
    out.u8(member.size());
    for (const T &entry : llvm::ArrayRef(member).take_front(maxListed))
      write(entry);
    while (out.size() < begin + 1 + maxListed * each)
      out.u8(0);
  }
  void write(const AccessPattern &member) {
    fits(member.numPartitions, 1, 128, "partitions");
    fits(member.rank, 0, 4, "rank");
    fits(member.address, 0, psumBase - 1, "address");
    out.u8(unsigned(member.memory == Memory::psum) | unsigned(member.offset.has_value()) << 1 | member.rank << 2);
    out.u8(static_cast<uint8_t>(member.dtype));
    out.u8(member.startPartition);
    out.u8(member.numPartitions);
    out.u32(member.address);
    RegisterOffset offset = member.offset.value_or(RegisterOffset{0, 0});
    fits(offset.reg, 0, numRegisters - 1, "register");
    out.u32(offset.scale);
    out.u8(offset.reg);
    out.integer(0, 3);
    for (unsigned i = 0; i < 4; ++i) {
      Dim dim = i < member.rank ? member.dims[i] : Dim{0, 0};
      fits(dim.step, INT16_MIN, INT16_MAX, "step");
      if (i < member.rank)
        fits(dim.num, 1, UINT16_MAX, "count");
      out.u16(dim.step);
      out.u16(dim.num);
    }
  }
  void write(const DmaPattern &member) {
    fits(member.rank, 0, 5, "rank");
    out.u8(unsigned(member.memory == Memory::sbuf) | unsigned(member.offset.has_value()) << 1 | member.rank << 2);
    out.u8(static_cast<uint8_t>(member.dtype));
    RegisterOffset offset = member.offset.value_or(RegisterOffset{0, 0});
    fits(offset.reg, 0, numRegisters - 1, "register");
    out.u8(offset.reg);
    out.u8(0);
    out.u32(offset.scale);
    out.u64(member.address);
    for (unsigned i = 0; i < 5; ++i) {
      DmaDim dim = i < member.rank ? member.dims[i] : DmaDim{0, 0};
      if (i < member.rank)
        fits(dim.num, 1, UINT32_MAX, "count");
      out.u64(dim.step);
      out.u32(dim.num);
    }
  }
  void write(const ScalarOperand &member) {
    const AccessPattern *pattern = std::get_if<AccessPattern>(&member);
    out.u8(pattern != nullptr);
    out.f32(pattern ? 0 : std::get<float>(member));
    if (pattern)
      write(*pattern);
    else
      out.integer(0, 8), out.integer(0, 8), out.integer(0, 8), out.integer(0, 8);
  }

  ByteWriter &out;
  llvm::StringRef mnemonic, name;
};

class Decoder {
public:
  explicit Decoder(ByteReader &in) : in(in) {}

  template <typename Member> void operator()(const FieldInfo &field, Member &member) {
    if constexpr (std::is_enum_v<Member>) {
      uint8_t number = in.u8();
      member = static_cast<Member>(number);
      require(number < numCasesOf(member), field.name);
    } else {
      name = field.name;
      read(member);
    }
  }
  void header(Instruction &instruction, unsigned slots) {
    uint8_t flags = in.u8();
    Wait wait;
    Update update;
    wait.semaphore = in.u8();
    update.semaphore = in.u8();
    wait.condition = flags & 2 ? WaitCondition::equal : WaitCondition::greaterOrEqual;
    if (flags & 128) {
      uint32_t packed = in.u32();
      wait.value = {true, static_cast<int32_t>(packed % numRegisters), static_cast<int32_t>(packed) >> registerBits};
      require(flags & 4, "wait");
    } else {
      wait.value = value(flags & 4, "wait");
    }
    update.action = static_cast<UpdateAction>(flags >> 4 & 3);
    update.value = value(flags & 64, "update");
    require((flags >> 4 & 3) < 3, "flags of the header");
    require(in.u8() == slots, "length");
    uint8_t atRead = in.u8();
    require(atRead < 2, "flags of the header");
    update.isAtRead = atRead & 1;
    require((flags & 8) || (update == Update{} && !(flags & 112)), "update");
    int16_t scale = in.u16();
    if (flags & 128)
      wait.value.scale = scale;
    require(flags & 128 ? wait.value.isScaled() : scale == 0, "wait");
    require((flags & 1) || (wait == Wait{} && !(flags & 134)), "wait");
    if (flags & 1)
      instruction.wait = wait;
    if (flags & 8)
      instruction.update = update;
  }
  std::string problem; // name of the first field that no encoder writes so

private:
  void require(bool condition, llvm::StringRef what) {
    if (!condition && problem.empty())
      problem = what.str();
  }
  void zero(unsigned numBytes) {
    for (unsigned i = 0; i < numBytes; ++i)
      require(in.u8() == 0, name);
  }
  RegisterOrImmediate value(bool isRegister, llvm::StringRef what) {
    RegisterOrImmediate result{isRegister, static_cast<int32_t>(in.u32())};
    require(!isRegister || (result.value >= 0 && result.value < int32_t(numRegisters)), what);
    return result;
  }
  DType dtype() {
    uint8_t number = in.u8();
    bool known = number < numDTypes && isMachineType(static_cast<DType>(number));
    require(known, name);
    return known ? static_cast<DType>(number) : DType::fp32;
  }
  void offset(bool present, RegisterOffset read, std::optional<RegisterOffset> &member) {
    require(read.reg < numRegisters && (present || (read.reg == 0 && read.scale == 0)), name);
    if (present)
      member = read;
  }
  template <typename Rank> void rank(unsigned found, unsigned most, Rank &member) {
    require(found <= most, name);
    member = std::min(found, most);
  }
  void read(float &member) { member = in.f32(); }
  void read(int32_t &member) { member = in.u32(); }
  void read(uint32_t &member) { member = in.u32(); }
  void read(bool &member) {
    uint8_t number = in.u8();
    require(number < 2, name);
    member = number & 1;
  }
  void read(uint8_t &member) { member = in.u8(); }
  void read(RegisterOrImmediate &member) {
    uint8_t isRegister = in.u8();
    require(isRegister < 2, name);
    member = value(isRegister & 1, name);
  }
  void read(ShuffleMask &member) {
    for (uint8_t &entry : member)
      entry = in.u8();
  }
  void read(IndexPattern &member) {
    rank(in.u8(), 4, member.rank);
    for (unsigned i = 0; i < 4; ++i) {
      Dim dim;
      dim.step = in.u32();
      dim.num = in.u32();
      dimension(i < member.rank, dim, member.dims[i]);
    }
  }
  void read(Extents &member) {
    rank(in.u8(), member.sizes.size(), member.rank);
    for (unsigned i = 0; i < member.sizes.size(); ++i) {
      uint32_t size = in.u32();
      require(i < member.rank || size == 0, name);
      member.sizes[i] = i < member.rank ? size : 0;
    }
  }
  template <typename T> void read(std::vector<T> &member) {
    uint8_t number = in.u8();
    require(number <= maxListed, name);
    member.resize(std::min<unsigned>(number, maxListed));
    for (T &entry : member)
      read(entry);
    zero((maxListed - member.size()) * (std::is_same_v<T, float> ? 4 : 76));
  }
  void read(AccessPattern &member) {
    uint8_t flags = in.u8();
    require(flags < 32, name);
    member.memory = flags & 1 ? Memory::psum : Memory::sbuf;
    member.dtype = dtype();
    member.startPartition = in.u8();
    member.numPartitions = in.u8();
    require(member.numPartitions >= 1 && member.numPartitions <= 128, name);
    member.address = in.u32();
    require(member.address < psumBase, name);
    RegisterOffset read;
    read.scale = in.u32();
    read.reg = in.u8();
    zero(3);
    offset(flags & 2, read, member.offset);
    rank(flags >> 2 & 7, 4, member.rank);
    for (unsigned i = 0; i < 4; ++i) {
      Dim dim;
      dim.step = static_cast<int16_t>(in.u16());
      dim.num = in.u16();
      dimension(i < member.rank, dim, member.dims[i]);
    }
  }
  void read(DmaPattern &member) {
    uint8_t flags = in.u8();
    require(flags < 32, name);
    member.memory = flags & 1 ? Memory::sbuf : Memory::hbm;
    member.dtype = dtype();
    RegisterOffset read;
    read.reg = in.u8();
    zero(1);
    read.scale = in.u32();
    offset(flags & 2, read, member.offset);
    rank(flags >> 2 & 7, 5, member.rank);
    member.address = in.u64();
    for (unsigned i = 0; i < 5; ++i) {
      DmaDim dim;
      dim.step = in.u64();
      dim.num = in.u32();
      dimension(i < member.rank, dim, member.dims[i]);
    }
  }
  void read(ScalarOperand &member) {
    uint8_t isPattern = in.u8();
    require(isPattern < 2, name);
    float immediate = in.f32();
    if (isPattern) {
      uint32_t bits;
      std::memcpy(&bits, &immediate, 4);
      require(bits == 0, name);
      AccessPattern pattern;
      read(pattern);
      member = pattern;
    } else {
      zero(32);
      member = immediate;
    }
  }
  template <typename D> void dimension(bool used, D dim, D &member) {
    require(used ? dim.num > 0 : dim == D{0, 0}, name);
    if (used)
      member = dim;
  }

  ByteReader &in;
  llvm::StringRef name;
};

/// The empty instruction of an opcode.
std::optional<Payload> payloadOf(uint8_t opcode) {
  switch (static_cast<Opcode>(opcode)) {
#define TARN_CASE(Name, mnemonic)                                                                                      \
  case Opcode::Name:                                                                                                   \
    return Payload(Name{});
    TARN_FOR_EACH_INSTRUCTION(TARN_CASE)
#undef TARN_CASE
  }
  return std::nullopt;
}
} // namespace

unsigned encodedBytes(const InstructionInfo &info) {
  unsigned size = headerBytes;
  for (unsigned i = 0; i < info.numFields; ++i)
    size += info.fields[i].bytes;
  return (size + slotBytes - 1) / slotBytes * slotBytes;
}

llvm::Error encode(const Instruction &instruction, llvm::SmallVectorImpl<char> &out) {
  size_t begin = out.size();
  unsigned size = encodedBytes(instruction.info());
  ByteWriter writer(out);
  Encoder encoder(writer, instruction.info().mnemonic);
  encoder.header(instruction, size / slotBytes);
  std::visit([&](const auto &payload) { std::decay_t<decltype(payload)>::visit(payload, encoder); },
             instruction.payload);
  out.resize(begin + size, 0);
  if (!encoder.problem.empty())
    return makeError("{0}", encoder.problem);
  return llvm::Error::success();
}

llvm::Expected<Instruction> decode(llvm::ArrayRef<char> &bytes) {
  if (bytes.size() < slotBytes)
    return makeError("an instruction has at least {0} bytes, found {1}", slotBytes, bytes.size());
  std::optional<Payload> payload = payloadOf(static_cast<uint8_t>(bytes[0]));
  if (!payload)
    return makeError("no instruction has opcode {0}", unsigned(static_cast<uint8_t>(bytes[0])));
  Instruction instruction{*payload, {}, {}, 0};
  unsigned size = encodedBytes(instruction.info());
  if (bytes.size() < size)
    return makeError("{0} has {1} bytes, found {2}", instruction.info().mnemonic, size, bytes.size());
  ByteReader reader(bytes.take_front(size).drop_front(1));
  Decoder decoder(reader);
  decoder.header(instruction, size / slotBytes);
  std::visit([&](auto &payload) { std::decay_t<decltype(payload)>::visit(payload, decoder); }, instruction.payload);
  if (!decoder.problem.empty())
    return makeError("{0}: illegal encoding of {1}", instruction.info().mnemonic, decoder.problem);
  while (reader.left())
    if (reader.u8() != 0)
      return makeError("{0}: bytes behind the last field are not 0", instruction.info().mnemonic);
  bytes = bytes.drop_front(size);
  return instruction;
}

} // namespace tarn::isa
