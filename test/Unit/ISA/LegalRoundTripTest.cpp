// A million legal instructions of all chips survive encoding and assembly.
#include "LegalInstructions.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Encoding.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;

namespace {

void roundTrip(llvm::StringRef target) {
  Chip chip = llvm::cantFail(Chip::load(target));
  Program program = legalProgram(chip, 250000);
  size_t count = 0, different = 0;
  llvm::SmallVector<char, 0> last;
  std::vector<llvm::SmallVector<char, 0>> encoded(numEngines);
  for (unsigned e = 0; e < numEngines; ++e)
    for (const Instruction &instruction : program.cores.front().streams[e]) {
      llvm::SmallVector<char, 0> bytes, again;
      ASSERT_FALSE(bool(encode(instruction, bytes)));
      llvm::ArrayRef<char> rest = bytes;
      llvm::Expected<Instruction> decoded = decode(rest);
      ASSERT_TRUE(bool(decoded)) << llvm::toString(decoded.takeError());
      llvm::cantFail(encode(*decoded, again));
      ASSERT_EQ(llvm::StringRef(bytes.data(), bytes.size()), llvm::StringRef(again.data(), again.size()));
      different += bytes != last;
      ++count;
      encoded[e].append(bytes.begin(), bytes.end());
      last = std::move(bytes);
    }
  EXPECT_GE(count, 250000u);
  EXPECT_GT(different, count / 3); // the walks do walk
  // The parser asks the rules again.
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::cantFail(printAssembly(program, stream));
  llvm::Expected<Program> parsed = parseAssembly(text, "legal.s");
  ASSERT_TRUE(bool(parsed)) << llvm::toString(parsed.takeError());
  for (unsigned e = 0; e < numEngines; ++e) {
    llvm::SmallVector<char, 0> bytes;
    for (const Instruction &instruction : parsed->cores.front().streams[e])
      llvm::cantFail(encode(instruction, bytes));
    EXPECT_TRUE(bytes == encoded[e]) << name(static_cast<Engine>(e)).str();
  }
}

} // namespace

TEST(LegalRoundTrip, trn1) { roundTrip("trn1"); }
TEST(LegalRoundTrip, inf2) { roundTrip("inf2"); }
TEST(LegalRoundTrip, trn2) { roundTrip("trn2"); }
TEST(LegalRoundTrip, trn3) { roundTrip("trn3"); }
