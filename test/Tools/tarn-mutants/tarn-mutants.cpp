// Damages each wait and each update of a program, one at a time, and proves what is left. Prints a line for each:
//
//   wait away    pe[3]    race
//
// with tabs: what was done, where, and "proven" or the kind of the first finding. With a second argument K/N only every N-th,
// from the K-th on.
#include "tarn/ISA/Assembly.h"
#include "tarn/Proof/Prove.h"
#include "llvm/Support/raw_ostream.h"

using namespace tarn;

namespace {

struct Place {
  unsigned core, engine;
  uint32_t index;
};

class Mutants {
public:
  Mutants(isa::Program program, Chip chip, size_t first, size_t step)
      : program(std::move(program)), chip(std::move(chip)), first(first), step(step) {}

  void proveAll() {
    for (unsigned core = 0; core < program.cores.size(); ++core)
      for (unsigned engine = 0; engine < isa::numEngines; ++engine)
        for (uint32_t i = 0; i < program.cores[core].streams[engine].size(); ++i)
          proveAt({core, engine, i});
  }

private:
  void proveAt(Place place) {
    isa::Instruction &instruction = program.cores[place.core].streams[place.engine][place.index];
    if (instruction.wait) {
      prove("wait away", place, [](isa::Instruction &mutant) { mutant.wait.reset(); });
      prove("wait lower", place, [](isa::Instruction &mutant) {
        isa::RegisterOrImmediate &value = mutant.wait->value;
        --(value.isRegister ? value.base : value.value);
      });
    }
    if (instruction.update)
      prove("update away", place, [](isa::Instruction &mutant) { mutant.update.reset(); });
  }

  template <typename F> void prove(llvm::StringRef kind, Place place, F &&change) {
    if (number++ % step != first)
      return;
    isa::Instruction &instruction = program.cores[place.core].streams[place.engine][place.index];
    isa::Instruction original = instruction;
    change(instruction);
    proof::Proof proof = proof::prove(program, chip);
    instruction = std::move(original);
    if (program.cores.size() > 1)
      llvm::outs() << kind << "\tnc" << place.core << ".";
    else
      llvm::outs() << kind << "\t";
    llvm::outs() << isa::name(static_cast<isa::Engine>(place.engine)) << "[" << place.index << "]\t"
                 << (proof.isProven() ? "proven" : proof::name(proof.findings.front().kind)) << "\n";
    llvm::outs().flush();
  }

  isa::Program program;
  Chip chip;
  size_t first, step, number = 0;
};

int fail(llvm::Error error) {
  llvm::errs() << "tarn-mutants: " << llvm::toString(std::move(error)) << "\n";
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  size_t first = 0, step = 1;
  if (argc == 3) {
    auto [k, n] = llvm::StringRef(argv[2]).split('/');
    if (k.getAsInteger(10, first) || n.getAsInteger(10, step) || first >= step)
      argc = 0;
  }
  if (argc != 2 && argc != 3) {
    llvm::errs() << "tarn-mutants: PROGRAM [K/N]\n";
    return 2;
  }
  llvm::Expected<isa::Program> program = isa::readProgram(argv[1]);
  if (!program)
    return fail(program.takeError());
  llvm::Expected<Chip> chip = program->chip.empty() ? Chip::load("trn2") : Chip::parse(program->chip, "chip");
  if (!chip)
    return fail(chip.takeError());
  Mutants(std::move(*program), std::move(*chip), first, step).proveAll();
  return 0;
}
