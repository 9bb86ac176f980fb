// Where the course of a program depends on data: registers that are loaded from memory steer a branch, a wait, an update or
// an address. Without values (proof, timing only) nobody knows them.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::isa {

struct DataDependence {
  Engine engine;
  uint32_t index;   // in the engine's stream
  std::string what; // "its condition", "the address of src"
};

/// The first such instruction of a core. A register counts as data when any instruction of its engine puts data into it.
std::optional<DataDependence> findDataDependence(const Core &core);

} // namespace tarn::isa
