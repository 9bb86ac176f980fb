// The random number generators of the engines, one or four a lane.
//
// XORWOW (Marsaglia 2003) is the published one. The shift register of DVE before NeuronCore-v4 is not public: assumed is
// the 32-bit Galois register with the taps 0xa3000000 (period 2^32 - 1), advanced 32 steps a number.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace tarn::sim {

struct Xorwow {
  std::array<uint32_t, 6> words; // x y z w v d
  uint32_t next();
};

class RandomNumbers {
public:
  /// Every lane gets another beginning from `seed`.
  RandomNumbers(int64_t coreVersion, unsigned lanes, uint64_t seed);

  /// Of DVE; `element` chooses among four generators.
  uint32_t vectorBits(unsigned lane, uint64_t element);
  uint32_t poolBits(unsigned lane) { return pool[lane].next(); }
  void seedVector(uint64_t seed);

  std::vector<Xorwow> pool;                   // by lane
  std::vector<std::array<Xorwow, 4>> vector4; // DVE's from NeuronCore-v4 on, by lane

private:
  bool hasXorwow;
  std::vector<uint32_t> registers; // DVE's before, by lane
};

} // namespace tarn::sim
