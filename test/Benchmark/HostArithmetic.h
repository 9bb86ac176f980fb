// The arithmetic of a program as the host would do it without a simulator, as a yardstick for a run with
// values.
//
// Counted are, for what a run executes:
//   * each accumulation group of matmuls as one sgemm of [columns of the stationary operand] x [moving
//   columns] over the
//     sum of the group's rows (an fp32 product counts both of its passes, as the machine makes both);
//   * each instruction of the other engines as one pass of a plain loop over its elements: a product and a
//   sum per operand,
//     a sum where it reduces, expf where its function is no polynomial.
// Operands lie in small buffers that stay in the cache. Not counted: conversions, transposes, gathers of
// operands that are not contiguous, and moving data; `copies` does the bytes of DMAs with memcpy, for those
// who want them in.
#pragma once
#include "tarn/Sim/Events.h"
#include <vector>

namespace tarn::bench {

class HostArithmetic : public sim::Listener {
public:
  void on(const sim::Started &event) override;
  /// Does all of it; the answer hangs on the results, so that none is optimised away.
  float compute();
  float copies();

private:
  enum class Loop : uint8_t { unary, binary, sum, exponential };
  struct Product {
    int rows = 0, columns = 0, depth = 0; // of the stationary operand: columns and rows
  };
  struct Pass {
    Loop loop;
    uint64_t elements;
  };
  void addProduct(int rows, int columns, int depth, isa::MatmulGroup group);

  std::vector<Product> products;
  std::vector<Pass> passes;
  std::vector<uint64_t> dmas; // bytes
  int stationaryRows = 0, stationaryColumns = 0;
  std::vector<float> a, b, c;
};

} // namespace tarn::bench
