// What DMAs name in HBM, by table or by address, as tensors of the program.
#pragma once
#include "RecordReader.h"
#include <map>

namespace tarn::profile {

class Regions {
public:
  /// A side of the DMA at `index` of a stream; its address follows when all are known. Error: it reaches
  /// further than any memory.
  llvm::Error add(unsigned core, isa::Engine engine, size_t index, const HbmUse &use);
  /// An instruction was put in at `index`.
  void shift(unsigned core, isa::Engine engine, size_t index);
  /// Gives each table and each region of addresses its tensor, and each side its address.
  llvm::Error place(isa::Program &program, llvm::StringRef fileName);

private:
  struct Region {
    uint64_t begin = 0, end = 0; // in the machine's addresses; of a table's tensor from 0
    bool isRead = false, isWritten = false;
    uint64_t address = 0; // in the program
  };
  struct Side {
    unsigned core;
    isa::Engine engine;
    size_t index;
    HbmUse use;
  };
  static void join(Region &region, const Region &other);
  static void addTensor(isa::Program &program, const std::string &name, Region &region);

  std::map<int64_t, Region> tables;
  std::vector<Region> regions; // by address
  std::vector<Side> sides;
};

} // namespace tarn::profile
