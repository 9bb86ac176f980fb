#include "Fuzz.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Object.h"
#include "tarn/Proof/Prove.h"

namespace tarn::fuzz {

llvm::Expected<isa::Program> readObject(llvm::StringRef bytes) {
  std::shared_ptr<llvm::MemoryBuffer> buffer = llvm::MemoryBuffer::getMemBufferCopy(bytes);
  return isa::readObject(buffer->getBuffer(), "fuzz.elf", buffer);
}

static std::string objectOf(const isa::Program &program) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (llvm::Error error = isa::writeObject(stream, program)) {
    llvm::consumeError(std::move(error));
    return "";
  }
  return bytes;
}

void use(const isa::Program &program) {
  // 1. Read, written and read again.
  std::string object = objectOf(program);
  if (!object.empty()) {
    auto again = readObject(object);
    if (!again)
      complain("a written object is refused: " + llvm::toString(again.takeError()));
    if (objectOf(*again) != object)
      complain("an object file changes when it is read and written");
  }

  // 2. Rules.
  static const Chip trn2 = llvm::cantFail(Chip::load("trn2"));
  static const std::string textOfTrn2 = trn2.toYaml();
  Chip chip = trn2;
  if (!program.chip.empty() && program.chip != textOfTrn2) {
    llvm::Expected<Chip> own = Chip::parse(program.chip, "chip");
    if (!own)
      return llvm::consumeError(own.takeError());
    chip = *own;
  }
  if (llvm::Error illegal = isa::check(program, chip))
    return llvm::consumeError(std::move(illegal));

  // 3. What is legal, as text, where it is small.
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::Error error = isa::printAssembly(program, stream);
  if (!error && text.size() < (1 << 20)) {
    auto parsed = isa::parseAssembly(text, "fuzz.s", ".", /*unchecked=*/true);
    if (!parsed)
      complain("printed assembly is refused: " + llvm::toString(parsed.takeError()));
    if (!object.empty() && objectOf(*parsed) != object)
      complain("a program changes when it is printed and parsed");
  }
  llvm::consumeError(std::move(error));

  // 4. The proof.
  proof::ProveOptions options;
  options.maxSteps = 300;
  if (program.numInstructions() < 1000)
    proof::proveReport(program, chip, options);
}

} // namespace tarn::fuzz
