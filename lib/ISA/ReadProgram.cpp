// A program from an ELF file or from assembly, whichever it is.
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Object.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace tarn::isa {

llvm::Expected<Program> readProgram(llvm::StringRef path) {
  auto file = openInputFileOrStdin(path);
  if (!file)
    return makeError("{0}: {1}", path, llvm::toString(file.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);
  llvm::StringRef bytes = buffer->getBuffer();
  if (bytes.trim().empty())
    return makeError("{0}: is empty; a program is an ELF file of tarn-compile or assembly", path);
  if (!isObject(bytes)) {
    if (bytes.contains('\0'))
      return makeError("{0}: neither an ELF file nor assembly", path);
    return parseAssembly(bytes, path, path == "-" ? "." : llvm::sys::path::parent_path(path));
  }
  llvm::Expected<Program> program = readObject(bytes, path, buffer);
  if (!program)
    return program;
  llvm::Expected<Chip> chip = Chip::parse(program->chip, "chip");
  if (!chip)
    return makeError("{0}: {1}", path, llvm::toString(chip.takeError()));
  if (llvm::Error error = check(*program, *chip))
    return makeError("{0}: {1}", path, llvm::toString(std::move(error)));
  return program;
}

} // namespace tarn::isa
