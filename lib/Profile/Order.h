#pragma once
#include "tarn/Profile/Profile.h"

namespace tarn::profile {

/// Sorts by core, engine and the order of the program.
llvm::Error orderRecords(std::vector<Record> &records);

} // namespace tarn::profile
