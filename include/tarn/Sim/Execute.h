// What each instruction does to memory and to the state of its engine: one overload of `execute` per record
// of include/tarn/ISA/*.td. None looks at a clock. Operands are resolved (no register offsets) and within
// bounds.
#pragma once
#include "tarn/ISA/Instructions.h"
#include "tarn/Sim/Memory.h"
#include "tarn/Sim/RandomNumbers.h"
#include <map>
#include <tuple>

namespace tarn::sim {

/// The stationary operand in the PE array: [rows k][columns m].
struct Stationary {
  unsigned rows = 0, columns = 0;
  DType dtype = DType::fp32;
  isa::Fp32Mode mode = isa::Fp32Mode::full;
  std::vector<float> values;
  std::vector<char> raw; // as stored, for transposes
};

/// A part of the PE array that works by itself.
struct ArrayTile {
  uint8_t row = 0, rows = 128, column = 0, columns = 128;
  bool isWhole() const { return rows == 128 && columns == 128; }
  bool overlaps(const ArrayTile &other) const {
    return row < other.row + other.rows && other.row < row + rows && column < other.column + other.columns &&
           other.column < column + columns;
  }
  bool operator<(const ArrayTile &other) const {
    return std::tie(row, rows, column, columns) < std::tie(other.row, other.rows, other.column, other.columns);
  }
};

/// The architectural state of one core.
struct CoreState {
  CoreState(const Chip &chip, std::shared_ptr<Hbm> hbm)
      : chip(chip), memory(chip, std::move(hbm)), activationAccumulators(chip.partitions),
        vectorAccumulators(chip.partitions), matchValues(chip.partitions),
        random(chip.coreVersion, chip.partitions, chip.numerics.seed) {}

  const Chip &chip;
  Memory memory;
  std::array<std::array<int32_t, isa::numRegisters>, isa::numEngines> registers{};
  Stationary stationary;                 // of the whole array
  std::map<ArrayTile, Stationary> tiles; // of its tiles
  // One a partition; empty before the first instruction that sets it.
  std::vector<std::optional<float>> activationAccumulators;
  std::vector<std::optional<float>> vectorAccumulators;         // of DVE
  std::vector<std::optional<std::array<float, 8>>> matchValues; // what find_index8 looks for
  RandomNumbers random;
  /// What a tile of the array holds; nothing (no rows) before its first load.
  Stationary &stationaryAt(ArrayTile tile) { return tile.isWhole() ? stationary : tiles[tile]; }
  /// Before a load: what overlaps the tile is lost.
  Stationary &replaceStationaryAt(ArrayTile tile);
  /// Arguments outside the documented range of an activation function, counted by function.
  std::map<std::string, uint64_t> rangeWarnings;
  /// Instructions executed by each engine: part of the key of random bits, so that these do not depend on time.
  std::array<uint64_t, isa::numEngines> executed{};
};

struct Context {
  CoreState &core;
  isa::Engine engine;
  Memory &memory() const { return core.memory; }
};

/// Before each instruction of an engine: the key of its stochastic rounding, where the chip rounds so.
void beginInstruction(Context &context);

#define TARN_DECLARE_EXECUTE(Name, mnemonic) llvm::Error execute(const isa::Name &instruction, Context &context);
TARN_FOR_EACH_INSTRUCTION(TARN_DECLARE_EXECUTE)
#undef TARN_DECLARE_EXECUTE

} // namespace tarn::sim
