// What tarn-compile tells about a compilation beside numbers of nodes and seconds: which nodes became one
// kernel, what lies in SBUF and PSUM when most does, how long the program will take.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Program.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <vector>

namespace tarn::driver {

class CompileReport {
public:
  /// Of a module in form `linalg`.
  void collectKernels(mlir::ModuleOp module);
  /// Of a module in form `placed`.
  void collectMemory(mlir::ModuleOp module);
  /// Simulates without values.
  void predictTime(const isa::Program &program, const Chip &chip);
  /// The same from the report of a run that there was anyway.
  void takeRun(const llvm::json::Object &run);

  unsigned numKernels() const { return kernels; }
  void addTo(llvm::json::Object &report) const;
  void print(llvm::raw_ostream &stream) const;

private:
  struct Call {
    std::string kernel, nodes;
    int64_t partitionDim;
  };
  struct Tenant {
    std::string node;
    int64_t bytes;
  };
  struct Peak {
    std::optional<int64_t> end;  // the highest byte that the program touches, as tarn-sim counts it
    int64_t bytes = 0;           // of a partition, live at once
    std::vector<Tenant> tenants; // largest first
  };
  struct Spilled {
    std::string node;
    int64_t storedBytes = 0, loadedBytes = 0;
  };
  void collectSpills(mlir::func::FuncOp main);

  unsigned kernels = 0;
  std::vector<Spilled> spilled; // by node
  std::vector<Call> calls;
  Peak sbuf, psum;
  std::optional<double> predictedNs; // nothing before the program is there, or when it does not run
  std::string whyUnpredicted;
};

} // namespace tarn::driver
