// Printer and parser, encoder and decoder undo each other, on random instructions and whole programs; damaged object
// files give errors.
#include "RandomInstruction.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Encoding.h"
#include "tarn/ISA/Object.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;

static Program randomProgram(uint64_t seed, size_t perEngine) {
  RandomInstruction random(seed);
  Program program;
  program.name = "a \"name\"\n";
  program.chip = llvm::cantFail(Chip::load("trn2")).toYaml();
  program.origins = {{"/conv1/Conv", "Conv", "kernel_0"}, {"a\\b", "Relu", ""}};
  program.hbmSize = 4096;
  program.tensors.push_back({"x", TensorKind::input, DType::int32, {2, 3}, 0, DType::int64, {}});
  std::vector<float> values = {1, -2.5f, 3, 1e-20f};
  program.tensors.push_back({"w",
                             TensorKind::constant,
                             DType::fp32,
                             {2, 2},
                             64,
                             DType::fp32,
                             HostTensor::of<float>(DType::fp32, {2, 2}, values)});
  program.tensors.push_back(
      {"none", TensorKind::constant, DType::bf16, {0, 2}, 80, DType::bf16, HostTensor(DType::bf16, {0, 2})});
  program.tensors.push_back({"y", TensorKind::output, DType::bf16, {}, 128, DType::bf16, {}});
  program.cores.resize(2);
  for (Core &core : program.cores)
    for (std::vector<Instruction> &stream : core.streams)
      for (size_t i = 0; i < perEngine; ++i) {
        stream.push_back(random.next(perEngine));
        stream.back().origin = random.below(2);
      }
  return program;
}

static std::string objectOf(const Program &program) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::cantFail(writeObject(stream, program));
  return bytes;
}
static std::string assemblyOf(const Program &program) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::cantFail(printAssembly(program, stream));
  return text;
}

/// The reader wants aligned bytes, as files and heap memory have them.
static llvm::Expected<Program> readBytes(llvm::StringRef bytes) {
  std::shared_ptr<llvm::MemoryBuffer> buffer = llvm::MemoryBuffer::getMemBufferCopy(bytes);
  return readObject(buffer->getBuffer(), "test.elf", buffer);
}

TEST(RoundTrip, ten_to_the_fifth_instructions_survive_encoding_and_assembly) {
  Program program = randomProgram(1, 10000);
  std::string object = objectOf(program);
  auto decoded = readBytes(object);
  ASSERT_TRUE(bool(decoded)) << llvm::toString(decoded.takeError());
  EXPECT_TRUE(objectOf(*decoded) == object);
  auto assembled = parseAssembly(assemblyOf(program), "test.s", ".", /*unchecked=*/true);
  ASSERT_TRUE(bool(assembled)) << llvm::toString(assembled.takeError());
  EXPECT_TRUE(objectOf(*assembled) == object);
}

TEST(RoundTrip, an_object_keeps_tensors_and_origins) {
  Program program = randomProgram(2, 3);
  auto decoded = readBytes(objectOf(program));
  ASSERT_TRUE(bool(decoded)) << llvm::toString(decoded.takeError());
  EXPECT_EQ(decoded->name, program.name);
  EXPECT_EQ(decoded->chip, program.chip);
  EXPECT_EQ(decoded->origins, program.origins);
  EXPECT_EQ(decoded->cores[1].streams[4].size(), 3u);
  const ProgramTensor *x = decoded->find("x"), *w = decoded->find("w");
  ASSERT_TRUE(x && w);
  EXPECT_EQ(x->hostType, DType::int64);
  EXPECT_EQ(w->contents.getDouble(1), -2.5);
}

TEST(RoundTrip, decoding_accepts_only_what_encoding_writes) {
  RandomInstruction random(3);
  for (unsigned i = 0; i < 20000; ++i) {
    llvm::SmallVector<char, 256> bytes, again;
    llvm::cantFail(encode(random.next(100), bytes));
    bytes[random.below(bytes.size())] ^= 1 << random.below(8);
    llvm::ArrayRef<char> rest = bytes;
    auto decoded = decode(rest);
    if (!decoded) {
      llvm::consumeError(decoded.takeError());
      continue;
    }
    llvm::cantFail(encode(*decoded, again));
    EXPECT_EQ(llvm::StringRef(again.data(), again.size()), llvm::StringRef(bytes.data(), bytes.size() - rest.size()));
  }
}

TEST(RoundTrip, damaged_objects_give_errors_or_other_programs) {
  std::string object = objectOf(randomProgram(4, 2));
  RandomInstruction random(5);
  unsigned refused = 0;
  for (unsigned i = 0; i < 3000; ++i) {
    std::string bytes = object;
    if (i % 3 == 0)
      bytes.resize(random.below(bytes.size()));
    else
      for (unsigned n = 0; n <= random.below(4); ++n)
        bytes[random.below(bytes.size())] = random.below(256);
    auto program = readBytes(bytes);
    if (!program) {
      ++refused;
      EXPECT_TRUE(llvm::StringRef(llvm::toString(program.takeError())).starts_with("test.elf: "));
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(Assembly, damaged_text_gives_errors_or_other_programs) {
  std::string text = assemblyOf(randomProgram(6, 2));
  RandomInstruction random(7);
  llvm::StringRef pieces = "\"[]+-@*,:=\\{}.\n\0x1fRSp/ 9";
  unsigned refused = 0;
  for (unsigned i = 0; i < 600; ++i) {
    std::string damaged = text;
    for (unsigned n = 0; n <= random.below(4); ++n) {
      size_t place = random.below(damaged.size());
      switch (random.below(3)) {
      case 0:
        damaged[place] = pieces[random.below(pieces.size())];
        break;
      case 1:
        damaged.erase(place, random.below(8));
        break;
      default:
        damaged.insert(place, pieces.substr(random.below(pieces.size()), 1).str());
      }
    }
    auto program = parseAssembly(damaged, "a.s", ".", /*unchecked=*/true);
    if (!program) {
      ++refused;
      EXPECT_TRUE(llvm::StringRef(llvm::toString(program.takeError())).starts_with("a.s:"));
    }
  }
  EXPECT_GT(refused, 200u);
}

static std::string messageOf(llvm::StringRef text) {
  auto program = parseAssembly(text, "a.s");
  return program ? std::string() : llvm::toString(program.takeError());
}

TEST(Assembly, a_mistake_is_reported_with_its_place) {
  EXPECT_EQ(messageOf(".dve\n  memset dst=fp32@0x0[1][4] p0+4"), "a.s:2:10: memset needs field value");
  EXPECT_EQ(messageOf("nop"), "a.s:1:1: an instruction stands in the section of an engine (.pe .act .dve .pool .sp)");
  EXPECT_EQ(messageOf(".dve\nmemste"), "a.s:2:1: no instruction 'memste'; the nearest is 'memset'");
  EXPECT_EQ(messageOf(".dve\nnop S[256]>=1"), "a.s:2:7: found 256, allowed 0 to 255");
  EXPECT_EQ(messageOf(".sp\ncompare_branch cmp=eq, lhs=R0, rhs=1, target=there"),
            "a.s:2:46: no label 'there' in this section");
  EXPECT_EQ(messageOf(".act\nactivation dst=fp32@0x0[1][4] p0+4, data=fp32@0x100[1][5] p0+4, op=exp"),
            "a.s:2:1: activation: activation_c1: found 4 x 4 and 4 x 5, allowed: in dst as many elements and "
            "partitions as in data");
  EXPECT_EQ(messageOf(".const \"w\" fp32[2] @0x0 {1}"), "a.s:1:25: found 1 values, allowed is 2");
  EXPECT_EQ(messageOf(".program \"rms\n.target trn2"),
            "a.s:1:10: the string that begins here does not end in this line");
  EXPECT_EQ(messageOf(".hbm 0x1FFFFFFFFFFFFFFFFF"), "a.s:1:6: found 0x1FFFFFFFFFFFFFFFFF, allowed 0 to 1099511627776");
  EXPECT_EQ(messageOf(".hbm 12monkeys"), "a.s:1:6: found '12monkeys', allowed is an integer");
  EXPECT_EQ(messageOf(".dve\nnop S[3]=>1"),
            "a.s:2:9: found '=>', allowed is >= or == (a wait), +=, -= or = (an update)");
}

TEST(Assembly, a_number_that_its_type_does_not_hold_is_refused) {
  auto constant = [](llvm::StringRef type, llvm::StringRef value) {
    return messageOf((".const \"w\" " + type + "[1] @0x0 {" + value + "}").str());
  };
  EXPECT_EQ(messageOf(".const \"w\" int8[4] @0x100 {1, -2, 3, 300}"),
            "a.s:1:38: found 300, allowed is an integer from -128 to 127 (int8)");
  EXPECT_EQ(constant("int8", "-129"), "a.s:1:26: found -129, allowed is an integer from -128 to 127 (int8)");
  EXPECT_EQ(constant("uint8", "3.7"), "a.s:1:27: found 3.7, allowed is an integer from 0 to 255 (uint8)");
  EXPECT_EQ(constant("int32", "inf"),
            "a.s:1:27: found inf, allowed is an integer from -2147483648 to 2147483647 (int32)");
  EXPECT_EQ(constant("bool", "2"), "a.s:1:26: found 2, allowed is an integer from 0 to 1 (bool)");
  EXPECT_EQ(constant("fp32", "1e99"),
            "a.s:1:26: found 1e99, allowed is a number from -3.40282e+38 to 3.40282e+38 (fp32), inf or nan");
  EXPECT_EQ(constant("fp16", "-65520"),
            "a.s:1:26: found -65520, allowed is a number from -65504 to 65504 (fp16), inf or nan");
  for (llvm::StringRef type : {"fp32", "bf16", "fp16", "tf32", "fp8_e4m3"})
    for (llvm::StringRef value : {"0.1", "-inf", "nan", "1e-60", "f0x3f800000"})
      EXPECT_EQ(constant(type, value), "") << type.str() << " " << value.str();
  auto program = llvm::cantFail(parseAssembly(".const \"w\" int32[1] @0x0 {16777217}", "a.s"));
  EXPECT_EQ(program.tensors[0].contents.getInt(0), 16777217);
  std::string scalar = ".dve\ntensor_scalar dst=fp32@0x0[1][4] p0+4, data=fp32@0x100[1][4] p0+4, op0=mult, operand0=";
  EXPECT_EQ(messageOf(scalar + "-1e400"),
            "a.s:2:87: found -1e400, allowed is a number from -3.40282e+38 to 3.40282e+38 (fp32), inf or nan");
  EXPECT_EQ(messageOf(scalar + "-inf"), "");
}

TEST(Assembly, inputs_and_constants_lie_apart) {
  std::string text = ".input \"x\" fp32[8] @0x0\n.output \"y\" fp32[8] @0x0\n.tensor \"t\" fp32[8] @0x10\n";
  EXPECT_EQ(messageOf(text + ".const \"w\" fp32[1] @0x20 {1}"), "");
  EXPECT_EQ(messageOf(text + ".const \"w\" fp32[1] @0x1c {1}"),
            "a.s:4:8: tensor 'w' (bytes 0x1c to 0x1f) overlaps tensor 'x' (bytes 0x0 to 0x1f); both are filled before "
            "the program begins");
  // An object file is asked the same.
  Program program = llvm::cantFail(parseAssembly(".input \"a\" fp32[8] @0x40\n.input \"b\" fp32[8] @0x0", "a.s"));
  EXPECT_FALSE(llvm::errorToBool(checkTensors(program)));
  program.tensors[1].address = 0x30;
  EXPECT_EQ(llvm::toString(checkTensors(program)),
            "tensor 'a' (bytes 0x40 to 0x5f) overlaps tensor 'b' (bytes 0x30 to 0x4f); both are filled before the "
            "program begins");
}
