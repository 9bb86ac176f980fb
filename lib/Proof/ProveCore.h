// One core, or all cores of a program, with what tensor_load gives known.
#pragma once
#include "GreedyRun.h"
#include "tarn/Proof/SharedMemory.h"

namespace tarn::proof {

struct CoreProof {
  Proof proof;
  std::unique_ptr<GreedyRun> run; // that proved it
};
/// `records`: runs for Generalization. `shared`: of all cores, or nullptr.
CoreProof proveCore(const isa::Core &core, const Chip &chip, const ProveOptions &options,
                    llvm::ArrayRef<KnownLoad> loads, bool records, unsigned number,
                    std::unique_ptr<SharedMemory> *shared);

/// `recorded`: becomes the run of the last core, written down. `loads` must outlive it.
Proof proveCores(const isa::Program &program, const Chip &chip, const ProveOptions &options,
                 llvm::ArrayRef<KnownLoad> loads, std::unique_ptr<GreedyRun> *recorded);

} // namespace tarn::proof
