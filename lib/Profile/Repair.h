// Dumps that lack records, or show one side of a conversation.
#pragma once
#include "Regions.h"

namespace tarn::profile {

/// A dump may lack a record. What it would have counted is counted where its address is missing. Origins of
/// the program are the numbers of the records.
void repairGaps(isa::Program &program, unsigned core, llvm::ArrayRef<Record> records, Regions &regions);

/// A semaphore that nothing in the dump raises far enough was raised by somebody else: its waits hold from
/// the start.
void dropGivenWaits(isa::Core &core);

} // namespace tarn::profile
