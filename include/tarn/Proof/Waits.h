// Which waits of a program order something that nothing else orders. A wait is implied when, each time it is executed, its
// engine knows already that all updates it waits for have happened: from an earlier wait, by whatever chain. Without it the
// program has the same order. An update that no wait asks for orders nothing.
#pragma once
#include "tarn/Proof/Prove.h"

namespace tarn::proof {

struct WaitUse {
  InstructionRef instruction;
  isa::Wait wait;
  std::optional<InstructionRef> impliedBy; // the wait by which the engine came to know, when it is implied
};
struct UpdateUse {
  InstructionRef instruction;
  isa::Update update;
  bool isAskedFor = false; // some wait stands behind it
};
struct Uses {
  std::vector<WaitUse> waits; // by engine and place; only those that were executed
  std::vector<UpdateUse> updates;
};

/// Of a core that is proven and whose course hangs on no data; none when it executes more than ProveOptions().maxSteps
/// instructions.
std::optional<Uses> findUses(const isa::Core &core, const Chip &chip);

/// "pe[3] matmul S[0]>=4: implied by pe[1] event_semaphore", one a line.
llvm::Expected<std::string> usesReport(const isa::Program &program, const Chip &chip);

} // namespace tarn::proof
