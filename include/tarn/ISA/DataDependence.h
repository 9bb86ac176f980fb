// Where the course of a program depends on data: registers that are loaded from memory steer a branch, a
// wait, an update or an address. Without values (proof, timing only) nobody knows them.
#pragma once
#include "tarn/ISA/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <bitset>

namespace tarn::isa {

struct DataDependence {
  Engine engine;
  uint32_t index;   // in the engine's stream
  std::string what; // "its condition", "the address of src"
  bool isBranch = false;
};

/// The first such instruction of a core. A register counts as data when any instruction of its engine puts
/// data into it. `isKnown`: branches whose course is known all the same.
std::optional<DataDependence> findDataDependence(const Core &core,
                                                 llvm::function_ref<bool(Engine, uint32_t index)> isKnown = nullptr);

/// Of each engine the registers on whose contents a branch, a wait, an update or an address hangs, by way of
/// others too.
using SteeringRegisters = std::array<std::bitset<numRegisters>, numEngines>;
SteeringRegisters findSteeringRegisters(const Core &core);

} // namespace tarn::isa
